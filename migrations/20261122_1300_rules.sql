-- Rules: definitions from packs, what each has found, its runs.

create table rule (
  name text primary key,
  pack text not null,
  definition jsonb not null,
  sql text not null,
  digest text not null
);
comment on table rule is 'Rules in force, as packs declare them';

create table rule_reads (
  rule text not null references rule (name) on delete cascade,
  dataset text not null,
  primary key (rule, dataset)
);
create index rule_reads_dataset on rule_reads (dataset);
comment on table rule_reads is 'Datasets a rule reads, from the parse of its SQL';

create table rule_subject (
  rule text not null,
  subject text not null,
  unit text,
  digest text not null,
  since timestamptz not null,
  primary key (rule, subject)
);
comment on table rule_subject is 'What each rule finds now; gone from here means cleared';

create table rule_run (
  id bigint generated always as identity primary key,
  rule text not null,
  digest text not null,
  at timestamptz not null,
  snapshots jsonb not null,
  subjects bigint,
  raised bigint not null,
  changed bigint not null,
  cleared bigint not null,
  failed_code text
);
create index rule_run_rule on rule_run (rule, id desc);
comment on table rule_run is
  'Every run of a rule: what it read, found, raised and cleared, or why it failed';
