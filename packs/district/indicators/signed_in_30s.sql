/*
title: {zh: 30 秒签收率, en: Signed within 30 s}
meaning:
  zh: 平台收到后 30 秒内由坐席签收的事件占比；过了 30 秒还没签收的算没有做到
  en: Share of events a seat signed for within 30 seconds; those still unsigned after that count as missed
unit: {zh: '%', en: '%'}
owner: 330109-zzzx
direction: up
levels: [village, town, district]
period: month
measure: ratio
scale: 100
decimals: 1
days: 62
target: 95
thresholds: {warn: 95, bad: 85}
source: 平台签收 30 秒，见《一网统管运行规则》（示例）
columns:
  title: {zh: 标题, en: Title}
  channel: {zh: 渠道, en: Channel}
  seconds: {zh: 签收用时（秒）, en: Seconds to sign}
*/
with signed as (
  select unit_code, event_id, opened_at, title, channel, sign_seconds as seconds
  from events
  where sign_seconds is not null or date_diff('second', opened_at, current_timestamp) > 30
  union all
  select grid_code, event_id, opened_at, title, channel, signed_seconds
  from city_event_history
)
select
  unit_code as unit,
  opened_at as time,
  event_id as key,
  case when seconds <= 30 then 1 else 0 end as numerator,
  1 as denominator,
  title,
  channel,
  seconds
from signed
