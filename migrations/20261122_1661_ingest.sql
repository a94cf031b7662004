-- Runs in the order in which they were asked for, whatever the clock shows.
alter table ingest_run add column seq bigint generated always as identity;
