-- Lake: where a tombstone strikes, and the index of the keys of large files.

alter table lake_files add column positions_of integer;
alter table lake_files add column targets jsonb;
comment on column lake_files.positions_of is
  'Of tombstones: the version whose files their positions speak of; files begun later, and all '
  'files where this is null, are struck by key';
comment on column lake_files.targets is
  'Of tombstones with positions: ids of the files they strike rows of';

create table lake_indexes (
  file_id bigint primary key references lake_files (id) on delete cascade,
  dataset text not null,
  path text not null unique,
  engine text not null,
  entries bigint not null,
  bytes bigint not null
);
comment on table lake_indexes is
  'Files of key hashes, row hashes and positions of large row files, so that a merge looks up the '
  'keys it brings; made by a job, never needed for an answer. engine: whose hash function it was';
