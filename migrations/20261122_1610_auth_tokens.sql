-- Access tokens: programs act as a service account, with the roles it holds in its unit.

create table auth_tokens (
  id uuid primary key,
  token_hash bytea not null unique,
  account text not null,
  title text not null,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
comment on table auth_tokens is
  'Tokens of Authorization: Bearer; token_hash is the SHA-256 of the token, shown once when issued';
