-- 校核: what people say is wrong in the data. Key and value stand here and not in the case: they
-- may be of a grade that not everybody who sees the case may see, and leave through the gate only.
create table quality_challenge (
  id bigint generated always as identity primary key,
  dataset text not null,
  key_text text not null,
  item text not null,
  -- Null: it is wrong, and what it should be is not known.
  expected text,
  -- Keyed hash of the value that was found wrong.
  found_hash text not null,
  reason text not null,
  account text not null,
  account_name text not null,
  at timestamptz not null,
  subject text not null,
  case_number text,
  closed_at timestamptz
);
create index quality_challenge_open on quality_challenge (dataset) where closed_at is null;
create index quality_challenge_case on quality_challenge (case_number);
comment on table quality_challenge is
  'Values people say are wrong; looked at again after every delivery';
