-- The gate: grants with masks and caps, versions of policies with who, when and why.

alter table gate_grant
  add column masks jsonb,
  add column rows_per_day bigint check (rows_per_day > 0),
  add column calls_per_minute integer check (calls_per_minute > 0);
comment on column gate_grant.masks is
  'Items opened only masked, generalised or hashed: {item: {view, mask}}';

create table gate_grant_use (
  grant_id uuid not null references gate_grant (id) on delete cascade,
  span text not null check (span in ('minute', 'day')),
  since timestamptz not null,
  used bigint not null,
  primary key (grant_id, span)
);
comment on table gate_grant_use is
  'What a grant was used for in the current minute (calls) and day (rows), over all processes';

create table gate_policy_version (
  pack text not null,
  name text not null,
  version integer not null,
  at timestamptz not null,
  by_id text not null,
  by_name text not null,
  reason text,
  restores integer,
  title jsonb not null,
  source text not null,
  lines jsonb not null,
  primary key (pack, name, version)
);
comment on table gate_policy_version is
  'Every version of a policy: from its pack (no reason) or from the page (with one); never changed';

insert into gate_policy_version (pack, name, version, at, by_id, by_name, title, source, lines)
select pack, name, 1, current_timestamp, 'system', 'system', title, source, lines from gate_policy;
alter table gate_policy add column version integer not null default 1;
