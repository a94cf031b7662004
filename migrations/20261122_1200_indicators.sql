-- Indicators: definitions from packs, values per unit and day, their history.

create table indicator (
  name text primary key,
  pack text not null,
  definition jsonb not null,
  sql text not null,
  digest text not null,
  /* It asks for the time of day: its values move though no dataset does. */
  uses_clock boolean not null
);
comment on table indicator is 'Indicators in force, as packs declare them';

create table indicator_reads (
  indicator text not null references indicator (name) on delete cascade,
  dataset text not null,
  primary key (indicator, dataset)
);
create index indicator_reads_dataset on indicator_reads (dataset);
comment on table indicator_reads is 'Datasets an indicator reads, from the parse of its SQL';

create table indicator_run (
  id bigint generated always as identity primary key,
  indicator text not null,
  digest text not null,
  at timestamptz not null,
  as_of timestamptz,
  snapshots jsonb not null,
  changed bigint not null
);
create index indicator_run_indicator on indicator_run (indicator, id desc);
comment on table indicator_run is
  'Every computation that changed a value, with the snapshots it read';

create table indicator_state (
  indicator text primary key references indicator (name) on delete cascade,
  digest text not null,
  computed_at timestamptz not null,
  day date not null,
  as_of timestamptz,
  snapshots jsonb not null,
  failed_code text,
  failed_at timestamptz
);
comment on table indicator_state is
  'What each indicator was computed from last, and whether the last attempt failed';

create table indicator_value (
  indicator text not null references indicator (name) on delete cascade,
  unit text not null,
  day date not null,
  numerator numeric not null,
  denominator numeric not null,
  run bigint not null,
  primary key (indicator, unit, day)
);
comment on table indicator_value is 'Sums per unit and local day; a period is the sum of its days';

create table indicator_history (
  indicator text not null,
  unit text not null,
  day date not null,
  run bigint not null,
  numerator numeric,
  denominator numeric,
  primary key (indicator, unit, day, run)
);
comment on table indicator_history is
  'Every value ever stored, append-only; null when the sum went away';
