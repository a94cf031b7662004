-- Cases: declared types and ladders, timelines (append-only), and their projections for lists and
-- inboxes.

create table case_type (
  name text not null,
  version integer not null,
  pack text not null,
  digest text not null,
  definition jsonb not null,
  retired boolean not null default false,
  primary key (name, version)
);
comment on table case_type is
  'Case types packs declare; a case keeps the version it was opened with';

create table case_ladder (
  name text primary key,
  pack text not null,
  definition jsonb not null
);
comment on table case_ladder is 'Ladders packs declare: who is called next when nobody answers';

create table case_number (
  prefix text not null,
  day date not null,
  last integer not null,
  primary key (prefix, day)
);
comment on table case_number is 'Last number given, by prefix and local day';

create table case_file (
  id bigint generated always as identity primary key,
  number text not null unique,
  type text not null,
  type_version integer not null,
  title text not null,
  step text not null,
  outcome text,
  unit text not null,
  subject_kind text,
  subject_id text,
  opener text,
  unit_codes text[] not null,
  opened_at timestamptz not null,
  moved_at timestamptz not null,
  closed_at timestamptz,
  due_at timestamptz,
  seq integer not null,
  state jsonb not null
);
create index case_file_opened on case_file (opened_at desc, id desc);
create index case_file_open on case_file (type, opened_at desc, id desc) where closed_at is null;
create index case_file_units on case_file using gin (unit_codes);
create index case_file_subject on case_file (subject_kind, subject_id) where subject_id is not null;
comment on table case_file is
  'A case as its timeline projects it; unit_codes = all units concerned and those above';

create table case_task (
  case_id bigint not null references case_file (id),
  task integer not null,
  name text not null,
  role text not null,
  unit_codes text[] not null,
  account text,
  open boolean not null,
  opened_at timestamptz not null,
  due_at timestamptz not null,
  warn_at timestamptz not null,
  primary key (case_id, task)
);
create index case_task_inbox on case_task (role, due_at, case_id, task) where open;
comment on table case_task is
  'Tasks for the inbox; due_at and warn_at are infinity without a running clock';

create table case_timeline (
  case_id bigint not null references case_file (id),
  seq integer not null,
  at timestamptz not null,
  actor text not null,
  actor_name text not null,
  actor_unit text,
  fact jsonb not null,
  primary key (case_id, seq)
);
comment on table case_timeline is 'Everything that happened to a case; append-only';

create function case_timeline_is_append_only() returns trigger language plpgsql as $$
begin
  raise exception 'the timeline of a case is append-only' using errcode = 'restrict_violation';
end
$$;
create trigger case_timeline_append_only before update or delete on case_timeline
  for each row execute function case_timeline_is_append_only();
create trigger case_timeline_no_truncate before truncate on case_timeline
  for each statement execute function case_timeline_is_append_only();

create table case_attachment (
  sha256 text primary key,
  media_type text not null,
  bytes bigint not null,
  at timestamptz not null
);
comment on table case_attachment is 'Photos by content; the bytes lie in the home under files/';

create table case_upload (
  sha256 text not null references case_attachment (sha256),
  account text not null,
  account_name text not null,
  name text not null,
  at timestamptz not null,
  primary key (sha256, account)
);
comment on table case_upload is 'Who uploaded a photo: only they may attach it';

create table case_evidence (
  case_id bigint not null references case_file (id),
  sha256 text not null references case_attachment (sha256),
  seq integer not null,
  name text not null,
  account_name text not null,
  action text,
  at timestamptz not null,
  primary key (case_id, sha256)
);
comment on table case_evidence is 'Photos attached to a case; whoever sees the case sees them';
