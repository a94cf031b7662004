/*
title: {zh: 领取人健在, en: Who draws is alive}
expected: {zh: 死亡次月起不再发放, en: Nothing is paid from the month after the death}
family: accuracy
source: 《社会救助暂行办法》第十三条：人口、收入、财产状况变化的，及时调整或者停发（示例口径，死亡当月仍可发放）
columns: {person_id: 公民身份号码, until: 发放至}
*/
-- The month of the death is still paid.
select c.row_key, '有死亡证明 ' || min(d.certificate_no) as expected
from checked as c
join deaths as d on d.person_id = c.person_id
where date_diff('month', d.died_on, c.until) > 0
group by c.row_key
