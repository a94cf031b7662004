-- Hub: desks and matters as packs declare them, reports, and what the hub knows of an event beside
-- its case.
create table hub_desk (
  name text primary key,
  declared jsonb not null
);
comment on table hub_desk is 'Duty desks: channels, joining, register and order of dispatch';

create table hub_matter (
  code text not null,
  list text not null,
  major text not null,
  minor text not null,
  name text not null,
  kind text not null check (kind in ('component', 'event')),
  component_class text not null,
  urgency text not null check (urgency in ('normal', 'urgent')),
  keywords text not null,
  source text not null,
  primary key (list, code)
);
comment on table hub_matter is
  'Matters in three levels; `list` is the version, the newest counts';

create table hub_report (
  id uuid primary key,
  channel text not null,
  channel_ref text not null,
  event_id text not null,
  first_event_id text not null,
  title text not null,
  body text not null,
  address text not null,
  reporter_name text,
  reporter_phone text,
  said_at timestamptz not null,
  received_at timestamptz not null,
  signed_at timestamptz,
  signed_by text,
  answered_at timestamptz,
  rating integer check (rating between 1 and 5),
  photos jsonb not null default '[]',
  unique (channel, channel_ref)
);
create index hub_report_event on hub_report (event_id);
comment on table hub_report is
  'What one person said through one channel; (channel, channel_ref) makes intake idempotent';

create table hub_event (
  event_id text primary key,
  number text not null,
  title text not null,
  matter text not null,
  matter_name text not null,
  kind text not null,
  urgency text not null,
  channel text not null,
  place jsonb,
  grid_code text,
  village_code text,
  town_code text,
  lon double precision,
  lat double precision,
  component jsonb,
  dispatch jsonb,
  host text,
  registered_owner text,
  actual_handler text,
  opened_at timestamptz not null,
  received_at timestamptz not null,
  signed_at timestamptz,
  sign_seconds numeric,
  due_at timestamptz,
  dispatched_at timestamptz,
  handled_at timestamptz,
  closed_at timestamptz,
  state text not null,
  rating integer,
  joined_into text,
  changed_at timestamptz not null,
  -- Grows with every change; `published` is how far the system dataset follows.
  revision bigint not null default 1,
  published bigint not null default 0
);
create index hub_event_open on hub_event (opened_at)
  where closed_at is null and joined_into is null;
create index hub_event_unpublished on hub_event (changed_at) where published < revision;
create index hub_event_matter on hub_event (matter, opened_at);
comment on table hub_event is
  'One event: place, component, owner, times; steps and clocks are the case''s';
