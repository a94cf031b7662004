-- Packs: the files are the truth; here stands every version that was ever applied.

create table pack_content (
  digest  char(64) primary key,
  content text not null,
  sql     text
);
comment on table pack_content is
  'Content of a pack file and of its .sql sibling, once for each digest';

create table pack_version (
  pack       text not null,
  version    integer not null check (version > 0),
  applied_at timestamptz not null,
  applied_by text not null,
  applied_by_name text not null,
  restores   integer,
  withdrawn  boolean not null default false,
  primary key (pack, version)
);
comment on table pack_version is
  'One row per applied version of a pack; restores = the earlier version it went back to';

create table pack_version_file (
  pack    text not null,
  version integer not null,
  kind    text not null,
  name    text not null,
  file    text not null,
  digest  char(64) not null references pack_content (digest),
  primary key (pack, version, kind, name),
  foreign key (pack, version) references pack_version (pack, version)
);
comment on table pack_version_file is 'Files of each version of a pack';

create table pack_reference (
  pack      text not null,
  kind      text not null,
  name      text not null,
  used_pack text not null,
  used_kind text not null,
  used_name text not null,
  primary key (pack, kind, name, used_pack, used_kind, used_name)
);
create index pack_reference_used on pack_reference (used_kind, used_name);
comment on table pack_reference is 'Who uses what among the files applied now';
