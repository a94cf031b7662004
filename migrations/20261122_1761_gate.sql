-- Gate: how much each dataset is read by which units, tallied from the audit.

create table gate_use (
  dataset text not null,
  units text not null,
  reads bigint not null,
  row_count bigint not null,
  primary key (dataset, units)
);
comment on table gate_use is
  'Reads through the gate by people and clients, by the units they acted for (codes with commas '
  'between), tallied from the audit up to the mark';

create table gate_use_mark (
  one boolean primary key default true check (one),
  through timestamptz not null,
  since timestamptz not null
);
comment on table gate_use_mark is 'Instant up to which reads are tallied, and from which';
