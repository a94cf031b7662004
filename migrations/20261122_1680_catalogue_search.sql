-- Catalogue: what the search that stands in memory needs to know that it is out of date.

-- One number for the whole catalogue, raised in the transaction that changes something. The row's
-- lock makes the numbers visible in the order in which they are given.
create table catalogue_epoch (
  id boolean primary key default true check (id),
  epoch bigint not null
);
insert into catalogue_epoch (epoch) values (1);
comment on table catalogue_epoch is
  'How often the catalogue has changed; search in memory follows it';

-- The epoch in which this version was applied or withdrawn.
alter table catalogue_contract add column epoch bigint not null default 1;
create index catalogue_contract_epoch on catalogue_contract (epoch);

create table catalogue_synonyms (
  pack text not null,
  name text not null,
  groups json not null,
  primary key (pack, name)
);
comment on table catalogue_synonyms is
  'Words that mean the same in a search, as packs declare them';
