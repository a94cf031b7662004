-- Catalogue: when each resource was last delivered, whether or not that changed anything. A
-- snapshot alone does not tell: the same file again makes none.

create table catalogue_delivered (
  dataset text primary key,
  at timestamptz not null
);
comment on table catalogue_delivered is
  'When data of a resource last arrived and was taken, also when it was the same as before';

insert into catalogue_delivered (dataset, at)
select dataset, max(ended_at)
from ingest_delivery
where state in ('landed', 'unchanged') and ended_at is not null
group by dataset;
