-- Grants over rows by conditions, for counts alone, and so many rows a call; why one was revoked.

alter table gate_grant
  add column conditions jsonb,
  add column counted jsonb,
  add column rows_per_call bigint check (rows_per_call > 0),
  add column revoked_because text;
comment on column gate_grant.conditions is
  'Conditions every row it opens meets: [{item, in, from, to}]';
comment on column gate_grant.counted is
  'Its items may only be counted, over at least so many persons: {least}';
comment on column gate_grant.revoked_because is 'Why it was taken back';
