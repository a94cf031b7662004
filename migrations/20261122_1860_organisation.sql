-- Whose account it is, as one person says; it holds when a second one has said the same.
create table org_identity_claim (
  account    text primary key references org_account (id),
  identity   text not null,
  claimed_by text not null,
  claimed_at timestamptz not null
);
comment on table org_identity_claim is
  'Keyed hash of the person an account is said to be of, until a second person says the same';
