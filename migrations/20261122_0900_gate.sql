-- The gate: policies as applied from packs, grants, and hot copies for single-row reads.

create table gate_policy (
  pack text not null,
  name text not null,
  title jsonb not null,
  source text not null,
  lines jsonb not null,
  primary key (pack, name)
);
comment on table gate_policy is 'Who sees items of which grade; lines of policy files in force';

create table gate_grant (
  id uuid primary key,
  grantee text not null,
  dataset text not null,
  items text[] not null,
  units text[],
  purpose text not null,
  expires_at timestamptz not null,
  approved_by text not null,
  created_at timestamptz not null,
  created_by text not null,
  revoked_at timestamptz,
  revoked_by text
);
create index gate_grant_grantee on gate_grant (grantee, dataset);
comment on table gate_grant is 'Scoped, expiring openings of a dataset for one client or account';

create table gate_epoch (
  one boolean primary key default true check (one),
  epoch bigint not null
);
insert into gate_epoch (epoch) values (1);
comment on table gate_epoch is
  'Grows when a policy or a contract changes; a compiled read is good for one epoch only';

create table gate_hot (
  dataset text primary key,
  snapshot_id bigint,
  as_of timestamptz
);
comment on table gate_hot is
  'Datasets whose contract asks for a hot copy, and the snapshot it holds';

create table gate_hot_row (
  dataset text not null references gate_hot (dataset) on delete cascade,
  key text not null,
  unit text,
  row jsonb not null,
  primary key (dataset, key)
);
comment on table gate_hot_row is
  'Hot copy: one row by key; read only through the gate''s compiled statements';
