/*
title: {zh: 企业名称与登记一致, en: Firm name as registered}
expected: {zh: 同一信用代码的名称与市场主体登记一致, en: The name that belongs to the credit code in the register of firms}
family: consistency
source: 一数一源：企业名称以市场主体登记为准（示例）
columns: {uscc: 统一社会信用代码, name: 名称}
*/
select c.row_key, min(f.firm_name) as expected
from checked as c
join firms as f on f.uscc = c.uscc
where c.name <> f.firm_name
group by c.row_key
