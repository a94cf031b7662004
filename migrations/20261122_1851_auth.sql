-- Signing in by an identity provider: whose account an identity is, and ways there and back.
alter table auth_sessions add column strong boolean not null default false;
comment on column auth_sessions.strong is
  'The identity provider vouched for a second factor of a kind the settings trust';

create table auth_identities (
  provider  text not null,
  subject   bytea not null,
  account   text not null,
  linked_at timestamptz not null,
  primary key (provider, subject),
  unique (provider, account)
);
comment on table auth_identities is
  'Which account an identity of a provider signs in as; the subject is a keyed hash';

create table auth_ways (
  state_hash   bytea primary key,
  browser_hash bytea not null,
  provider     text not null,
  purpose      text not null check (purpose in ('sign_in', 'link', 'code')),
  account      text,
  nonce        text not null,
  verifier     text not null,
  back         text not null,
  expires_at   timestamptz not null
);
create index auth_ways_expires on auth_ways (expires_at);
comment on table auth_ways is
  'Ways to an identity provider and back, each good once, in the browser that began it. `code`: the
  provider has vouched for the account, its own second factor is still asked for';
