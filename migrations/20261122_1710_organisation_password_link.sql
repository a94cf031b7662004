-- Organisation: whose link set the password of an account.

alter table org_account add column password_link_by text;
comment on column org_account.password_link_by is
  'Who made the link the present password was set by; he may know it, so his roles count at grants';
