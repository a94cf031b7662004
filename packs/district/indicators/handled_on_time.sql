/*
title: {zh: 按时办结率, en: Handled on time}
meaning:
  zh: 到期或已办好的事件里，在期限内办好的占比；超期未办结的也算在分母里，不因为没办完就不算
  en: Of events due or handled, the share handled within the limit; the open and overdue count as late
unit: {zh: '%', en: '%'}
owner: 330109-zzzx
direction: up
levels: [village, town, district]
period: month
measure: ratio
scale: 100
decimals: 1
days: 62
target: 98
thresholds: {warn: 95, bad: 85}
source: 按时办结考核口径（示例）
columns:
  title: {zh: 标题, en: Title}
  host: {zh: 主办单位, en: Host}
  due_at: {zh: 办理期限, en: Due}
  done_at: {zh: 办好时刻, en: Handled}
*/
with judged as (
  select unit_code, event_id, title, host, due_at, coalesce(handled_at, closed_at) as done_at,
    coalesce(handled_at, closed_at) <= due_at as in_time
  from events
  where due_at is not null
    and coalesce(joined_into, '') = ''
    and (coalesce(handled_at, closed_at) is not null or due_at < current_timestamp)
  union all
  select grid_code, event_id, title, owner_code, due_at, closed_at, on_time
  from city_event_history
  where closed_at is not null or due_at < current_timestamp
)
select
  unit_code as unit,
  coalesce(done_at, due_at) as time,
  event_id as key,
  case when in_time then 1 else 0 end as numerator,
  1 as denominator,
  title,
  host,
  due_at,
  done_at
from judged
