/*
title: {zh: 姓名与其他登记一致, en: Name as elsewhere}
expected: {zh: 至少两份其他登记中的姓名与此相同, en: The name that at least two other registers agree on}
family: consistency
source: 多源核对（示例）：流动人口没有户籍可比，两份以上登记一致的姓名视为正确
columns: {person_id: 公民身份号码, name: 姓名}
*/
-- A wrong sign may stand in another register too: the name most of them agree on counts.
with told as (
  select person_id, name from medical_insurance
  union all
  select person_id, name from social_insurance
  union all
  select person_id, name from students
  union all
  select owner_id, any_value(owner_name) from vehicles group by owner_id
), names as (
  select person_id, name, count(*) as registers from told where person_id is not null group by person_id, name
)
select distinct c.row_key
from checked as c
join names as n on n.person_id = c.person_id and n.name <> c.name and n.registers >= 2
left join names as o on o.person_id = c.person_id and o.name = c.name
where n.registers > coalesce(o.registers, 0)
