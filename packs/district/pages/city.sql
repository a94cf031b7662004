select
  event_id as number,
  title,
  channel,
  unit_code,
  opened_at,
  due_at,
  lon,
  lat
from events
where closed_at is null
  and coalesce(joined_into, '') = ''
  and unit_code like $unit || '%'
order by due_at nulls last, opened_at
