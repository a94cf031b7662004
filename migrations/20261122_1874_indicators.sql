-- Figures that speak of too few persons are withheld.

alter table indicator_value add column withheld boolean not null default false;
alter table indicator_history add column withheld boolean not null default false;
comment on column indicator_value.withheld is
  'It speaks of too few persons to be told: both sums are 0, and nobody is shown them';
