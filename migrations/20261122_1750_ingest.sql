-- How files of a dataset are usually read, as the last person who said so wants it: next month's
-- file is read the same.
create table ingest_dialect (
  dataset text primary key,
  dialect jsonb not null,
  actor text not null,
  actor_name text not null,
  at timestamptz not null
);
comment on table ingest_dialect is 'How files of a dataset are usually read';
