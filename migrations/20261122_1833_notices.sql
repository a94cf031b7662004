-- Pushing notices by channels outside: declared channels, where people are reached, what was
-- pushed.

create table notice_channel (
  name text primary key,
  pack text not null,
  definition jsonb not null
);
comment on table notice_channel is
  'Channels packs declare (kind channels); secrets stand in them by name only';

create table notice_contact (
  account text not null,
  type    text not null check (type in ('mail')),
  address text not null,
  primary key (account, type)
);
comment on table notice_contact is 'Where a person wants to be reached, as he said himself';

create table notice_push (
  id         bigint generated always as identity primary key,
  notice_id  bigint not null references notice (id),
  account    text not null,
  channels   text[] not null,
  place      integer not null default 0,
  failures   integer not null default 0,
  attempts   integer not null default 0,
  state      text not null default 'queued'
             check (state in ('queued', 'sent', 'withdrawing', 'done')),
  channel    text,
  reference  text,
  last_error text,
  at         timestamptz not null,
  tried_at   timestamptz,
  sent_at    timestamptz,
  unique (notice_id, account)
);
create index notice_push_channel on notice_push (channel, tried_at) where tried_at is not null;
create index notice_push_waiting on notice_push (state) where state in ('queued', 'withdrawing');
comment on table notice_push is
  'A notice on its way to one person: the channels in order, where it stands, never dropped';
