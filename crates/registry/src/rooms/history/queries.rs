//! All SQL of this room. Reading screens join `worker`, `site`, `company` and `roster_row`; only this room writes `touch`,
//! `history`, `judgement` and `refused_touch`.

use store::Sql;

/// For the test that prepares every text on both databases.
pub(super) const ALL: &[&Sql] = &[
    &WORKERS,
    &LOCK_WORKERS,
    &SITE_NAME,
    &ANY_AT_SITE,
    &DAYS_AT_SITES,
    &FIRST_AT_SITE_FROM,
    &FIGURES_OF_SITE,
    &COUNT_REFUSED,
    &AROUND,
    &KNOWN,
    &AROUND_AND_KNOWN,
    &PAUSES,
    &INSERT_TOUCHES,
    &UPSERT_HISTORIES,
    &INSERT_JUDGEMENTS,
    &INSERT_REFUSED,
    &SETTLE_REFUSED,
    &OPEN_REFUSED_OF_SITE,
    &NOT_COUNTING_OF_SITE,
    &NOT_COUNTING_OF_WORKERS,
    &NOT_COUNTING_OF_WORKER,
    &COMPANY_NAMES,
    &NAMES_FOR_SITE,
    &DAYS_OF_WORKERS,
    &MONTH_OF_SITE,
    &MONTH_OF_WORKER,
    &DAY_TOUCHES,
    &DAY_JUDGEMENTS,
    &DAY_HISTORY,
    &ROSTER_COPY,
    &ROSTER_STAMP,
    &LATEST_AT_SITE,
    &WORKER_BY_HANDLE,
    &OTHER_SITES_ON_DAY,
    &TIED_NOW,
];

/// Names and registration of workers.
pub(super) const WORKERS: Sql = Sql::new(
    "history.workers",
    "select w.id, w.handle, w.name, w.language, w.registration, w.ended_on, w.dead_cards from worker w
     where w.id in (select r.worker_id from {{rows $1: worker_id text}} r)",
);

/// The same, and holds the workers until the end of the transaction: two writers never work on the same worker at once, so neither
/// computes a day from half of its touches. In the order of their IDs, so that two groups never wait for each other. (SQLite has one
/// writer.)
pub(super) const LOCK_WORKERS: Sql = Sql::new(
    "history.lock_workers",
    "select w.id, w.handle, w.name, w.language, w.registration, w.ended_on, w.dead_cards from worker w
     where w.id in (select r.worker_id from {{rows $1: worker_id text}} r) order by w.id {{only postgres}}for no key update{{end}}",
);

/// What is stored around some days of workers at sites: the sites, their touches and their histories, each row as an array, since on
/// the way of a touch each question more costs a round trip. Touches are wanted from a wider span than histories.
///
/// `$2` and `$3` are the first and the last day of all rows: by them PostgreSQL leaves out the months that cannot matter. `lateral`
/// and `offset 0` make it look up one row after the other by key: it cannot know how few rows come in `$1`. The judgement in force is
/// looked up row by row for the same reason.
macro_rules! around {
    () => {
        "select 'site' as what, {{array s.id, s.from_day, s.to_day, s.day_boundary, (select count(*) from site_pause p where p.site_id = s.id),
                case when exists (select 1 from refused_touch x where x.site_id = s.id and x.settled_at is null) then 1 else 0 end}} as data
         from (select distinct x.site_id from {{rows $1: worker_id text, site_id text}} x) r
         {{only sqlite}}join site s on{{end}}{{only postgres}}cross join lateral (select * from site s where{{end}}
             s.id = r.site_id and s.deleted_at is null {{only postgres}}offset 0) s{{end}}
         union all
         select 'touch', {{array t.worker_id, t.site_id, t.at, t.direction}}
         from {{rows $1: worker_id text, site_id text, from_day int, to_day int, touch_from int, touch_to int}} r
         {{only sqlite}}join touch t on{{end}}{{only postgres}}cross join lateral (select * from touch t where{{end}}
             t.worker_id = r.worker_id and t.touch_day between r.touch_from and r.touch_to and t.site_id = r.site_id
             and t.touch_day between $2 and $3 {{only postgres}}offset 0) t{{end}}
         union all
         select 'history', {{array h.worker_id, h.site_id, h.work_day, h.first_in, h.last_out, h.judgement, h.employer_id, h.node_id, h.fixed, j.verdict, j.rule}}
         from {{rows $1: worker_id text, site_id text, from_day int, to_day int, touch_from int, touch_to int}} r
         {{only sqlite}}join history h on{{end}}{{only postgres}}cross join lateral (select * from history h where{{end}}
             h.worker_id = r.worker_id and h.work_day between r.from_day and r.to_day and {{only sqlite}}+{{end}}h.site_id = r.site_id
             and h.work_day between $2 and $3 {{only postgres}}offset 0) h{{end}}
         {{only sqlite}}join judgement j on{{end}}{{only postgres}}cross join lateral (select * from judgement j where{{end}}
             j.worker_id = h.worker_id and j.work_day = h.work_day and j.site_id = h.site_id and j.number = h.judgement
             and j.work_day between $2 and $3 {{only postgres}}offset 0) j{{end}}"
    };
}
pub(super) const AROUND: Sql = Sql::new("history.around", around!());

