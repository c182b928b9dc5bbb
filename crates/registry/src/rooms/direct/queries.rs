//! All SQL of this room. Only it writes `direct_request` and `direct_event`. It reads `worker`, `company`, `site`, `node`, `employment`,
//! `roster_row`, `history` and `account`.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &FIND,
    &HOLD,
    &OF_WORKER,
    &OF_COMPANY,
    &WAITING,
    &OF_DAY,
    &WAITING_COUNT,
    &WAITING_AT_SITE,
    &SAME_PLACE,
    &INSERT,
    &DECIDE,
    &PUT_SITE,
    &INSERT_EVENTS,
    &EVENTS,
    &SITE,
    &SITES_OF_COMPANY,
    &SITES_OF_WORKER,
    &PEOPLE,
    &TIES,
    &RECORDED,
    &DAY,
    &TRADES,
    &DAYS_OF_WORKER,
    &TO_REMIND,
    &REMINDED,
    &LAPSED,
];

/// Requests with what pages show of them. `$total` is what stands for the number of all rows: a row that is held has none.
macro_rules! requests {
    ($total:literal, $rest:literal) => {
        concat!(
            "select ",
            $total,
            " as total, r.id, r.kind, r.change, r.worker_id, w.name as worker_name, w.handle, r.work_day, r.site_id, coalesce(s.name, r.site_name) as site_name,
                r.prime_id, coalesce(p.name, r.prime_name) as prime_name, coalesce(s.day_boundary, 0) as day_boundary, r.place, r.in_minute,
                r.out_minute, r.note, r.asked_as, r.account_id, r.company_id, coalesce(c.name, '') as company_name, r.asked_at, r.deadline,
                r.state, r.decided_at, r.reason
         from direct_request r join worker w on w.id = r.worker_id left join site s on s.id = r.site_id
             left join company p on p.id = r.prime_id left join company c on c.id = r.company_id ",
            $rest
        )
    };
}

pub(super) const FIND: Sql = Sql::new("direct.find", requests!("cast(1 as bigint)", "where r.id = $1"));

/// Some requests, held until the end of the transaction, in the order in which everybody takes them.
pub(super) const HOLD: Sql = Sql::new(
    "direct.hold",
    requests!(
        "cast(1 as bigint)",
        "where r.id in (select x.id from {{rows $1: id text}} x) order by r.id {{only postgres}}for update of r{{end}}"
    ),
);

pub(super) const OF_WORKER: Sql = Sql::new(
    "direct.of_worker",
    requests!(
        "count(*) over ()",
        "where r.worker_id = $1 order by case when r.state = 'requested' then 0 else 1 end, r.work_day desc, r.id desc limit $2 offset $3"
    ),
);

/// `$2`: 'open' or 'over'.
pub(super) const OF_COMPANY: Sql = Sql::new(
    "direct.of_company",
    requests!(
        "count(*) over ()",
        "where r.company_id = $1 and ($2 = 'open' and r.state = 'requested' or $2 = 'over' and r.state <> 'requested')
         order by r.work_day desc, w.name_kana, r.id desc limit $3 offset $4"
    ),
);

/// What waits for the prime `$1`: at all its sites, or (`$2` = 1) at those that account `$3` was given, by site, company and worker.
pub(super) const WAITING: Sql = Sql::new(
    "direct.waiting",
    requests!(
        "count(*) over ()",
        "where r.prime_id = $1 and r.state = 'requested'
           and ($2 = 0 or r.site_id in (select a.site_id from account_site a where a.account_id = $3))
         order by s.name, r.site_id, company_name, r.company_id, w.name_kana, r.worker_id, r.work_day limit $4 offset $5"
    ),
);

/// What was asked for one worker's day at a site, the oldest first.
pub(super) const OF_DAY: Sql = Sql::new(
    "direct.of_day",
    requests!(
        "cast(1 as bigint)",
        "where r.worker_id = $1 and r.work_day = $2 and r.site_id = $3 order by r.id"
    ),
);

