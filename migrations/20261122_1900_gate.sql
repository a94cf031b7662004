-- What looks like a name and is none stays about as frequent from delivery to delivery: an item is
-- measured by its own past.
alter table gate_drift add column past jsonb not null default '{}';
comment on column gate_drift.past is
  'By item: different values looked at, and in how many of them each type was seen, harmless ones';