/// What is known of workers at sites: their employers, their trades, their rows on the rosters, which sites are places of training, and
/// the nodes of all these companies there with all nodes above them. `$1` begins with worker and site. As arrays, `lateral` and
/// `offset 0` as in [`AROUND`].
macro_rules! known {
    () => {
        "select 'employment' as what, {{array e.worker_id, e.company_id, e.from_day, e.to_day, e.main}} as data
         from (select distinct x.worker_id from {{rows $1: worker_id text}} x) r
         {{only sqlite}}join employment e on{{end}}{{only postgres}}cross join lateral (select * from employment e where{{end}}
             e.worker_id = r.worker_id {{only postgres}}offset 0) e{{end}}
         union all
         select 'trade', {{array t.worker_id, t.trade, t.ordinal}}
         from (select distinct x.worker_id from {{rows $1: worker_id text}} x) r
         {{only sqlite}}join worker_trade t on{{end}}{{only postgres}}cross join lateral (select * from worker_trade t where{{end}}
             t.worker_id = r.worker_id {{only postgres}}offset 0) t{{end}}
         union all
         select 'roster', {{array x.worker_id, x.site_id, x.node_id, n.company_id, x.trade, x.position, x.work_content, x.from_day, x.to_day, x.accrues,
                x.hazard, x.hazard_other, x.checkups, x.checkup_other}}
         from {{rows $1: worker_id text, site_id text}} r
         join roster_row x on x.worker_id = r.worker_id and x.site_id = r.site_id
         join node n on n.id = x.node_id
         union all
         select 'training', {{array x.site_id, n.id, x.from_day, x.to_day}}
         from training_site x join node n on n.site_id = x.site_id and n.tier = 0
         where x.site_id in (select r.site_id from {{rows $1: worker_id text, site_id text}} r)
         union all
         select 'node', {{array u.id, u.site_id, u.parent_id, u.company_id, u.tier, u.status, u.to_day}}
         from (with recursive up (id, site_id, parent_id, company_id, tier, status, to_day) as (
                   select n.id, n.site_id, n.parent_id, n.company_id, n.tier, n.status, n.to_day
                   from (select r.site_id, e.company_id
                         from {{rows $1: worker_id text, site_id text}} r join employment e on e.worker_id = r.worker_id
                         union
                         select x.site_id, m.company_id
                         from {{rows $1: worker_id text, site_id text}} r
                         join roster_row x on x.worker_id = r.worker_id and x.site_id = r.site_id
                         join node m on m.id = x.node_id) s
                   join {{only sqlite}}node{{end}}{{only postgres}}lateral
                       (select * from node n where n.site_id = s.site_id and n.company_id = s.company_id offset 0){{end}} n
                       on n.site_id = s.site_id and n.company_id = s.company_id
                   union
                   select p.id, p.site_id, p.parent_id, p.company_id, p.tier, p.status, p.to_day from up join node p on p.id = up.parent_id)
               select id, site_id, parent_id, company_id, tier, status, to_day from up) u"
    };
}
pub(super) const KNOWN: Sql = Sql::new("history.known", known!());

