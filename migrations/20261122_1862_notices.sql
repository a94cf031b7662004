-- What was asked for is done: by whom, in words, for channels that cannot take a message back. A
-- push nobody takes may be given up, and stands there as such.
alter table notice add column settled jsonb;
alter table notice add column settled_by text;
comment on column notice.settled is
  'What became of it, in words, told where a message cannot be taken back';
comment on column notice.settled_by is
  'Account that did it: it is not told of its own doing';
alter table notice_push drop constraint notice_push_state_check;
alter table notice_push add constraint notice_push_state_check
  check (state in ('queued', 'sent', 'withdrawing', 'done', 'dropped'));
