-- Entities: the address library, a lookup copy of the dataset that a contract declares as one.
create table address_library (
  dataset text primary key,
  -- Which item of the dataset is what, and the scores of each kind of match with their source.
  mapping jsonb not null,
  -- Snapshot of the dataset that `address_entry` holds now; null before the first delivery.
  snapshot_id bigint
);
comment on table address_library is
  'Datasets that serve as address libraries, and how far they were copied';

create table address_entry (
  dataset text not null references address_library (dataset) on delete cascade,
  code text not null,
  full_name text not null,
  town_code text,
  village_code text,
  grid_code text,
  road text,
  -- Leading number of the door plate; plates such as 128-1 sort beside 128.
  number integer,
  compound text,
  building text,
  lon double precision,
  lat double precision,
  primary key (dataset, code)
);
create index address_entry_road on address_entry (road, number);
create index address_entry_compound on address_entry (compound, building);
comment on table address_entry is 'One address of the library, as matching needs it';
