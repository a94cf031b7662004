select
  coalesce(neighborhood, '（未注明）') as neighborhood,
  subject,
  count(*) as received,
  count(*) filter (where case_status = 'Closed') as closed,
  count(*) filter (where case_status = 'Open') as open,
  count(*) filter (where case_status = 'Open' and ontime_status = 'OVERDUE') as overdue
from requests
group by 1, 2
