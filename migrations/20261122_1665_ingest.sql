-- Pushes a program may repeat without doubling them.
create table ingest_push_key (
  actor text not null,
  key text not null,
  -- SHA-256 of dataset and rows: the same key for something else is a mistake.
  digest text not null,
  answer jsonb not null,
  at timestamptz not null,
  primary key (actor, key)
);
comment on table ingest_push_key is 'Idempotency keys of pushes and what was answered';
create index ingest_push_key_at on ingest_push_key (at);
