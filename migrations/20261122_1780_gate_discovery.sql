-- What was found in the values of datasets, what people said to it, and where it drifts.

create table gate_discovery_run (
  id uuid primary key,
  datasets text[] not null,
  whole boolean not null,
  state text not null check (state in ('waiting', 'running', 'done', 'cancelled', 'failed')),
  done integer not null default 0,
  current text,
  found integer not null default 0,
  started_by text not null,
  created_at timestamptz not null,
  ended_at timestamptz
);
comment on table gate_discovery_run is
  'One look at datasets for sensitive data: how far it is, who asked for it';
create index gate_discovery_run_newest on gate_discovery_run (created_at desc);

create table gate_discovery (
  dataset text not null,
  item text not null,
  semantic text,
  grade text not null check (grade in ('L1', 'L2', 'L3', 'L4')),
  share double precision not null,
  named boolean not null,
  seen jsonb not null,
  looked_at_values integer not null,
  whole boolean not null,
  snapshot_id bigint,
  looked_at timestamptz not null,
  state text not null check (state in ('found', 'submitted', 'confirmed', 'refused', 'agrees')),
  asked_semantic text,
  asked_grade text,
  asked_by text,
  asked_at timestamptz,
  primary key (dataset, item)
);
comment on table gate_discovery is
  'What discovery proposes for an item, masked evidence only, and how far the proposal has come';

create table gate_discovery_step (
  id bigint generated always as identity primary key,
  dataset text not null,
  item text not null,
  step text not null check (step in ('submitted', 'confirmed', 'refused')),
  semantic_before text,
  grade_before text not null,
  semantic_after text,
  grade_after text not null,
  reason text not null,
  by_account text not null,
  at timestamptz not null
);
comment on table gate_discovery_step is
  'History: who proposed, confirmed or refused a type and grade of an item, and why';
create index gate_discovery_step_of on gate_discovery_step (dataset, item, id desc);

create table gate_drift (
  dataset text primary key,
  snapshot_id bigint not null,
  items text[] not null,
  looked_at timestamptz not null
);
comment on table gate_drift is
  'Snapshot up to which changed rows were looked at, and items whose signal stands open';
