-- Signals: one row for each episode of one thing raised by one source.

create table signal (
  id bigint generated always as identity primary key,
  source text not null,
  version text not null,
  subject_kind text not null,
  subject_id text not null,
  group_name text not null,
  severity text not null,
  title jsonb not null,
  evidence jsonb not null,
  unit text not null,
  owner text not null,
  unit_codes text[] not null,
  opens text,
  case_id text,
  state text not null
    check (state in ('raised', 'acknowledged', 'confirmed', 'dismissed', 'closed')),
  verdict text check (verdict in ('confirmed', 'dismissed')),
  episode integer not null,
  count integer not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  silenced_until timestamptz,
  reason text,
  handled_by text,
  version_no integer not null default 1
);
create unique index signal_live on signal (source, subject_kind, subject_id)
  where state <> 'closed';
create unique index signal_episode on signal (source, subject_kind, subject_id, episode);
create index signal_seen on signal (last_seen desc, id desc);
create index signal_units on signal using gin (unit_codes);
create index signal_case on signal (case_id) where case_id is not null;
comment on table signal is
  'The same source and subject again is the same signal until it is closed, then a new episode';
