-- Twelve calls on one road in one day are no coincidence: one thing stands behind them.
select
  cast(received_at + interval 8 hour as date) as day,
  town_code,
  class,
  regexp_extract(title, '^(.+?路)', 1) as road,
  count(*) as calls,
  min(received_at) as first_at,
  max(received_at) as last_at
from work_orders_12345
where title like '%路%'
group by 1, 2, 3, 4
having count(*) >= 12
