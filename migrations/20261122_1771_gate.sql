-- National grades beside L1-L4, and the grade of a set where its rows tell more than its items.

create table gate_dataset_grade (
  dataset text primary key,
  national text not null check (national in ('core', 'important', 'general')),
  least text check (least in ('L1', 'L2', 'L3', 'L4')),
  lowered jsonb not null
);
comment on table gate_dataset_grade is
  'GB/T 43697 grade of a dataset (none here: general), least L-grade of the set, what was lowered';
