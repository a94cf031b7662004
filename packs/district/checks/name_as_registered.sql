/*
title: {zh: 姓名与户籍一致, en: Name as in the register}
expected: {zh: 同一身份证号的姓名与户籍人口一致, en: The name that belongs to the id in the register of residents}
family: consistency
source: 一数一源：姓名以公安户籍人口为准（示例）
columns: {person_id: 公民身份号码, name: 姓名}
*/
-- People who are not registered here are not compared.
select c.row_key
from checked as c
join residents as r on r.person_id = c.person_id
where c.name <> r.name
