-- Fields and actions are shown in the order of their file, which jsonb does not keep.
alter table case_type alter column definition type json using definition::json;
