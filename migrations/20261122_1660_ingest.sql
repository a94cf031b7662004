-- Ingest: the way of data to a dataset as a run that can be watched, cancelled and tried again.
alter table ingest_delivery drop constraint ingest_delivery_state_check;
alter table ingest_delivery add constraint ingest_delivery_state_check
  check (state in ('running', 'landed', 'unchanged', 'refused', 'interrupted', 'cancelled'));

create table ingest_run (
  id text primary key,
  dataset text not null,
  -- How it came: upload, command, push, folder, http, postgres, mysql.
  road text not null,
  -- Source of a pack it was fetched from; null when somebody handed it in.
  source text,
  state text not null check (state in
    ('queued', 'reading', 'judging', 'landing', 'done', 'refused', 'cancelled', 'failed')),
  -- What is to be fetched or delivered; only the road itself understands it.
  work jsonb not null,
  -- Names of the files, for lists and searches.
  files jsonb not null default '[]',
  note text,
  -- Delivery of the last attempt.
  batch text,
  attempts integer not null default 0,
  try_at timestamptz not null,
  cancel_asked boolean not null default false,
  rows_seen bigint not null default 0,
  bytes_seen bigint not null default 0,
  bytes_all bigint,
  -- 0 to 1 of the whole work.
  progress double precision not null default 0,
  -- What came of it; accepted + returned = rows.
  rows bigint not null default 0,
  accepted bigint not null default 0,
  returned bigint not null default 0,
  unchanged bigint not null default 0,
  snapshot bigint,
  error jsonb,
  actor text not null,
  actor_name text not null,
  -- Process that carries it out, `host:pid`, and its last sign of life.
  process text,
  touched_at timestamptz,
  created_at timestamptz not null,
  started_at timestamptz,
  ended_at timestamptz
);
comment on table ingest_run is 'Ways of data to datasets, with how far each has come';
create index ingest_run_dataset on ingest_run (dataset, created_at desc, id desc);
create index ingest_run_source on ingest_run (source, created_at desc, id desc)
  where source is not null;
create index ingest_run_time on ingest_run (created_at desc, id desc);
create index ingest_run_open on ingest_run (try_at, created_at)
  where state in ('queued', 'reading', 'judging', 'landing');

insert into ingest_run (id, dataset, road, state, work, files, note, batch, attempts, try_at,
  progress, rows, accepted, returned, unchanged, snapshot, error, actor, actor_name, process,
  touched_at, created_at, started_at, ended_at)
select batch, dataset, 'upload',
  case state when 'landed' then 'done' when 'unchanged' then 'done' when 'refused' then 'refused'
    else 'failed' end,
  '{}', (select coalesce(jsonb_agg(f ->> 'name'), '[]') from jsonb_array_elements(files) f), note,
  batch, 1, started_at, 1, rows, accepted, returned, unchanged, snapshot, error, actor, actor_name,
  process, touched_at, started_at, started_at, coalesce(ended_at, touched_at)
from ingest_delivery;
