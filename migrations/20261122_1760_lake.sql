-- Lake: what retention forgot, so that an earlier moment is never answered with other rows, and
-- what is kept of one dataset where its contract says so.

create table lake_forgotten (
  id bigint primary key,
  dataset text not null references lake_datasets (dataset) on delete cascade,
  version integer not null,
  reason text not null check (reason in ('commit', 'compact')),
  at timestamptz not null,
  forgotten_at timestamptz not null,
  unique (dataset, version)
);
comment on table lake_forgotten is
  'Snapshots that are past their retention: their files may be gone';
create index lake_forgotten_at on lake_forgotten (dataset, at, version);

alter table lake_datasets add column retention jsonb;
comment on column lake_datasets.retention is
  'What is kept of this dataset where it differs from the settings: {days, snapshots, monthEnds, '
  'held: {until}}; null: the settings alone';
