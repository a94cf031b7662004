/*
title: {zh: 部件属主正确率, en: Components with the right owner}
meaning:
  zh: 处置过的部件里，登记的权属单位与最近一次真正处置它的单位一致的占比
  en: Of components handled, the share whose registered owner is the unit that really handled it last
unit: {zh: '%', en: '%'}
owner: 330109-zhzf
direction: up
levels: [village, town, district]
period: now
measure: ratio
scale: 100
decimals: 2
target: 100
thresholds: {warn: 99.5, bad: 95}
source: 一数一源：部件登记由区综合执法局负责
columns:
  comp_name: {zh: 部件名称, en: Component}
  address: {zh: 位置, en: Address}
  owner_name: {zh: 登记属主, en: Registered owner}
  handled_by: {zh: 实际处置单位, en: Really handled by}
*/
with handled as (
  select component_id as comp_id, handled_at, actual_handler as handler
  from events
  where component_id is not null and handled_at is not null and actual_handler is not null
  union all
  select comp_id, closed_at, owner_code
  from city_event_history
  where comp_id is not null and closed_at is not null
), latest as (
  select comp_id, max(handled_at) as handled_at, arg_max(handler, handled_at) as handler
  from handled
  group by comp_id
), names as (
  select owner_code, any_value(owner_name) as owner_name
  from components
  group by owner_code
)
select
  c.grid_code as unit,
  l.handled_at as time,
  c.comp_id as key,
  case when c.owner_code = l.handler then 1 else 0 end as numerator,
  1 as denominator,
  c.comp_name,
  c.address,
  c.owner_name,
  coalesce(n.owner_name, l.handler) as handled_by
from components c
join latest l on l.comp_id = c.comp_id
left join names n on n.owner_code = l.handler
