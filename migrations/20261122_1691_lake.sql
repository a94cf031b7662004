-- Lake: one index of keys covers the files of a layer, however many they are.

alter table lake_indexes drop constraint lake_indexes_path_key;
alter table lake_indexes add column first_place bigint not null default 0;
comment on column lake_indexes.first_place is
  'Number of the first row of this file in the index, which counts through the files it covers';
create index lake_indexes_path on lake_indexes (path);
