-- Catalogue: an empty database holds no row, so that a backup can be restored into it. The first
-- change writes the row; until then the epoch is 1.
delete from catalogue_epoch where not exists (select 1 from catalogue_contract);
