select
  licences.licence_no,
  licences.uscc,
  licences.firm_name as licence_name,
  firms.firm_name as registered_name,
  licences.issued_on,
  licences.village_code
from food_licences as licences
join firms on firms.uscc = licences.uscc
where firms.firm_name <> licences.firm_name
