-- A reporter is an account, not a name: two people may share a name. And who handed a report in may
-- hand it in again.
alter table hub_report add column reporter_account text;
alter table hub_report add column handed_in_by text;
drop index hub_report_reporter;
create index hub_report_reporter on hub_report (reporter_account, received_at desc);
comment on column hub_report.reporter_account is
  'Account of the reporter, who follows and rates it; null when he has none';
comment on column hub_report.handed_in_by is 'Account that handed it in; null for the platform';
