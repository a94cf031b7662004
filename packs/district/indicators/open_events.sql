/*
title: {zh: 未办结事件, en: Open events}
meaning:
  zh: 已收件、还没有办结的事件；并入别的事件的不另计
  en: Events received and not closed yet; those joined into another are not counted again
unit: {zh: 件, en: events}
owner: 330109-zzzx
direction: down
levels: [village, town, district]
period: now
measure: count
thresholds:
  village: {warn: 3, bad: 6}
  town: {warn: 30, bad: 60}
  district: {warn: 400, bad: 800}
source: 示例阈值，由区城市智治中心按年修订
columns:
  title: {zh: 标题, en: Title}
  matter_name: {zh: 事项, en: Matter}
  host: {zh: 主办单位, en: Host}
  due_at: {zh: 办理期限, en: Due}
  state: {zh: 环节, en: Step}
  overdue: {zh: 是否超期, en: Overdue}
*/
select
  unit_code as unit,
  opened_at as time,
  event_id as key,
  1 as numerator,
  1 as denominator,
  title,
  matter_name,
  host,
  due_at,
  state,
  due_at < current_timestamp as overdue
from events
where closed_at is null
  and coalesce(joined_into, '') = ''
