-- Notices: templates of packs, what was told to whom, what goes out to reporters.

create table notice_template (
  name text primary key,
  pack text not null,
  definition jsonb not null
);
comment on table notice_template is 'Texts packs declare (kind notices), as applied last';

create table notice (
  id bigint generated always as identity primary key,
  template text not null,
  title jsonb not null,
  body jsonb not null,
  link text,
  urgent boolean not null,
  key text,
  at timestamptz not null,
  withdrawn_at timestamptz
);
create index notice_key on notice (key) where key is not null and withdrawn_at is null;
comment on table notice is 'One thing told; withdrawn when what it asked for was done';

create table notice_receipt (
  notice_id bigint not null references notice (id),
  account text not null,
  read_at timestamptz,
  primary key (account, notice_id)
);
create index notice_receipt_notice on notice_receipt (notice_id);
comment on table notice_receipt is 'Who was told and when they read it';

create table outbound_message (
  id bigint generated always as identity primary key,
  channel text not null,
  ref text not null,
  reporter text not null,
  template text not null,
  body jsonb not null,
  key text unique,
  state text not null default 'queued' check (state in ('queued', 'sent')),
  attempts integer not null default 0,
  last_error text,
  at timestamptz not null,
  sent_at timestamptz
);
create index outbound_message_ref on outbound_message (channel, ref, id);
comment on table outbound_message is
  'Answers to reporters by their own channel; queued until the channel has taken it, never dropped';
