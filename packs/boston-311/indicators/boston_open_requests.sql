/*
title: {zh: 波士顿未办结报事, en: Boston open requests}
meaning:
  zh: 已受理、还没有办结的 311 报事
  en: Requests to 311 that were received and are not closed yet
unit: {zh: 件, en: requests}
owner: 330109-boston
direction: down
levels: [district]
period: now
measure: count
source: Analyze Boston 311
*/
select
  '330109-boston' as unit,
  open_dt as time,
  case_enquiry_id as key,
  1 as numerator,
  1 as denominator,
  case_title,
  neighborhood
from requests
where case_status = 'Open'
