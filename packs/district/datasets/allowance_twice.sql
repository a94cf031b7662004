select
  person_id,
  max(name) as name,
  count(*) as payments,
  min(grant_no) as first_grant,
  max(grant_no) as last_grant,
  sum(monthly) as monthly,
  max(village_code) as village_code
from elder_allowance
group by person_id
having count(*) > 1
