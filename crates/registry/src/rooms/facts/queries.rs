//! All SQL of this room, which only reads: `history`, `touch`, `site` and `account_site` of other rooms.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[&OF_SITE, &OF_PRIME];

/// The histories from day `$2` to day `$3` of these sites, each with its way as the place in `domain::way::Way::ALL` (a test compares).
///
/// `$5` are the days with the day after each: the touches of a day lie on the two, and by them they are found by key. `$4` is the day
/// after `$3`, so that PostgreSQL leaves out the months that cannot matter. The times of a corrected day need not be those of a touch.
macro_rules! histories {
    ($sites:literal) => {
        concat!(
            "(select h.site_id, h.employer_id, h.node_id, h.counts,
                (select min(case t.method when 'card' then 0 when 'qr' then 1 when 'number_code' then 2 when 'import' then 3 when 'qr_plain' then 4
                                when 'number' then 5 when 'prime' then 6 when 'direct_company' then 7 when 'direct_worker' then 8 end)
                 from touch t
                 where t.worker_id = h.worker_id and t.touch_day between d.work_day and d.next_day and t.site_id = h.site_id
                   and (h.fixed is not null or t.at between coalesce(h.first_in, h.last_out) and coalesce(h.last_out, h.first_in))
                   and t.touch_day between $2 and $4) as way
             from ",
            $sites,
            " x join history h on h.site_id = x.id and h.work_day between $2 and $3
              join {{rows $5: work_day int, next_day int}} d on d.work_day = h.work_day
             where h.attended = 1) f"
        )
    };
}

/// One site, small enough to be held against any scope.
pub(super) const OF_SITE: Sql = Sql::new(
    "facts.of_site",
    concat!(
        "select f.employer_id, f.node_id, f.way, count(*) as days, cast(sum(f.counts) as bigint) as counting from ",
        histories!("(select s.id from site s where s.id = $1)"),
        " group by f.employer_id, f.node_id, f.way"
    ),
);

/// All sites of a prime that were open in the period or have histories in it; for a site manager (`$6` = 1) his own.
pub(super) const OF_PRIME: Sql = Sql::new(
    "facts.of_prime",
    concat!(
        "select s.id, s.name, s.from_day, s.to_day, g.way, coalesce(g.days, 0) as days, coalesce(g.counting, 0) as counting
         from site s left join (
             select f.site_id, f.way, count(*) as days, cast(sum(f.counts) as bigint) as counting from ",
        histories!("(select p.id from site p where p.prime_id = $1 and p.deleted_at is null)"),
        " group by f.site_id, f.way) g on g.site_id = s.id
         where s.prime_id = $1 and s.deleted_at is null and (g.days is not null or (s.from_day <= $3 and s.to_day >= $2))
           and ($6 = 0 or exists (select 1 from account_site a where a.account_id = $7 and a.site_id = s.id))
         order by s.from_day, s.id"
    ),
);

#[cfg(test)]
mod tests {
    use domain::way::Way;
    use store::Backend;

    use super::*;

    #[test]
    fn ways_stand_in_the_texts_in_their_order() {
        let expected: Vec<String> = Way::ALL
            .iter()
            .enumerate()
            .map(|(place, way)| format!("'{}' then {place} ", way.word()))
            .collect();
        for sql in ALL {
            let text = sql.text(Backend::Sqlite).unwrap();
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            for part in &expected {
                assert!(text.contains(part.as_str()), "{}: {part}", sql.name());
            }
        }
    }
}