/// As [`WAITING`], only how many.
pub(super) const WAITING_COUNT: Sql = Sql::new(
    "direct.waiting_count",
    "select count(*) from direct_request r where r.prime_id = $1 and r.state = 'requested'
       and ($2 = 0 or r.site_id in (select a.site_id from account_site a where a.account_id = $3))",
);

pub(super) const WAITING_AT_SITE: Sql = Sql::new(
    "direct.waiting_at_site",
    "select count(*) from direct_request r where r.prime_id = $1 and r.site_id = $2 and r.state = 'requested'",
);

/// Requests without a site whose typed name is the same: of a company, or of a worker.
pub(super) const SAME_PLACE: Sql = Sql::new(
    "direct.same_place",
    "select r.id from direct_request r
     where r.state = 'requested' and r.site_id is null and r.place = $3 and (r.company_id = $1 or r.worker_id = $2)
     order by r.id limit $4",
);

/// `where true` keeps SQLite from reading `on conflict` as a join condition.
pub(super) const INSERT: Sql = Sql::new(
    "direct.insert",
    "insert into direct_request (id, worker_id, work_day, site_id, prime_id, place, site_name, prime_name, in_minute, out_minute, note,
         asked_as, account_id, company_id, asked_at, deadline, state, decided_at, reason, reminders, kind, change)
     select r.id, r.worker_id, r.work_day, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, r.company_id, $12, r.deadline, 'requested', null, '', r.reminders,
         $13, $14
     from {{rows $1: id text, worker_id text, work_day int, company_id text, deadline int, reminders int}} r
     where true on conflict do nothing returning id",
);

/// The decision, whoever made it; the ids of those that were still open.
pub(super) const DECIDE: Sql = Sql::new(
    "direct.decide",
    "update direct_request set state = $2, decided_at = $3, reason = $4
     where state = 'requested' and id in (select r.id from {{rows $1: id text}} r) returning id",
);

/// Unless the same day at that site is asked for already.
pub(super) const PUT_SITE: Sql = Sql::new(
    "direct.put_site",
    "update direct_request set site_id = $2, prime_id = $3, place = $2
     where id = $1 and state = 'requested' and not exists (
         select 1 from direct_request o where o.worker_id = direct_request.worker_id and o.work_day = direct_request.work_day
             and o.place = $2 and o.kind = direct_request.kind and o.state = 'requested' and o.id <> $1)",
);

pub(super) const INSERT_EVENTS: Sql = Sql::new(
    "direct.insert_events",
    "insert into direct_event (id, request_id, at, account_id, what, details)
     select r.id, r.request_id, $2, $3, $4, $5 from {{rows $1: id text, request_id text}} r",
);

/// What happened to some requests, the oldest first, with who did it.
pub(super) const EVENTS: Sql = Sql::new(
    "direct.events",
    "select e.request_id, e.at, e.what, e.details, coalesce(a.name, '') as account_name, coalesce(c.name, '') as company_name
     from {{rows $1: request_id text}} r join direct_event e on e.request_id = r.request_id
         left join account a on a.id = e.account_id left join company c on c.id = a.company_id
     order by e.at, e.id",
);

pub(super) const SITE: Sql = Sql::new(
    "direct.site",
    "select s.id, s.name, s.prime_id, s.day_boundary from site s where s.id = $1 and s.deleted_at is null",
);

/// Sites where a company stands and that were not over before day `$2`.
pub(super) const SITES_OF_COMPANY: Sql = Sql::new(
    "direct.sites_of_company",
    "select distinct s.id, s.name, p.name as prime_name
     from node n join site s on s.id = n.site_id join company p on p.id = s.prime_id
     where n.company_id = $1 and n.status in ('invited', 'approved') and s.deleted_at is null and s.to_day >= $2
     order by s.name, s.id limit 300",
);

