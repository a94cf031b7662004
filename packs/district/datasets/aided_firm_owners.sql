-- Companies in business only: a stall is no sign of means.
select
  aid.aid_no,
  aid.person_id,
  aid.name,
  aid.category,
  firms.uscc,
  firms.firm_name,
  firms.capital,
  firms.founded_on,
  aid.village_code
from low_income_aid as aid
join firms on firms.legal_person_id = aid.person_id
where firms.firm_type = '有限责任公司' and firms.status = '存续'
