-- Catalogue: dataset contracts, every version kept, and what each derived dataset reads.
create table catalogue_contract (
  name text not null,
  version integer not null,
  pack text not null,
  -- The whole contract as the platform reads it. Not jsonb: items and codes stay in the order of
  -- their file.
  body json not null,
  digest text not null,
  applied_at timestamptz not null,
  applied_by text not null,
  -- Taken back by its pack: history stays, the resource is no longer in the catalogue.
  withdrawn boolean not null default false,
  current boolean not null default true,
  primary key (name, version)
);
create unique index catalogue_contract_current on catalogue_contract (name) where current;
comment on table catalogue_contract is 'Dataset contracts, one row a version; one is current';

create table catalogue_edge (
  dataset text not null,
  reads text not null,
  primary key (dataset, reads)
);
create index catalogue_edge_reads on catalogue_edge (reads);
comment on table catalogue_edge is 'Lineage: which dataset the SQL of a derived dataset reads';