/// Both in one: on the way of a touch each question more is a round trip more.
pub(super) const AROUND_AND_KNOWN: Sql = Sql::new("history.around_and_known", concat!(around!(), " union all ", known!()));

/// Suspensions of sites. One that was called off before its first day holds no day.
pub(super) const PAUSES: Sql = Sql::new(
    "history.pauses",
    "select p.site_id, p.from_day, p.to_day from site_pause p
     where p.site_id in (select r.site_id from {{rows $1: site_id text}} r) and (p.to_day is null or p.to_day >= p.from_day)",
);

/// `where true` keeps SQLite from reading `on conflict` as a join condition. What is stored already is known beforehand; the conflict is
/// a second lock on the same door.
pub(super) const INSERT_TOUCHES: Sql = Sql::new(
    "history.insert_touches",
    "insert into touch (worker_id, touch_day, site_id, at, direction, source, method, item_id, seq, received_at)
     select r.worker_id, r.touch_day, r.site_id, r.at, r.direction, r.source, r.method, r.item_id, r.seq, r.received_at
     from {{rows $1: worker_id text, touch_day int, site_id text, at bigint, direction text, source text, method text, item_id text, seq bigint, received_at bigint}} r
     where true on conflict do nothing",
);

pub(super) const UPSERT_HISTORIES: Sql = Sql::new(
    "history.upsert_histories",
    "insert into history (worker_id, work_day, site_id, first_in, last_out, counts, employer_id, node_id, trade, position, work_content, hazards, judgement, updated_at, fixed, attended)
     select r.worker_id, r.work_day, r.site_id, r.first_in, r.last_out, r.counts, r.employer_id, r.node_id, r.trade, r.position, r.work_content, r.hazards, r.judgement, r.updated_at, r.fixed, r.attended
     from {{rows $1: worker_id text, work_day int, site_id text, first_in bigint, last_out bigint, counts int, employer_id text, node_id text, trade text, position text, work_content text, hazards text, judgement int, updated_at bigint, fixed text, attended int}} r
     where true on conflict (worker_id, work_day, site_id) do update set
         first_in = excluded.first_in, last_out = excluded.last_out, counts = excluded.counts, employer_id = excluded.employer_id,
         node_id = excluded.node_id, trade = excluded.trade, position = excluded.position, work_content = excluded.work_content,
         hazards = excluded.hazards, judgement = excluded.judgement, updated_at = excluded.updated_at, fixed = excluded.fixed,
         attended = excluded.attended",
);

pub(super) const INSERT_JUDGEMENTS: Sql = Sql::new(
    "history.insert_judgements",
    "insert into judgement (worker_id, work_day, site_id, number, at, rule, counts, verdict, cause)
     select r.worker_id, r.work_day, r.site_id, r.number, r.at, r.rule, r.counts, r.verdict, r.cause
     from {{rows $1: worker_id text, work_day int, site_id text, number int, at bigint, rule text, counts int, verdict text, cause text}} r",
);

/// A touch refused again for the same or another reason keeps one open note.
pub(super) const INSERT_REFUSED: Sql = Sql::new(
    "history.insert_refused",
    "insert into refused_touch (id, site_id, source, worker_id, at, direction, method, item_id, seq, received_at, code, refusal, card_issue)
     select r.id, r.site_id, r.source, r.worker_id, r.at, r.direction, r.method, r.item_id, r.seq, r.received_at, r.code, r.refusal, r.card_issue
     from {{rows $1: id text, site_id text, source text, worker_id text, at bigint, direction text, method text, item_id text, seq bigint, received_at bigint, code text, refusal text, card_issue int}} r
     where true on conflict (site_id, worker_id, at, direction) do update set code = excluded.code, refusal = excluded.refusal, card_issue = excluded.card_issue, settled_at = null",
);

pub(super) const SETTLE_REFUSED: Sql = Sql::new(
    "history.settle_refused",
    "update refused_touch set settled_at = $2 where settled_at is null and (site_id, worker_id, at, direction) in (
         select r.site_id, r.worker_id, r.at, r.direction from {{rows $1: worker_id text, site_id text, at bigint, direction text}} r)",
);

