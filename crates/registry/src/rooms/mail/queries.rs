//! All SQL of the room.

use store::Sql;

pub(super) const ALL: &[&Sql] = &[&INSERT, &WAITING, &TAKE, &SENT, &LATER, &FAILED, &PURGE];

pub(super) const INSERT: Sql = Sql::new(
    "mail.insert",
    "insert into mail (id, recipient, subject, body, state, attempts, next_at, created_at) values ($1, $2, $3, $4, $5, 0, $6, $6)",
);
pub(super) const WAITING: Sql = Sql::new(
    "mail.waiting",
    "select id, recipient, subject, body, attempts, next_at, created_at from mail
     where state = 'waiting' and next_at <= $1 order by next_at, id limit 50",
);
pub(super) const TAKE: Sql = Sql::new(
    "mail.take",
    "update mail set next_at = $3, attempts = attempts + 1 where id = $1 and state = 'waiting' and next_at = $2",
);
pub(super) const SENT: Sql = Sql::new(
    "mail.sent",
    "update mail set state = 'sent', body = '', sent_at = $2 where id = $1",
);
pub(super) const LATER: Sql = Sql::new("mail.later", "update mail set next_at = $2, last_error = $3 where id = $1");
pub(super) const FAILED: Sql = Sql::new(
    "mail.failed",
    "update mail set state = 'failed', body = '', last_error = $2 where id = $1",
);
pub(super) const PURGE: Sql = Sql::new("mail.purge", "delete from mail where state <> 'waiting' and created_at < $1");
