-- Files on their way from a browser, piece by piece: they go on where they stopped, also after the
-- server did.
create table ingest_upload (
  id text primary key,
  account text not null,
  name text not null,
  bytes bigint not null,
  -- Bytes that are on the disk for good; the next piece begins here.
  received bigint not null default 0,
  -- SHA-256 of the whole the sender gave; asked before it is delivered.
  sha256 text,
  -- Run it was handed to.
  run text,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
comment on table ingest_upload is 'Files on their way from a browser, and how much of each is here';
create index ingest_upload_account on ingest_upload (account, created_at);
