/*
title: {zh: 权属单位与处置结果一致, en: Owner as handled}
expected: {zh: 登记的权属单位就是核查属实的处置单位, en: Who is registered is who really handled the last event}
family: accuracy
source: 部件事件办结后由核查员核实的处置单位（示例）
columns: {comp_id: 部件标识码, owner: 权属单位编码}
*/
with handled as (
  select component_id as comp_id, closed_at, actual_handler as handler
  from events
  where component_id is not null and closed_at is not null and actual_handler is not null
  union all
  select comp_id, closed_at, owner_code
  from city_event_history
  where comp_id is not null and closed_at is not null
), latest as (
  select comp_id, arg_max(handler, closed_at) as handler from handled group by comp_id
)
select c.row_key, l.handler as expected
from checked as c
join latest as l on l.comp_id = c.comp_id
where c.owner <> l.handler
