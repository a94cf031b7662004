-- Hands lent for a time, and what is asked of the timeline for how long cases stay in their steps.

create table case_delegation (
  id bigint generated always as identity primary key,
  account text not null,
  account_name text not null,
  delegate text not null,
  delegate_name text not null,
  from_at timestamptz not null,
  until_at timestamptz not null,
  reason text not null,
  made_by text not null,
  made_at timestamptz not null,
  revoked_by text,
  revoked_at timestamptz,
  check (account <> delegate),
  check (until_at > from_at)
);
create index case_delegation_delegate on case_delegation (delegate, until_at)
  where revoked_at is null;
create index case_delegation_account on case_delegation (account, until_at);
comment on table case_delegation is
  'Who does the tasks of whom, from when until when; kept after it ended';

alter table case_type add column applied_at timestamptz;
comment on column case_type.applied_at is
  'When this version was applied; null for those of before it was kept';

create index case_timeline_steps on case_timeline (case_id, seq)
  where fact ->> 'kind' = 'step_entered';
