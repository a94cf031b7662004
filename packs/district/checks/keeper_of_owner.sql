/*
title: {zh: 管养责任人属于权属单位, en: The keeper belongs to the owner}
expected: {zh: 管养责任人通常管养的部件属于同一权属单位, en: The other components of this keeper belong to the same owner}
family: accuracy
source: 部件普查口径（示例）：一名责任人只为一家权属单位管养；七成以上部件归谁，视为谁的责任人
columns: {comp_id: 部件标识码, owner: 权属单位编码, keeper: 责任人证件号}
*/
-- Of a component something happened to, whoever handled it tells more: that is another check.
with crews as (
  select keeper, owner, count(*) as kept
  from checked
  where keeper is not null and owner is not null
  group by keeper, owner
), usual as (
  select keeper, arg_max(owner, kept) as owner
  from crews
  group by keeper
  having sum(kept) >= 4 and max(kept) >= 0.7 * sum(kept)
), handled as (
  select component_id as comp_id from events where component_id is not null and actual_handler is not null
  union
  select comp_id from city_event_history where comp_id is not null and closed_at is not null
)
select c.row_key, u.owner as expected
from checked as c
join usual as u on u.keeper = c.keeper
left join handled as h on h.comp_id = c.comp_id
where c.owner <> u.owner and h.comp_id is null
