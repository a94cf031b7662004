-- Cockpit: the pages that packs declare. It keeps no figures: those are composed anew for each
-- reader.
create table cockpit_page (
  name text primary key,
  pack text not null,
  declared jsonb not null,
  live_sql text not null
);
comment on table cockpit_page is 'Pages: headline numbers, map, ranking, trend, open matters';