pub(super) const OPEN_REFUSED_OF_SITE: Sql = Sql::new(
    "history.open_refused_of_site",
    "select x.source, x.worker_id, x.at, x.direction, x.method, x.item_id, x.seq, x.received_at, x.refusal, x.card_issue, w.name as worker_name, d.name as reader_name
     from refused_touch x left join worker w on w.id = x.worker_id left join reader d on d.id = x.source
     where x.site_id = $1 and x.settled_at is null order by x.received_at desc, x.id limit $2",
);

/// Open days of a site that do not count, by the index `history_open`.
pub(super) const NOT_COUNTING_OF_SITE: Sql = Sql::new(
    "history.not_counting_of_site",
    "select h.worker_id, h.site_id, h.work_day from history h
     where h.site_id = $1 and h.work_day >= $2 and h.counts = 0 and h.attended = 1",
);

pub(super) const NOT_COUNTING_OF_WORKERS: Sql = Sql::new(
    "history.not_counting_of_workers",
    "select h.worker_id, h.site_id, h.work_day from {{rows $1: worker_id text, site_id text}} r
     join history h on h.worker_id = r.worker_id and h.work_day >= $2 and {{only sqlite}}+{{end}}h.site_id = r.site_id
     where h.counts = 0 and h.attended = 1",
);

/// Open days of a worker at all sites that do not count.
pub(super) const NOT_COUNTING_OF_WORKER: Sql = Sql::new(
    "history.not_counting_of_worker",
    "select h.worker_id, h.site_id, h.work_day from history h
     where h.worker_id = $1 and h.work_day >= $2 and h.counts = 0 and h.attended = 1",
);

/// What answers to a reader name: companies, and the prime of its site.
pub(super) const NAMES_FOR_SITE: Sql = Sql::new(
    "history.names_for_site",
    "select c.id, c.name, 0 as prime from company c where c.id in (select r.id from {{rows $1: id text}} r)
     union all select c.id, c.name, 1 as prime from site s join company c on c.id = s.prime_id where s.id = $2",
);

pub(super) const COMPANY_NAMES: Sql = Sql::new(
    "history.company_names",
    "select c.id, c.name from company c where c.id in (select r.id from {{rows $1: id text}} r)",
);

/// The days of some workers at a site in a month. The `+` keeps SQLite from reading the days of the whole site for each worker.
pub(super) const DAYS_OF_WORKERS: Sql = Sql::new(
    "history.days_of_workers",
    "select h.worker_id, h.work_day, h.first_in, h.last_out, h.counts, h.employer_id, h.node_id
     from {{rows $1: worker_id text}} r
     join history h on h.worker_id = r.worker_id and {{only sqlite}}+{{end}}h.site_id = $2 and h.work_day between $3 and $4
     where h.attended = 1",
);

/// Every day of a site's month with its content, for the CSV file; in no order and without names, which are the same on many days.
/// Only days that do not count need their verdict. The prime sees all of it (`$4` = 1); of a branch this is the coarse cut, which the
/// caller then holds against the viewer's scope.
pub(super) const MONTH_OF_SITE: Sql = Sql::new(
    "history.month_of_site",
    "select h.worker_id, h.work_day, h.first_in, h.last_out, h.counts, h.employer_id, h.node_id, h.trade, h.position, h.work_content, h.hazards,
            case when h.counts = 0 then
                (select j.verdict from judgement j where j.worker_id = h.worker_id and j.work_day = h.work_day and j.site_id = h.site_id
                    and j.number = h.judgement and j.work_day between $2 and $3) end as verdict
     from history h
     where h.site_id = $1 and h.work_day between $2 and $3 and h.attended = 1
       and ($4 = 1 or h.employer_id in (select r.id from {{rows $5: id text}} r) or h.node_id in (select r.id from {{rows $6: id text}} r))",
);

