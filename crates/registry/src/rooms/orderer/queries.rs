//! All SQL of this room. It writes `orderer_site`; accounts belong to another room.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[&OF_SITE, &BY_SIGN_IN_ID, &AGREE, &END];

/// Orderers who may see the figures of site `$1`, the latest first.
pub(super) const OF_SITE: Sql = Sql::new(
    "orderer.of_site",
    "select a.id, a.name, a.sign_in_id, o.agreed_at from orderer_site o join account a on a.id = o.account_id
     where o.site_id = $1 and o.ended_at is null and a.closed_at is null order by o.agreed_at desc, a.id",
);

/// The orderer who signs in with ID `$1`.
pub(super) const BY_SIGN_IN_ID: Sql = Sql::new(
    "orderer.by_sign_in_id",
    "select a.id from account a where a.sign_in_id = $1 and a.role = 'orderer' and a.closed_at is null",
);

/// Agreed twice, it is agreed once.
pub(super) const AGREE: Sql = Sql::new(
    "orderer.agree",
    "insert into orderer_site (site_id, account_id, number, agreed_at, agreed_by)
     select $1, $2, coalesce(max(x.number), 0) + 1, $3, $4 from orderer_site x where x.site_id = $1 and x.account_id = $2
     on conflict do nothing",
);

pub(super) const END: Sql = Sql::new(
    "orderer.end",
    "update orderer_site set ended_at = $3 where site_id = $1 and account_id = $2 and ended_at is null",
);
