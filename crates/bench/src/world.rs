//! What is made up: companies, sites with their organisation, people, and the days they worked. Follows from the number of rows
//! alone, so that a second run finds what the first has loaded.

use std::collections::BTreeSet;

use domain::judge::{RosterStanding, Standing, Verdict, judge};
use domain::organisation::{Chain, NodeId};
use domain::{Attendance, PositionId, SiteId, WorkDay};
use jiff::Timestamp;
use jiff::civil::{Weekday, date};
use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};
use registry::made_up::{Company, Worker, company_id, company_name, worker};
use ulid::Ulid;

/// People of the site whose calendar is measured.
pub(crate) const CALENDAR_PEOPLE: usize = 500;
/// People enough to touch for a while, even if few rows are loaded.
const PEOPLE: usize = 20_000;
/// Of 100 working days so many are worked; at the calendar site all.
const PRESENCE: i32 = 75;
/// Sizes of the other sites, in turn.
const SIZES: [usize; 12] = [4, 40, 12, 90, 6, 25, 8, 250, 15, 60, 5, 30];
const TRADES: [&str; 4] = ["10-01", "11-01", "09-01", "12-01"];
const WORK: [&str; 4] = ["型枠の建込み", "鉄筋の組立", "幹線の配線", "外壁の塗装"];

/// First day of the loaded year, and the first one behind it: from here on touches are measured.
pub(crate) fn year() -> (WorkDay, WorkDay) {
    (WorkDay::from_date(date(2025, 12, 1)), WorkDay::from_date(date(2026, 12, 1)))
}

/// Days on which measured touches are put.
pub(crate) const MEASURED_DAYS: usize = 18;

/// A site.
pub(crate) struct Site {
    pub(crate) id: SiteId,
    pub(crate) name: String,
    /// Index of its prime's company.
    pub(crate) prime: usize,
    pub(crate) reader: String,
    pub(crate) reader_key: String,
}

/// A company's place at a site.
pub(crate) struct Node {
    pub(crate) id: String,
    pub(crate) site: usize,
    pub(crate) parent: Option<usize>,
    pub(crate) company: usize,
    pub(crate) tier: u8,
}

/// Somebody and where he works.
pub(crate) struct Person {
    pub(crate) worker: Worker,
    pub(crate) site: usize,
    pub(crate) node: usize,
    pub(crate) position: Option<PositionId>,
    pub(crate) work_content: &'static str,
    /// Forgotten on the roster: his days do not count.
    pub(crate) listed: bool,
    /// Of 100 days so many are worked; 0 for those who come only after the year.
    pub(crate) presence: i32,
    /// Shifts his days and times against those of others.
    pub(crate) phase: i32,
    /// What his days are judged to be, by the rules in use.
    pub(crate) verdict: Verdict,
}

/// A working day and how many of its rows are loaded.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Day {
    pub(crate) day: WorkDay,
    pub(crate) number: i32,
    pub(crate) rows: u64,
}

/// How a site is made.
struct Shape {
    people: usize,
    companies: usize,
    /// Down to the fifth tier.
    deep: bool,
    /// Its days were judged before anybody stood on the roster.
    late: bool,
}

/// The working days of the year.
pub(crate) fn working_days() -> Vec<WorkDay> {
    let (first, end) = year();
    (0..400)
        .map(|n| first.plus(n))
        .take_while(|d| *d < end)
        .filter(|d| d.date().weekday() != Weekday::Sunday)
        .collect()
}

/// Everything.
pub(crate) struct World {
    pub(crate) companies: Vec<Company>,
    /// The first is the calendar site.
    pub(crate) sites: Vec<Site>,
    pub(crate) nodes: Vec<Node>,
    /// In an order of chance: neighbours in the list work at different sites.
    pub(crate) people: Vec<Person>,
    /// Oldest first.
    pub(crate) days: Vec<Day>,
    /// When all of it was registered.
    pub(crate) registered: Timestamp,
}

