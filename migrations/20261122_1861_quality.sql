-- A citizen's objection to what is held about himself stands beside what officials challenge.
alter table quality_challenge add column own boolean not null default false;
comment on column quality_challenge.own is
  'The person himself says so of a record about him; he follows the case and may appeal';
create index quality_challenge_own on quality_challenge (account, at) where own;
