-- Three administrators in three people, also over time; role changes by two people; whose data
-- it is.
alter table org_role add column duty text check (duty in ('system', 'security', 'audit'));
alter table org_role add column sealed boolean not null default false;
comment on column org_role.duty is
  'Which of the three administrators the role is; null for all others';
comment on column org_role.sealed is
  'Holders work in a sealed compartment: who is looked at is not told';

alter table org_account add column identity text;
create index org_account_identity on org_account (identity) where identity is not null;
comment on column org_account.identity is
  'Keyed hash of the number of the person''s document; the number itself is not kept';

create table org_role_past (
  account    text not null references org_account (id),
  role       text not null,
  held_until timestamptz not null,
  primary key (account, role)
);
comment on table org_role_past is
  'When an account last held a role that excludes others: breaks between duties count from it';

create table org_role_change (
  id          uuid primary key,
  account     text not null references org_account (id),
  version     integer not null,
  before      jsonb not null,
  after       jsonb not null,
  reason      text not null,
  state       text not null default 'proposed'
              check (state in ('proposed', 'confirmed', 'rejected', 'replaced')),
  proposed_by text not null,
  proposed_at timestamptz not null,
  decided_by  text,
  decided_at  timestamptz,
  answer      text
);
create index org_role_change_open on org_role_change (proposed_at) where state = 'proposed';
create unique index org_role_change_one on org_role_change (account) where state = 'proposed';
comment on table org_role_change is
  'Changes of roles: the system administrator proposes, the security administrator confirms';