/// Sites on whose roster a worker stands or where he worked since day `$2`, the last one first.
pub(super) const SITES_OF_WORKER: Sql = Sql::new(
    "direct.sites_of_worker",
    "select s.id, s.name, p.name as prime_name,
            coalesce((select max(h.work_day) from history h where h.worker_id = $1 and h.work_day >= $2 and {{only sqlite}}+{{end}}h.site_id = s.id), 0) as last_day
     from site s join company p on p.id = s.prime_id
     where s.deleted_at is null and s.to_day >= $2
       and (s.id in (select x.site_id from roster_row x where x.worker_id = $1)
            or s.id in (select h.site_id from history h where h.worker_id = $1 and h.work_day >= $2))
     order by last_day desc, s.name, s.id limit 20",
);

/// A company's own people who were tied to it at any time from day `$2` to `$3`.
pub(super) const PEOPLE: Sql = Sql::new(
    "direct.people",
    "select w.id, w.handle, w.name, w.name_kana, count(*) over () as total
     from worker w
     where w.id in (select e.worker_id from employment e where e.company_id = $1 and e.from_day <= $3 and (e.to_day is null or e.to_day >= $2))
       and (w.ended_on is null or w.ended_on >= $2)
       and (replace(replace(lower(w.name), ' ', ''), '　', '') like $4 escape '\\'
            or replace(replace(w.name_kana, ' ', ''), '　', '') like $5 escape '\\' or w.id like $5 escape '\\')
     order by w.name_kana, w.id limit $6 offset $7",
);

/// Workers by their handles, with their ties, the main one first.
pub(super) const TIES: Sql = Sql::new(
    "direct.ties",
    "select w.id, w.handle, w.name, w.ended_on, e.company_id, e.from_day, e.to_day
     from {{rows $1: handle text}} r join worker w on w.handle = r.handle left join employment e on e.worker_id = w.id
     order by w.id, e.main desc, e.from_day desc",
);

/// Which of these worker-days have an entry at site `$2` already; days from `$3` to `$4`.
pub(super) const RECORDED: Sql = Sql::new(
    "direct.recorded",
    "select h.worker_id, h.work_day from {{rows $1: worker_id text, work_day int}} r
     join history h on h.worker_id = r.worker_id and h.work_day = r.work_day and {{only sqlite}}+{{end}}h.site_id = $2
     where h.first_in is not null and h.work_day between $3 and $4",
);

/// A recorded day of a worker at a site, for its correction; not one that is voided, nor one without an entry.
pub(super) const DAY: Sql = Sql::new(
    "direct.day",
    "select h.worker_id, w.name as worker_name, s.name as site_name, s.prime_id, s.day_boundary, h.employer_id, h.first_in, h.last_out, h.counts,
            h.trade, h.position, h.work_content, h.node_id
     from worker w join history h on h.worker_id = w.id join site s on s.id = h.site_id
     where w.handle = $1 and h.work_day = $2 and {{only sqlite}}+{{end}}h.site_id = $3 and h.first_in is not null and s.deleted_at is null",
);

pub(super) const TRADES: Sql = Sql::new(
    "direct.trades",
    "select t.trade from worker_trade t where t.worker_id = $1 order by t.ordinal",
);

/// Days since `$2` on which a worker has a history anywhere, or asked for one.
pub(super) const DAYS_OF_WORKER: Sql = Sql::new(
    "direct.days_of_worker",
    "select h.work_day from history h where h.worker_id = $1 and h.work_day >= $2 and h.first_in is not null
     union select r.work_day from direct_request r
           where r.worker_id = $1 and r.work_day >= $2 and r.state = 'requested' and r.kind = 'entry'",
);

pub(super) const TO_REMIND: Sql = Sql::new(
    "direct.to_remind",
    requests!(
        "cast(1 as bigint)",
        "where r.state = 'requested' and r.deadline between $1 and $2 and r.reminders < $3 order by r.id limit $4"
    ),
);

pub(super) const REMINDED: Sql = Sql::new(
    "direct.reminded",
    "update direct_request set reminders = $2
     where state = 'requested' and reminders < $2 and id in (select r.id from {{rows $1: id text}} r) returning id",
);

/// Open requests whose deadline was before day `$1`.
pub(super) const LAPSED: Sql = Sql::new(
    "direct.lapsed",
    requests!(
        "cast(1 as bigint)",
        "where r.state = 'requested' and r.deadline < $1 order by r.id limit $2"
    ),
);
