-- Quality: how checks become a score. Weights are data of a pack.
create table quality_scoring (
  name text primary key,
  pack text not null,
  digest text not null,
  declared jsonb not null
);
comment on table quality_scoring is
  'Schemes of scoring declared by packs: weights of the six families of GB/T 36344';
