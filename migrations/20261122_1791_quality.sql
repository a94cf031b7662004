-- Quality: checks of whole sets, their runs, profiles of items, scores of days, frozen rankings.

create table quality_check (
  dataset text not null,
  name text not null,
  pack text not null,
  -- Place in the file.
  place integer not null,
  declared jsonb not null,
  -- Datasets its SQL reads, from the parse; filled by the first run.
  reads jsonb not null default '[]',
  primary key (dataset, name)
);
comment on table quality_check is
  'Checks of whole sets, from the section set_checks of dataset files';

create table quality_named (
  name text primary key,
  pack text not null,
  digest text not null,
  sql text not null,
  declared jsonb not null
);
comment on table quality_named is 'Checks with a name that many datasets use';

create table quality_run (
  id bigint generated always as identity primary key,
  dataset text not null,
  check_name text not null,
  -- SHA-256 of what was run: another declaration is another check.
  digest text not null,
  at timestamptz not null,
  state text not null check (state in ('passed', 'failed', 'waiting', 'broken')),
  -- Snapshot of the dataset, and all that were read.
  snapshot bigint,
  snapshots jsonb not null default '[]',
  of_rows bigint,
  faulty bigint,
  -- Town -> [rows, faulty].
  towns jsonb not null default '{}',
  measure jsonb,
  ms integer not null,
  failed_code text,
  check (of_rows is null or faulty between 0 and of_rows)
);
comment on table quality_run is
  'Runs of checks: how many rows of how many; never a value of a row';
create index quality_run_check on quality_run (dataset, check_name, id desc);

create table quality_profile (
  dataset text not null,
  item text not null,
  snapshot bigint not null,
  at timestamptz not null,
  profile jsonb not null,
  primary key (dataset, item, snapshot)
);
comment on table quality_profile is
  'How the values of an item of L2 at most were spread: shares of categories, or deciles';

create table quality_score (
  subject_kind text not null
    check (subject_kind in ('dataset', 'department', 'town', 'district')),
  subject text not null,
  day date not null,
  at timestamptz not null,
  scheme text not null,
  score numeric(9, 6),
  judged numeric(9, 6) not null,
  families jsonb not null,
  faulty bigint not null,
  failed integer not null,
  checks integer not null,
  datasets integer not null,
  snapshot bigint,
  primary key (subject_kind, subject, day)
);
comment on table quality_score is 'Scores of a day; the last of the day stands';
create index quality_score_day on quality_score (day, subject_kind);

create table quality_ranking (
  month text primary key,
  frozen_at timestamptz not null,
  -- SHA-256 of the body: what was published can be told from what was changed.
  digest text not null,
  body jsonb not null
);
comment on table quality_ranking is
  'Rankings (晾晒榜) of months that are over; written once, never changed';
