-- Retention of the audit: sealed batches older than the retention are dropped whole, and a stone
-- says where the chain goes on.
create table audit_stones (
  seq        bigint primary key,
  link       bytea not null,
  sealed_at  timestamptz not null,
  batches    bigint not null,
  records    bigint not null,
  dropped_at timestamptz not null
);
comment on table audit_stones is
  'The last batch dropped each time retention ran: its number, its link and how much went with it';

create trigger audit_stones_append_only before update or delete or truncate on audit_stones
  for each statement execute function audit_refuse();

-- Retention deletes, nothing else does: the transaction has to say what it is.
create or replace function audit_refuse() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' and tg_table_name <> 'audit_stones'
     and current_setting('guantong.audit_retention', true) = 'on' then
    return null;
  end if;
  raise exception 'the audit is append-only: % on % refused', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;
