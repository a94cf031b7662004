select
  event_id as number,
  title,
  channel,
  unit_code,
  opened_at,
  -- Before it is dispatched its handling has no limit yet; its signing and dispatch have.
  coalesce(due_at, step_due_at) as due_at,
  lon,
  lat
from events
where closed_at is null
  and coalesce(joined_into, '') = ''
  and unit_code like $unit || '%'
order by 6 nulls last, opened_at
