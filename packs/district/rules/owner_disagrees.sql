/*
title: {zh: 部件登记属主与实际处置单位不一致, en: Registered owner is not who handled it}
says:
  zh: '{comp_name} {subject} 登记属主为{found}，实际由{expected}处置'
  en: '{comp_name} {subject} is registered to {found}, but {expected} handled it'
legal_basis: 《浙江省公共数据条例》数源部门对数据准确性负责；一数一源
severity: warn
source: 部件事件办结后由核查员核实的处置单位
subject_kind: component
mends: components
owner: {dataset: components}
opens: correction
confirm: auto
*/
with handled as (
  select component_id as comp_id, event_id, closed_at, actual_handler as handler
  from events
  where component_id is not null and closed_at is not null and actual_handler is not null
  union all
  select comp_id, event_id, closed_at, owner_code
  from city_event_history
  where comp_id is not null and closed_at is not null
), latest as (
  select comp_id, arg_max(handler, closed_at) as handler, arg_max(event_id, closed_at) as event_id
  from handled
  group by comp_id
), names as (
  select owner_code, any_value(owner_name) as owner_name
  from components
  group by owner_code
)
select
  c.comp_id as subject,
  c.grid_code as unit,
  c.comp_id as key,
  'owner_code' as item,
  c.owner_name as found,
  coalesce(n.owner_name, l.handler) as expected,
  c.owner_code as found_code,
  l.handler as expected_code,
  l.event_id as event,
  c.comp_name,
  c.address
from components c
join latest l on l.comp_id = c.comp_id
left join names n on n.owner_code = l.handler
where c.owner_code <> l.handler
