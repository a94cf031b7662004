-- Catalogue: when the source of a resource last said that there is nothing new. It is no delivery,
-- and yet the resource is as it should be.

alter table catalogue_delivered add column confirmed_at timestamptz;
comment on column catalogue_delivered.confirmed_at is
  'When its source was last asked and said that what is here is what it has';
