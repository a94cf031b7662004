-- Notices: how the channels stand is found without going through all that was ever pushed.

create index notice_push_sent on notice_push (sent_at, channel) where sent_at is not null;
create index notice_push_failing on notice_push
  ((coalesce(channel, channels[place + 1])), tried_at desc nulls last)
  where last_error is not null;
create index notice_push_stuck on notice_push (id)
  where state in ('queued', 'withdrawing', 'dropped');