impl World {
    /// Whether somebody has days for certain. The oldest day is left out: it may be cut.
    pub(crate) fn has_days(&self, person: &Person) -> bool {
        let days = self.days.iter().skip(1);
        days.into_iter().any(|day| works(person.phase, day.number, person.presence))
    }

    fn empty() -> Self {
        Self {
            companies: Vec::new(),
            sites: Vec::new(),
            nodes: Vec::new(),
            people: Vec::new(),
            days: Vec::new(),
            registered: midnight(year().0.plus(-30)),
        }
    }

    /// One site with so many companies and people, who all came on every working day of the year's last month before anybody had put
    /// them on the roster: as the days are stored, none counts; judged again, nearly all do. Gives the number of days too.
    pub(crate) fn of_site(companies: usize, people: usize) -> anyhow::Result<(Self, u64)> {
        let mut random = StdRng::seed_from_u64(20_261_125);
        let mut world = Self::empty();
        let shape = Shape {
            people,
            companies,
            deep: true,
            late: true,
        };
        world.add_site(&shape, people, &mut BTreeSet::new(), &mut random)?;
        world.people.shuffle(&mut random);
        let month = year().1.month().previous();
        let days: Vec<WorkDay> = working_days().into_iter().filter(|d| d.month() == month).collect();
        let rows = u64::try_from(days.len() * people)?;
        world.days = world.cut(&days, rows)?;
        Ok((world, rows))
    }

    /// A world with this many history rows.
    pub(crate) fn of(rows: u64) -> anyhow::Result<Self> {
        let mut random = StdRng::seed_from_u64(20_261_130);
        let mut world = Self::empty();
        let days = working_days();
        let rows_wanted = usize::try_from(rows)?;
        let others = rows_wanted.saturating_sub(CALENDAR_PEOPLE * days.len());
        // A little more than needed: the oldest day is cut to fit.
        let with_history = CALENDAR_PEOPLE + others * 100 / (days.len() * PRESENCE as usize) * 101 / 100 + 1;
        let people = with_history.max(PEOPLE.min(rows_wanted));
        let mut ids = BTreeSet::new();
        while world.people.len() < people {
            let left = people - world.people.len();
            let size = if world.sites.is_empty() {
                CALENDAR_PEOPLE
            } else {
                SIZES[world.sites.len() % SIZES.len()].min(left)
            };
            let shape = Shape {
                people: size,
                // One company in ten people.
                companies: size.div_ceil(10),
                deep: false,
                late: false,
            };
            world.add_site(&shape, with_history, &mut ids, &mut random)?;
        }
        world.people.shuffle(&mut random);
        world.days = world.cut(&days, rows)?;
        Ok(world)
    }

