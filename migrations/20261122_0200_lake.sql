-- Lake: the manifest of datasets, snapshots and immutable files. The rows are Parquet files.

create table lake_datasets (
  dataset text primary key,
  mode text not null check (mode in ('full', 'append', 'merge')),
  schema_version integer not null,
  declared_at timestamptz not null
);
comment on table lake_datasets is
  'Datasets the lake knows; commits to one are serialised by an advisory lock';

create table lake_schemas (
  dataset text not null references lake_datasets (dataset) on delete cascade,
  version integer not null,
  columns jsonb not null,
  key_columns jsonb not null,
  declared_at timestamptz not null,
  primary key (dataset, version)
);
comment on table lake_schemas is
  'Columns and key of a dataset as declared, version by version; files name the version they '
  'were written by';

create table lake_snapshots (
  id bigint generated always as identity primary key,
  dataset text not null references lake_datasets (dataset) on delete cascade,
  version integer not null,
  reason text not null check (reason in ('commit', 'compact')),
  mode text not null check (mode in ('full', 'append', 'merge')),
  schema_version integer not null,
  rows bigint not null,
  bytes bigint not null,
  added bigint not null,
  changed bigint not null,
  removed bigint not null,
  unchanged bigint not null,
  batch text,
  upstream jsonb not null default '[]',
  at timestamptz not null,
  unique (dataset, version),
  foreign key (dataset, schema_version) references lake_schemas (dataset, version)
);
comment on table lake_snapshots is
  'States of a dataset. A snapshot reads every file with since <= version and (until is null or '
  'until > version)';
create index lake_snapshots_at on lake_snapshots (dataset, at, version);

create table lake_files (
  id bigint generated always as identity primary key,
  dataset text not null references lake_datasets (dataset) on delete cascade,
  path text not null unique,
  kind text not null check (kind in ('rows', 'tombstones')),
  reason text not null check (reason in ('commit', 'compact')),
  layer integer not null,
  since integer not null,
  until integer,
  schema_version integer not null,
  rows bigint not null,
  bytes bigint not null,
  sha256 text not null,
  key_min text,
  key_max text,
  batch text,
  released_at timestamptz,
  foreign key (dataset, schema_version) references lake_schemas (dataset, version)
);
comment on table lake_files is
  'Immutable Parquet files; tombstones hold keys whose rows in lower layers no longer count. A '
  'compaction writes the state of an older version (layer) that is read from a later one on '
  '(since). key_min and key_max are of the first key column. released_at: when the last '
  'retained snapshot that read the file was forgotten';
create index lake_files_live on lake_files (dataset, since, until);

create table lake_identity (
  id uuid primary key default gen_random_uuid()
);
comment on table lake_identity is
  'One row: which manifest this is. The folder of the files keeps the same id, so that no manifest '
  'ever takes the files of another for leftovers';
insert into lake_identity default values;
