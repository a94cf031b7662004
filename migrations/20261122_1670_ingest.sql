-- Returned rows that are still out: their file shrinks as mended rows come back, its counts with
-- it.
alter table ingest_delivery add column open_file text;
alter table ingest_delivery add column open_rows bigint not null default 0;
-- When the oldest of them first went back: rows sent again and still wrong keep their date.
alter table ingest_delivery add column open_since timestamptz;
-- A delivery of mended rows: it adds to what stands, whatever the mode of the dataset.
alter table ingest_delivery add column resent boolean not null default false;
-- Returned rows of earlier deliveries that this one brought in order.
alter table ingest_delivery add column mended bigint not null default 0;

-- Rows that went back before there was an account of what is open: those of the last delivery of
-- each dataset.
update ingest_delivery d
set open_file = returned_file, open_rows = returned, open_since = started_at
where state = 'landed' and returned_file is not null
  and not exists (
    select 1 from ingest_delivery e
    where e.dataset = d.dataset and e.state = 'landed' and e.ending > d.ending
  );

create index ingest_delivery_open on ingest_delivery (dataset, ending desc) where open_rows > 0;

create table ingest_returned (
  batch text not null references ingest_delivery (batch) on delete cascade,
  -- Place of the rule in the delivery's list.
  number integer not null,
  rows bigint not null,
  open_rows bigint not null,
  primary key (batch, number)
);
comment on table ingest_returned is
  'How many rows of a delivery break each rule, and how many of them are still out';
