-- Open cases are looked for by the dataset they are about when it is delivered again.
create index case_file_dataset on case_file ((state -> 'data' ->> 'dataset'))
  where closed_at is null;
