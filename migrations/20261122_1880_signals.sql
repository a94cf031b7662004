-- Findings of one run that one department has to mend are one ticket, not one each.

alter table signal add column ticket jsonb;
comment on column signal.ticket is
  'What it shares its case with: id, title, subject, evidence; null: a case of its own';
create index signal_ticket on signal ((ticket ->> 'id')) where ticket is not null;
