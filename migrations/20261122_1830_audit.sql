-- Whom a record of the audit concerns, found by a keyed hash; one sealed digest for each day.
alter table audit_records add column persons text[];
create index audit_records_persons on audit_records using gin (persons) where persons is not null;
create index audit_records_purpose on audit_records (purpose, id desc) where purpose is not null;
comment on column audit_records.persons is
  'Keyed hashes of the persons whose data it was; part of the sealed record, never an identity';

create table audit_days (
  day        date primary key,
  from_seq   bigint not null,
  to_seq     bigint not null unique,
  records    bigint not null,
  digest     bytea not null,
  closed_at  timestamptz not null
);
comment on table audit_days is
  'One digest for each local day: SM3 over the digest before, the day and the roots of its batches';

create trigger audit_days_append_only before update or delete or truncate on audit_days
  for each statement execute function audit_refuse();

-- Retention deletes records and batches; stones and days stay for ever.
create or replace function audit_refuse() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and tg_table_name in ('audit_records', 'audit_batches')
     and current_setting('guantong.audit_retention', true) = 'on' then
    return null;
  end if;
  raise exception 'the audit is append-only: % on % refused', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;