    fn add_site(
        &mut self,
        shape: &Shape,
        with_history: usize,
        ids: &mut BTreeSet<String>,
        random: &mut StdRng,
    ) -> anyhow::Result<()> {
        let site = self.sites.len();
        let key = |n: usize, kind: u64| Ulid::from_parts(kind, u128::try_from(n).unwrap_or(0)).to_string();
        let id = SiteId::from_free_digits(random.random(), 71).ok_or_else(|| anyhow::anyhow!("a site ID"))?;
        anyhow::ensure!(ids.insert(id.to_string()), "a site ID twice");
        let prime = self.add_company(ids, random);
        let first_node = self.nodes.len();
        let (reader, reader_key) = (key(site, 3), format!("ashiba_bench_{site:08}"));
        self.sites.push(Site {
            id,
            name: format!("架空第{site}ビル新築工事"),
            prime,
            reader,
            reader_key,
        });
        self.nodes.push(Node {
            id: key(first_node, 2),
            site,
            parent: None,
            company: prime,
            tier: 0,
        });
        for n in 0..shape.companies {
            // A third of them beneath another, so that there are three tiers; of a deep site each has four beneath it.
            let parent = if shape.deep {
                first_node + n / 4
            } else if n >= 2 && n % 3 == 2 {
                self.nodes.len() - 1
            } else {
                first_node
            };
            let tier = self.nodes[parent].tier + 1;
            let company = self.add_company(ids, random);
            self.nodes.push(Node {
                id: key(self.nodes.len(), 2),
                site,
                parent: Some(parent),
                company,
                tier,
            });
        }
        for n in 0..shape.people {
            let node = first_node + 1 + n * shape.companies / shape.people;
            let company = self.companies[self.nodes[node].company].id;
            let trade = TRADES[node % TRADES.len()].parse()?;
            let since = WorkDay::of(self.registered, 0);
            let worker = loop {
                let worker = worker(random, Some((company, since)), &[trade]);
                if ids.insert(worker.id.to_string()) {
                    break worker;
                }
            };
            let position = if n % 10 == 0 {
                Some("foreman".parse().map_err(|_| anyhow::anyhow!("a position"))?)
            } else {
                None
            };
            let presence = match self.people.len() {
                _ if site == 0 => 100,
                nth if nth < with_history => PRESENCE,
                _ => 0,
            };
            let (listed, work_content) = (n % 50 != 49, WORK[node % WORK.len()]);
            let row = RosterStanding {
                node: NodeId(self.nodes[node].id.clone()),
                company,
                chain: Chain::Approved,
                trade: Some(trade),
                position: position.clone(),
                work_content: work_content.to_owned(),
                hazards: None,
            };
            let standing = Standing {
                employers: vec![company],
                trades: worker.trades.clone(),
                detailed: true,
                roster: (listed && !shape.late).then_some(row),
                employer_chain: Some(Chain::Approved),
                training: false,
            };
            let attendance = Attendance {
                first_in: Some(self.registered),
                last_out: None,
            };
            let verdict = judge(&attendance, &standing);
            let phase = random.random_range(0..10_000);
            self.people.push(Person {
                worker,
                site,
                node,
                position,
                work_content,
                listed,
                presence,
                phase,
                verdict,
            });
        }
        Ok(())
    }

    fn add_company(&mut self, ids: &mut BTreeSet<String>, random: &mut StdRng) -> usize {
        let n = self.companies.len();
        let (name, kana) = company_name(n);
        let id = loop {
            let id = company_id(random);
            if ids.insert(id.to_string()) {
                break id;
            }
        };
        self.companies.push(Company { id, name, kana });
        n
    }

    /// Goes back from the newest day until there are enough rows.
    fn cut(&self, days: &[WorkDay], rows: u64) -> anyhow::Result<Vec<Day>> {
        // How many people have each phase (modulo 100) and presence: all that the days depend on.
        let mut there = [[0u64; 2]; 100];
        for person in self.people.iter().filter(|p| p.presence > 0) {
            there[usize::try_from(person.phase % 100)?][usize::from(person.presence == 100)] += 1;
        }
        let mut left = rows;
        let mut taken = Vec::new();
        for (number, day) in days.iter().enumerate().rev() {
            let number = i32::try_from(number)?;
            let of_day = (0..100)
                .zip(&there)
                .map(|(phase, [most, all])| all + if works(phase, number, PRESENCE) { *most } else { 0 })
                .sum::<u64>();
            let rows = of_day.min(left);
            left -= rows;
            taken.push(Day { day: *day, number, rows });
            if left == 0 {
                break;
            }
        }
        anyhow::ensure!(left == 0, "{left} rows found no day");
        taken.reverse();
        Ok(taken)
    }
}

/// Whether somebody works on the `number`th day. The loader says the same in SQL.
fn works(phase: i32, number: i32, presence: i32) -> bool {
    (phase + number * 37) % 100 < presence
}

/// The instant at which a day begins in Japan.
pub(crate) fn midnight(day: WorkDay) -> Timestamp {
    day.date()
        .to_zoned(domain::time::japan())
        .map_or(Timestamp::UNIX_EPOCH, |z| z.timestamp())
}
