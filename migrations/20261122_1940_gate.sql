-- Sealed datasets are looked at too, each in a run of its own: progress and counts of the run
-- everybody sees must not tell that there are others.
alter table gate_discovery_run add column compartment text;
comment on column gate_discovery_run.compartment is
  'The sealed dataset this run is about, shown to those only who may know of it; null: all others';