pub(super) const MONTH_OF_WORKER: Sql = Sql::new(
    "history.month_of_worker",
    "select h.site_id, s.name as site_name, p.name as prime_name, h.work_day, h.first_in, h.last_out, h.employer_id, c.name as employer_name,
            h.node_id, h.trade, h.position, h.work_content, h.hazards, j.verdict
     from history h join site s on s.id = h.site_id join company p on p.id = s.prime_id left join company c on c.id = h.employer_id
     join judgement j on j.worker_id = h.worker_id and j.work_day = h.work_day and j.site_id = h.site_id and j.number = h.judgement
     where h.worker_id = $1 and h.work_day between $2 and $3 and j.work_day between $2 and $3 and h.attended = 1
     order by h.work_day, h.first_in, h.site_id",
);

pub(super) const DAY_TOUCHES: Sql = Sql::new(
    "history.day_touches",
    "select t.at, t.direction, t.method, t.received_at, coalesce(d.name, a.name) as source_name
     from touch t left join reader d on d.id = t.source left join account a on a.id = t.source
     where t.worker_id = $1 and t.site_id = $2 and t.touch_day between $3 and $4 order by t.at, t.direction",
);

pub(super) const DAY_JUDGEMENTS: Sql = Sql::new(
    "history.day_judgements",
    "select at, rule, verdict, cause from judgement where worker_id = $1 and work_day = $2 and site_id = $3 order by number desc",
);

/// A voided day has no times any more; its story stays.
pub(super) const DAY_HISTORY: Sql = Sql::new(
    "history.day_history",
    "select s.name as site_name, p.name as prime_name, h.first_in, h.last_out, h.employer_id, c.name as employer_name, h.node_id,
            h.trade, h.position, h.work_content, h.hazards, h.fixed, s.day_boundary
     from history h join site s on s.id = h.site_id join company p on p.id = s.prime_id left join company c on c.id = h.employer_id
     where h.worker_id = $1 and h.work_day = $2 and h.site_id = $3 and (h.attended = 1 or h.fixed = 'void')",
);

/// Who may be expected at the gate of a site: its roster, and the people of the companies in its organisation.
pub(super) const ROSTER_COPY: Sql = Sql::new(
    "history.roster_copy",
    "select distinct w.id from worker w join roster_row x on x.worker_id = w.id where x.site_id = $1
     union select e.worker_id from employment e join node n on n.company_id = e.company_id
     where n.site_id = $1 and n.status = 'approved' and (n.to_day is null or n.to_day >= $2) and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2)",
);

/// What shows in a moment whether a roster copy is still right: the last event of the site, and of the workers how many there are, how
/// many of their cards are dead, how many registrations have ended, how many codes for number entry there are and when the last was
/// set.
pub(super) const ROSTER_STAMP: Sql = Sql::new(
    "history.roster_stamp",
    "select (select coalesce(max(v.at), 0) from site_event v where v.site_id = $1) as event, count(*) as workers,
        cast(coalesce(sum(w.dead_cards), 0) as bigint) as dead, count(w.ended_on) as ended, count(g.worker_id) as codes,
        coalesce(max(g.set_at), 0) as code_set
     from worker w left join gate_code g on g.worker_id = w.id where w.id in (
        select x.worker_id from roster_row x where x.site_id = $1
        union select e.worker_id from employment e join node n on n.company_id = e.company_id
        where n.site_id = $1 and n.status = 'approved' and e.from_day <= $2 and (e.to_day is null or e.to_day >= $2))",
);

/// The last touches of a site's day, newest first, with the day's history. `lateral` and `offset 0` as in [`AROUND`]: of a day that has
/// just begun PostgreSQL knows nothing, and would rather read all workers. What is shown beside is looked up for the last ones alone.
pub(super) const LATEST_AT_SITE: Sql = Sql::new(
    "history.latest_at_site",
    "select x.worker_id, w.handle, w.name, x.at, x.direction, x.work_day, x.counts, x.employer_id, c.name as employer_name, x.node_id, j.verdict
     from (select h.worker_id, h.site_id, h.work_day, h.counts, h.employer_id, h.node_id, h.judgement, t.at, t.direction
           from history h
           {{only sqlite}}join touch t on{{end}}{{only postgres}}cross join lateral (select * from touch t where{{end}}
               t.worker_id = h.worker_id and t.touch_day between $2 and $4 and t.site_id = h.site_id {{only postgres}}offset 0) t{{end}}
           where h.site_id = $1 and h.work_day = $2
           order by t.at desc, h.worker_id limit $3) x
     {{only sqlite}}join worker w on w.id = x.worker_id{{end}}
     {{only postgres}}cross join lateral (select w.handle, w.name from worker w where w.id = x.worker_id offset 0) w{{end}}
     left join company c on c.id = x.employer_id
     {{only sqlite}}join judgement j on{{end}}{{only postgres}}cross join lateral (select * from judgement j where{{end}}
         j.worker_id = x.worker_id and j.work_day = x.work_day and j.site_id = x.site_id and j.number = x.judgement
         and j.work_day = $2 {{only postgres}}offset 0) j{{end}}
     order by x.at desc, x.worker_id",
);

