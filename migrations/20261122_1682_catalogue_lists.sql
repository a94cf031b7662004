-- Catalogue: code tables, providers, the three lists, and the codes given to resources.

create table catalogue_list (
  pack text not null,
  kind text not null,
  name text not null,
  position integer not null,
  body json not null,
  primary key (pack, kind, name, position)
);
comment on table catalogue_list is
  'Lines of code tables, providers, demand, duty and negative lists, as their files have them';

-- A code stands for ever for the resource it was given to, also when that has left the catalogue.
create table catalogue_code (
  class text not null,
  sequence bigint not null,
  dataset text not null,
  given_at timestamptz not null,
  primary key (class, sequence),
  unique (dataset, class)
);
comment on table catalogue_code is
  'Codes of resources, class and running number, never given twice';
