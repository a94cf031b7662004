-- A reporter follows what he reported: his reports by the name he gave, newest first.
create index hub_report_reporter on hub_report (reporter_name, received_at desc);
