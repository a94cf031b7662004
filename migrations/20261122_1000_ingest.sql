-- Ingest: every delivery ever begun, and where its returned rows are.
create sequence ingest_delivery_ending;

create table ingest_delivery (
  batch text primary key,
  dataset text not null,
  contract_version integer not null,
  state text not null check (state in ('running', 'landed', 'unchanged', 'refused', 'interrupted')),
  stage text not null,
  progress double precision not null default 0,
  files jsonb not null,
  -- SHA-256 over the digests of all files: the same delivery again changes nothing.
  digest text not null,
  rows bigint not null default 0,
  accepted bigint not null default 0,
  returned bigint not null default 0,
  unchanged bigint not null default 0,
  snapshot bigint,
  note text,
  -- Rules the numbers in the returned rows' file stand for, as they were then.
  rules jsonb not null default '[]',
  -- File name of the returned rows below the home; null when none went back.
  returned_file text,
  error jsonb,
  actor text not null,
  actor_name text not null,
  -- Process that works on it, `host:pid`, and when it last gave a sign of life.
  process text not null,
  touched_at timestamptz not null,
  started_at timestamptz not null,
  ended_at timestamptz,
  -- Order in which deliveries ended: clocks may show the same instant, or be set back.
  ending bigint,
  seconds double precision
);
create index ingest_delivery_dataset on ingest_delivery (dataset, started_at desc, batch desc);
create index ingest_delivery_ending_of on ingest_delivery (dataset, ending desc);
create index ingest_delivery_time on ingest_delivery (started_at desc, batch desc);
create index ingest_delivery_running on ingest_delivery (process) where state = 'running';
comment on table ingest_delivery is 'Deliveries: landed whole, unchanged, refused or interrupted';
