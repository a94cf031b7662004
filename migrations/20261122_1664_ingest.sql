-- A run is found by its delivery too.
create index ingest_run_batch on ingest_run (batch);
