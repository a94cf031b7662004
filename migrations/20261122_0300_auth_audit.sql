-- Sessions, sign-in and the audit. Secrets are kept as hashes; instants come from the
-- application's clock.

create table auth_sessions (
  token_hash bytea primary key,
  account text not null,
  csrf text not null,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  ended_at timestamptz,
  from_address text not null
);
create index auth_sessions_account on auth_sessions (account);
comment on table auth_sessions is
  'One row per sign-in; token_hash is the SHA-256 of the cookie, ended_at a sign-out';

create table auth_attempts (
  name text primary key,
  wrong integer not null,
  locked_until timestamptz,
  last_at timestamptz not null
);
comment on table auth_attempts is
  'Wrong passwords in a row per sign-in name, whether or not the account exists';

create table auth_links (
  token_hash bytea primary key,
  account text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
comment on table auth_links is
  'One-time sign-in links of the demo; token_hash is the SHA-256 of the token';

create table audit_records (
  id uuid primary key,
  at timestamptz not null,
  actor_kind text not null,
  actor text not null,
  actor_name text not null,
  roles text[] not null,
  from_address text not null,
  action text not null,
  subject text,
  dataset text,
  purpose text,
  grant_id text,
  row_count bigint,
  detail jsonb,
  request_id text not null
);
create index audit_records_actor on audit_records (actor, id desc);
create index audit_records_subject on audit_records (subject, id desc) where subject is not null;
create index audit_records_dataset on audit_records (dataset, id desc) where dataset is not null;
create index audit_records_action on audit_records (action, id desc);
comment on table audit_records is
  'Append-only: who did what to what, why and from where. The id is ordered by time';

create table audit_unsealed (
  id uuid primary key references audit_records (id),
  leaf bytea not null
);
comment on table audit_unsealed is
  'Records that came with a transaction and wait for the next batch, with their SM3 as it was then';

create table audit_batches (
  seq bigint primary key,
  sealed_at timestamptz not null,
  record_ids uuid[] not null,
  leaves bytea not null,
  root bytea not null,
  link bytea not null
);
comment on table audit_batches is
  'leaves are the SM3 of the records in order, root their Merkle root, link chains the batches';

create function audit_refuse() returns trigger language plpgsql as $$
begin
  raise exception 'the audit is append-only: % on % refused', tg_op, tg_table_name
    using errcode = 'insufficient_privilege';
end
$$;

create trigger audit_records_append_only before update or delete or truncate on audit_records
  for each statement execute function audit_refuse();
create trigger audit_batches_append_only before update or delete or truncate on audit_batches
  for each statement execute function audit_refuse();
