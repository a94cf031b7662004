-- Purposes of reading have names people are told.

alter table gate_policy add column purposes jsonb not null default '{}';
alter table gate_policy_version add column purposes jsonb not null default '{}';
comment on column gate_policy.purposes is 'Names of purposes by their code: {code: {zh, en}}';
