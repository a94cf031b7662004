/*
title: {zh: 救助对象不是在业公司法定代表人, en: Who is aided runs no company}
expected: {zh: 不是存续有限责任公司的法定代表人, en: Not the legal representative of a company in business}
family: accuracy
source: 《社会救助暂行办法》第五十八条 家庭经济状况核对（示例口径）
columns: {person_id: 公民身份号码}
*/
-- Companies in business only: a stall is no sign of means.
select c.row_key, '法定代表人：' || min(f.firm_name) as expected
from checked as c
join firms as f on f.legal_person_id = c.person_id
where f.firm_type = '有限责任公司' and f.status = '存续'
group by c.row_key
