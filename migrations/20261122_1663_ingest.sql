-- Sources a pack declares, and what each remembers of what it fetched.
create table ingest_source (
  name text primary key,
  pack text not null,
  dataset text not null,
  road text not null,
  -- The file of the pack, without anything secret.
  declared jsonb not null,
  -- SHA-256 of its options: other options forget what was remembered.
  digest text not null,
  -- What the road remembers: ETag, watermark.
  memory jsonb not null default '{}',
  paused boolean not null default false,
  next_at timestamptz,
  looked_at timestamptz,
  created_at timestamptz not null
);
comment on table ingest_source is 'Sources of packs, their schedule and what they remember';

drop index ingest_run_dataset;
drop index ingest_run_source;
drop index ingest_run_time;
create index ingest_run_dataset on ingest_run (dataset, seq desc);
create index ingest_run_source on ingest_run (source, seq desc) where source is not null;
create index ingest_run_order on ingest_run (seq desc);
