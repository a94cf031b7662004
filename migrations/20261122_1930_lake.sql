-- Lake: where in a file a value stands, for those who look for one.

create table lake_marks (
  file_id bigint primary key references lake_files (id) on delete cascade,
  dataset text not null,
  sign text not null,
  path text not null unique,
  entries bigint not null,
  bytes bigint not null
);
create index lake_marks_dataset on lake_marks (dataset);
comment on table lake_marks is
  'Files of numbers that stand for values of some items, with item and place of each, of one file '
  'of rows; made by a job, never needed for an answer. sign: which items, and by what key; a file '
  'marked under another sign counts as not marked';
