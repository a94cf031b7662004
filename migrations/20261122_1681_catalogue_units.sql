-- Catalogue: names of owners are looked up again only when units may have changed.
alter table catalogue_epoch add column units bigint not null default 0;
