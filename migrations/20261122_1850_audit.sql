-- Under load the records of a batch come as one text, sealed and durable, and are given their rows
-- and indexes a moment later, many batches together. Who reads the audit sees both.
create table audit_packed (
  seq     bigint primary key,
  records json not null
);
-- A few kilobytes that live for a second: packing them tighter costs more than it saves.
alter table audit_packed alter column records set storage external;
comment on table audit_packed is
  'Records of sealed batches that wait for their rows: one list a batch, fields as sealed';

create trigger audit_packed_append_only before update or delete or truncate on audit_packed
  for each statement execute function audit_refuse();

-- The fields stand in the order of the seal. When columns are added to the records, this is to be
-- replaced.
create function audit_unpack(packed json) returns setof audit_records language sql stable as $$
  select (e ->> 0)::uuid, (e ->> 1)::timestamptz, e ->> 2, e ->> 3, e ->> 4,
    array(select jsonb_array_elements_text(e -> 5)), e ->> 6, e ->> 7, e ->> 8, e ->> 9, e ->> 10,
    e ->> 11, (e ->> 12)::bigint, nullif(e -> 13, 'null'::jsonb), e ->> 14,
    case when e -> 15 is not null then array(select jsonb_array_elements_text(e -> 15)) end
  from jsonb_array_elements(packed::jsonb) e
$$;

create view audit_seen as
  select * from audit_records
  union all
  select r.* from audit_packed p cross join lateral audit_unpack(p.records) r;
comment on view audit_seen is 'Every record of the audit, whether it has its row already or not';

-- Retention deletes records and batches, unpacking what it gives rows to; nothing else does.
create or replace function audit_refuse() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and tg_table_name in ('audit_records', 'audit_batches')
     and current_setting('guantong.audit_retention', true) = 'on' then
    return null;
  end if;
  if tg_op = 'DELETE' and tg_table_name = 'audit_packed'
     and current_setting('guantong.audit_unpacking', true) = 'on' then
    return null;
  end if;
  raise exception 'the audit is append-only: % on % refused', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;
