/*
title: {zh: 死亡人员已注销, en: The dead are cancelled}
expected: {zh: 有死亡证明的，户籍状态应为死亡注销, en: Who has a death certificate is cancelled}
family: consistency
source: 《中华人民共和国户口登记条例》第八条：公民死亡，城市在葬前、农村在一个月以内申报注销（示例口径，一个月后仍未注销）
columns: {person_id: 公民身份号码, status: 户籍状态}
*/
select c.row_key, '死亡注销（证明 ' || min(d.certificate_no) || '）' as expected
from checked as c
join deaths as d on d.person_id = c.person_id
where c.status = '正常'
group by c.row_key
