/*
title: {zh: 家庭人口数与户籍人数一致, en: Members as registered}
expected: {zh: 家庭人口数等于该户状态正常的户籍人数, en: As many members as people of the household are registered}
family: consistency
source: 一数一源：家庭人口以公安户籍人口为准（示例）
columns: {household: 户号, members: 家庭人口数}
*/
select c.row_key, '户籍 ' || count(r.household_no) || ' 人' as expected
from checked as c
join residents as r on r.household_no = c.household and r.status = '正常'
group by c.row_key, c.members
having count(r.household_no) <> c.members
