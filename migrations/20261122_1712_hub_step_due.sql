-- What is due next of an event, before its handling has a limit: signing, dispatch.
alter table hub_event add column step_due_at timestamptz;
comment on column hub_event.step_due_at is
  'End of the clock of its case that ends first, whichever step it is of; null when none runs';
