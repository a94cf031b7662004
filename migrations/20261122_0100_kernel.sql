-- Kernel: the outbox of published events and the timers.

create table outbox_events (
  id bigint generated always as identity primary key,
  name text not null,
  payload jsonb not null,
  at timestamptz not null,
  fanned_out boolean not null default false
);
comment on table outbox_events is
  'Events, written in the transaction that caused them; one delivery for each subscriber';
create index outbox_events_open on outbox_events (id) where not fanned_out;

create table outbox_deliveries (
  event_id bigint not null references outbox_events (id) on delete cascade,
  subscriber text not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'dead')),
  attempts integer not null default 0,
  try_at timestamptz not null,
  error text,
  primary key (subscriber, event_id)
);
comment on table outbox_deliveries is
  'One row for each event and capability that handles it; dead ones gave up and wait for a person';
create index outbox_deliveries_pending on outbox_deliveries (subscriber, event_id)
  where state = 'pending';
create index outbox_deliveries_by_event on outbox_deliveries (event_id);

create table timers (
  id bigint generated always as identity primary key,
  kind text not null,
  key text not null,
  due_at timestamptz not null,
  payload jsonb not null,
  try_at timestamptz not null,
  attempts integer not null default 0,
  error text,
  fired_at timestamptz
);
comment on table timers is
  'Clocks: fired once, by a compare-and-set of fired_at in the transaction of the handler';
create unique index timers_armed on timers (kind, key) where fired_at is null;
create index timers_due on timers (try_at) where fired_at is null;
