-- Organisation: units of the staff and governance trees, roles, accounts.

create table org_unit (
  code      text primary key,
  path      text not null,
  name      text not null,
  name_en   text,
  full_name text,
  level     text not null
            check (level in ('district', 'town', 'village', 'grid', 'building', 'room',
                             'department')),
  parent    text references org_unit (code) deferrable initially deferred,
  zone      boolean not null default false,
  company   boolean not null default false,
  staff     boolean not null
            generated always as (level not in ('building', 'room')) stored,
  generated boolean not null default false,
  source    text not null,
  pack      text not null,
  pack_file text not null,
  position  integer not null
);
create index org_unit_path on org_unit (path text_pattern_ops);
create index org_unit_parent on org_unit (parent);
comment on table org_unit is
  'Staff tree: district, town, village, grid, departments; governance tree: with building and room';
comment on column org_unit.zone is 'Functional zone, not counted among the towns';

create table org_unit_alias (
  old_code text primary key,
  code     text not null references org_unit (code) on delete cascade,
  until    date,
  source   text not null
);
comment on table org_unit_alias is
  'Historic codes: an identifier made under an old code still finds its unit';

create table org_role (
  name           text primary key,
  title_zh       text not null,
  title_en       text not null,
  permissions    text[] not null,
  exclusive_with text[] not null,
  levels         text[] not null,
  pack           text not null
);
comment on table org_role is 'Roles are data of packs';

create table org_account (
  id            text primary key,
  name          text not null,
  unit          text not null,
  password_hash text,
  disabled      boolean not null default false,
  demo          boolean not null default false,
  demo_position integer,
  pack          text,
  pack_file     text,
  version       integer not null default 1,
  created_at    timestamptz not null,
  created_by    text not null
);
create index org_account_unit on org_account (unit);
comment on table org_account is
  'Accounts; a closed one keeps its name for ever, so that the audit stays readable';

create table org_account_role (
  account text not null references org_account (id),
  role    text not null references org_role (name) deferrable initially deferred,
  unit    text not null references org_unit (code) deferrable initially deferred,
  primary key (account, role, unit)
);
create index org_account_role_unit on org_account_role (unit, role);
comment on table org_account_role is 'A role held in a unit';

create table org_invite (
  token_hash char(64) primary key,
  account    text not null references org_account (id),
  expires_at timestamptz not null,
  created_by text not null
);
create index org_invite_account on org_invite (account);
comment on table org_invite is
  'One-time links by which the holder of an account sets the password; only the hash is kept';

create table org_boundary (
  unit      text primary key,
  geometry  jsonb not null,
  label     jsonb,
  generated boolean not null,
  pack      text not null,
  pack_file text not null
);
comment on table org_boundary is
  'Polygons of units as GeoJSON geometry, longitude and latitude in CGCS2000';
