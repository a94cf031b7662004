-- A search by the beginning of an action reads a period and never used this index. What is asked
-- for by the whole name of an action is no reading of a dataset, which most records are.
drop index audit_records_action;
create index audit_records_doings on audit_records (action, id desc) where dataset is null;
