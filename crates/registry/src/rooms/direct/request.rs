//! A request as the room works with it: who stands to it how, where a move leads, how it looks.

use domain::direct::{Change, Hours, Obstacle, Party, RequestKind, RequestMove, RequestState, clock, leads_to};
use domain::{CompanyId, SiteId, WorkDay, WorkerId};
use jiff::Timestamp;
use web::Mood;

use crate::access::Viewer;

/// A day that was entered directly, and where it stands.
#[derive(Debug, Clone)]
pub struct Request {
    /// Its key.
    pub id: String,
    /// A new day, or a correction.
    pub kind: RequestKind,
    /// What a correction changes.
    pub change: Change,
    /// Whose day.
    pub worker: WorkerId,
    /// His name.
    pub worker_name: String,
    /// Stands for him in addresses.
    pub handle: String,
    /// The day.
    pub day: WorkDay,
    /// The site; none: it is not put on yet.
    pub site: Option<SiteId>,
    /// Its name; as typed, while there is none.
    pub site_name: String,
    /// The prime of the site.
    pub prime: Option<CompanyId>,
    /// Its name, or as typed; may be empty.
    pub prime_name: String,
    pub(super) boundary: u16,
    pub(super) place: String,
    /// Entry and exit.
    pub hours: Hours,
    /// What was written to the prime.
    pub note: String,
    /// He asked himself; else his company did.
    pub by_worker: bool,
    /// Account that asked.
    pub account: String,
    /// The company that asked, or his employer that day.
    pub company: Option<CompanyId>,
    /// Its name.
    pub company_name: String,
    /// When it was asked.
    pub asked: Timestamp,
    /// Last day for its approval.
    pub deadline: WorkDay,
    /// Where it stands.
    pub state: RequestState,
    /// When that was decided.
    pub decided: Option<Timestamp>,
    /// Why it was refused.
    pub reason: String,
    /// What a correction changes, in words, once they are asked for.
    pub(crate) said: String,
}

impl Request {
    /// As whom the viewer stands to it; none: it does not exist for him. Others than the prime see it only in the name of the worker or
    /// of the company that stands in it.
    pub(super) fn party(&self, viewer: &Viewer) -> Option<Party> {
        use domain::access::Act::{ApproveHistory, EnterHistory};
        if let Some((own, _)) = &viewer.worker {
            return (*own == self.worker && viewer.may(EnterHistory)).then_some(Party::Worker);
        }
        let own = viewer.company_id()?;
        if let (Some(site), Some(prime)) = (self.site, self.prime)
            && prime == own
            && viewer.may(ApproveHistory)
            && viewer.reaches(site)
        {
            return Some(Party::Prime);
        }
        let employer = self.company == Some(own) && viewer.may(EnterHistory);
        employer.then_some(if self.by_worker { Party::Employer } else { Party::Asker })
    }

    /// Every way the viewer stands to it: a prime that asked for its own worker is both.
    pub(super) fn parties(&self, viewer: &Viewer) -> Vec<Party> {
        let mut parties: Vec<Party> = self.party(viewer).into_iter().collect();
        let own = viewer.company_id();
        if parties.first() == Some(&Party::Prime)
            && own.is_some()
            && self.company == own
            && viewer.may(domain::access::Act::EnterHistory)
        {
            parties.push(if self.by_worker { Party::Employer } else { Party::Asker });
        }
        parties
    }

    /// Where a move of the viewer's leads.
    ///
    /// # Errors
    /// [`Obstacle`].
    pub(super) fn leads_to(&self, viewer: &Viewer, what: RequestMove, today: WorkDay) -> Result<RequestState, Obstacle> {
        let mut why = Obstacle::NotYours;
        // A recorded day has its site.
        if self.is_correction() && what == RequestMove::PutSite {
            return Err(why);
        }
        for party in self.parties(viewer) {
            match leads_to(self.state, party, what, today, self.deadline) {
                Ok(next) => return Ok(next),
                Err(obstacle) if why == Obstacle::NotYours => why = obstacle,
                Err(_) => {}
            }
        }
        Err(why)
    }

    /// It is about a recorded day.
    pub(crate) fn is_correction(&self) -> bool {
        self.kind == RequestKind::Correction
    }

    /// How its state looks.
    pub(crate) fn mood(&self) -> Mood {
        match self.state {
            RequestState::Requested => Mood::Pending,
            RequestState::Approved => Mood::Good,
            RequestState::Refused => Mood::Bad,
            RequestState::Withdrawn => Mood::Info,
            RequestState::Expired => Mood::Warn,
        }
    }

    /// Days left for its approval.
    pub(super) fn left(&self, today: &WorkDay) -> i64 {
        domain::direct::days_left(*today, self.deadline)
    }

    /// The entry as people read it.
    pub(crate) fn entry(&self) -> String {
        clock(self.hours.from)
    }

    /// The exit as people read it.
    pub(crate) fn exit(&self) -> Option<String> {
        self.hours.to.map(clock)
    }
}

/// One thing that happened to a request.
#[derive(Debug, Clone)]
pub(crate) struct Event {
    pub(crate) at: Timestamp,
    pub(crate) what: String,
    /// The site that was put on, the reason; empty for the others.
    pub(crate) details: String,
    /// Company and name of who did it; empty if nobody did.
    pub(crate) who: String,
}

impl Event {
    /// Key of its sentence.
    pub(crate) fn key(&self) -> String {
        format!("direct-event-{}", self.what)
    }
}
