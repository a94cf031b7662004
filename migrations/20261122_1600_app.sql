-- App: how far the first filling of a demonstration went, so that a start after a crash goes on
-- where it stopped.
create table filling_step (
  position integer primary key,
  name text not null unique,
  title jsonb not null,
  state text not null check (state in ('waiting', 'running', 'done', 'failed')),
  rows bigint not null default 0,
  total bigint,
  started_at timestamptz,
  finished_at timestamptz,
  error text
);
comment on table filling_step is
  'Steps of the first filling of a demonstration and how far they went';

create table story_play (
  id bigint generated always as identity primary key,
  -- Which of the sample's covers it is played with.
  site integer not null,
  state text not null check (state in ('running', 'done', 'failed')),
  stop integer not null default 0,
  started_at timestamptz not null,
  finished_at timestamptz,
  -- Ids and times that the moments left for the ones after them and for the page.
  facts jsonb not null default '{}',
  error text
);
comment on table story_play is 'Every time the story of the demonstration was played, and how far';
