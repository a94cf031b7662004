-- Notices: what an account has not read is found without what it has, and goes when its time is
-- over.

create index notice_receipt_unread on notice_receipt (account, notice_id) where read_at is null;
