-- Ingest: deliveries that landed are counted from an index, not from their records.

create index ingest_delivery_landed on ingest_delivery (dataset) where state = 'landed';
