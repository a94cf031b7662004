/*
title: {zh: 地址与标准地址一致, en: Address as in the register}
expected: {zh: 地址以该编码的标准地址开头, en: The address begins with the standard address of its code}
family: consistency
source: 一数一源：地址以规划资源分局标准地址库为准（示例）
columns: {addr_code: 标准地址编码, address: 地址}
*/
-- Unit and room may follow; a code that is not registered is another check's.
select c.row_key, min(a.full_name) as expected
from checked as c
join addresses as a on a.addr_code = c.addr_code
where not starts_with(c.address, a.full_name)
group by c.row_key