pub(super) const WORKER_BY_HANDLE: Sql = Sql::new(
    "history.worker_by_handle",
    "select id, handle, name from worker where handle = $1",
);

/// Whether the worker was elsewhere in the same hours, since one person cannot be at two sites at once. Told to himself (`$6` = 1)
/// and to a company (`$7`) about its own days alone: where else he works is no business of anybody else.
pub(super) const OTHER_SITES_ON_DAY: Sql = Sql::new(
    "history.other_sites_on_day",
    "select count(*) from history h where h.worker_id = $1 and h.work_day = $2 and h.site_id <> $3 and h.first_in < $5 and coalesce(h.last_out, h.first_in) > $4
       and ($6 = 1 or h.employer_id = $7)",
);

/// Whether a worker is tied to a company on a day.
pub(super) const TIED_NOW: Sql = Sql::new(
    "history.tied_now",
    "select 1 from employment where worker_id = $1 and company_id = $2 and from_day <= $3 and (to_day is null or to_day >= $3)",
);

pub(super) const SITE_NAME: Sql = Sql::new(
    "history.site_name",
    "select s.name, c.name as prime_name, s.day_boundary from site s join company c on c.id = s.prime_id where s.id = $1",
);

pub(super) const ANY_AT_SITE: Sql = Sql::new("history.any_at_site", "select 1 from history where site_id = $1 limit 1");

/// First and last day on which somebody worked at each of these sites: one step each in the index, not all of its days.
pub(super) const DAYS_AT_SITES: Sql = Sql::new(
    "history.days_at_sites",
    "select r.site_id, (select min(h.work_day) from history h where h.site_id = r.site_id) as first,
            (select max(h.work_day) from history h where h.site_id = r.site_id) as last
     from {{rows $1: site_id text}} r",
);

/// The first such day from day `$2` on.
pub(super) const FIRST_AT_SITE_FROM: Sql = Sql::new(
    "history.first_at_site_from",
    "select min(work_day) from history where site_id = $1 and work_day >= $2",
);

/// Sums of a month by employer and node, small enough to be held against any scope. Who is there today stands in the rows alone, the
/// month in the index.
pub(super) const FIGURES_OF_SITE: Sql = Sql::new(
    "history.figures_of_site",
    "select f.employer_id, f.node_id, cast(sum(f.days) as bigint) as days, cast(sum(f.counting) as bigint) as counting,
            cast(sum(f.today) as bigint) as today, cast(sum(f.gone) as bigint) as gone
     from (select h.employer_id, h.node_id, count(*) as days, sum(h.counts) as counting, 0 as today, 0 as gone
           from history h where h.site_id = $1 and h.work_day between $2 and $3 and h.attended = 1
           group by h.employer_id, h.node_id
           union all
           select h.employer_id, h.node_id, 0, 0, sum(case when h.first_in is not null then 1 else 0 end),
                  sum(case when h.last_out is not null then 1 else 0 end)
           from history h where h.site_id = $1 and h.work_day = $4 and h.work_day between $2 and $3 and h.attended = 1
           group by h.employer_id, h.node_id) f
     group by f.employer_id, f.node_id",
);

pub(super) const COUNT_REFUSED: Sql = Sql::new(
    "history.count_refused",
    "select count(*) from refused_touch where site_id = $1 and settled_at is null",
);
