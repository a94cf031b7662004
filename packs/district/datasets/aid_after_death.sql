-- The last month of death is still paid; whoever is paid for a later one is looked at.
select
  paid.scheme,
  paid.grant_no,
  paid.person_id,
  paid.name,
  deaths.died_on,
  paid.paid_until,
  date_diff('month', deaths.died_on, paid.paid_until) as months_over,
  paid.monthly,
  deaths.certificate_no,
  paid.village_code
from (
  select '高龄津贴' as scheme, grant_no, person_id, name, paid_until, monthly, village_code from elder_allowance
  union all
  select '低保' as scheme, aid_no as grant_no, person_id, name, paid_until, monthly, village_code from low_income_aid
) as paid
join deaths on deaths.person_id = paid.person_id
where date_diff('month', deaths.died_on, paid.paid_until) > 0
