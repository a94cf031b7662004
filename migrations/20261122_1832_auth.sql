-- Limits of signing in, sessions a person can see and end, the second factor.
alter table auth_sessions add column id uuid not null default gen_random_uuid();
alter table auth_sessions add column agent text not null default '';
alter table auth_sessions add column proved_at timestamptz;
create unique index auth_sessions_id on auth_sessions (id);
comment on column auth_sessions.proved_at is
  'When the person last proved who he is, by signing in or before a dangerous act';

alter table auth_attempts add column since timestamptz;
comment on table auth_attempts is
  'Wrong sign-ins within a period, for a name at an address, an address, and a name';

create table auth_sign_ins (
  account      text not null,
  from_address text not null,
  at           timestamptz not null,
  primary key (account, from_address)
);
comment on table auth_sign_ins is
  'Last sign-in of an account from each address: from there others do not lock it out';

create table auth_factors (
  account      text primary key,
  secret       bytea not null,
  created_at   timestamptz not null,
  confirmed_at timestamptz,
  last_step    bigint not null default 0
);
comment on table auth_factors is
  'Second factor (RFC 6238); the secret is sealed, last_step refuses a code used before';

create table auth_recovery (
  account   text not null,
  code_hash bytea not null,
  used_at   timestamptz,
  primary key (account, code_hash)
);
comment on table auth_recovery is 'Recovery codes, SHA-256 of 80 random bits, each good once';
