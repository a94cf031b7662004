-- One rating of each reporter for each event, and how often it was changed.
create table hub_rating (
  event_id   text not null,
  reporter   text not null,
  rating     integer not null check (rating between 1 and 5),
  rated_at   timestamptz not null,
  changed_at timestamptz not null,
  changes    integer not null default 0,
  primary key (event_id, reporter)
);
comment on table hub_rating is
  'What each reporter says of an event: his account, or `report:<id>` of one who has none';

insert into hub_rating (event_id, reporter, rating, rated_at, changed_at)
select distinct on (event_id, coalesce(reporter_account, 'report:' || id))
  event_id, coalesce(reporter_account, 'report:' || id), rating,
  coalesce(answered_at, received_at), coalesce(answered_at, received_at)
from hub_report where rating is not null
order by event_id, coalesce(reporter_account, 'report:' || id), received_at desc;
