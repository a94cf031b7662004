-- How much grants are used, tallied from the audit so that it outlives its retention.

create table gate_grant_read (
  grant_id text primary key,
  reads bigint not null,
  row_count bigint not null,
  last_read timestamptz not null
);
comment on table gate_grant_read is 'Reads under each grant that gave rows, up to the mark';

create table gate_grant_read_mark (
  one boolean primary key default true check (one),
  through timestamptz not null
);
comment on table gate_grant_read_mark is 'Up to when the audit is tallied into gate_grant_read';
