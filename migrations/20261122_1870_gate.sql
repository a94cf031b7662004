-- What may only be counted: by which items of a dataset.

alter table gate_dataset_grade add column counted_by text[];
comment on column gate_dataset_grade.counted_by is
  'Items by which the dataset may be grouped and filtered where it is only counted; null: its unit';
