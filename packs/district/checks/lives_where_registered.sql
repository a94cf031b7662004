/*
title: {zh: 村社与户籍一致, en: Village as in the register}
expected: {zh: 所在村社与户籍人口一致, en: The village in which the person is registered}
family: consistency
source: 一数一源：居住村社以公安户籍人口为准（示例）
columns: {person_id: 公民身份号码, village: 村社编码}
*/
select c.row_key, min(r.village_code) as expected
from checked as c
join residents as r on r.person_id = c.person_id
where c.village <> r.village_code
group by c.row_key
