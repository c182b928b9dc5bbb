//! A group of what is missing in words: the sentence, who can mend it until when, the button or the message.

use domain::judge::{Mender, Reason};
use domain::missing::{Cause, Group, Who, may_tell_again};
use domain::{CompanyId, SiteId, WorkDay, WorkerId};
use web::{T, Value};

use super::proxy::Proxies;
use crate::access::Viewer;
use crate::rooms::history::{About, Names};
use crate::rooms::site::percent;

/// What the sentences need to know of a site.
pub(super) struct Place<'a> {
    pub(super) site: SiteId,
    pub(super) name: &'a str,
    pub(super) prime: (CompanyId, &'a str),
    pub(super) names: &'a Names,
    pub(super) today: WorkDay,
    pub(super) mending_months: i64,
    /// Address under which people reach us.
    pub(super) address: &'a str,
    /// Where the viewer's company acts for others.
    pub(super) proxies: &'a Proxies,
}

/// A message to whoever can mend it.
pub(super) struct Message {
    pub(super) subject: String,
    /// The address that opens it in a mail program; to whom is for the sender to say.
    pub(super) mailto: String,
    pub(super) text: String,
    /// It can be sent as a notice now: there is somebody to tell, who has not been told in the last days.
    pub(super) can_tell: bool,
    /// When it was last told.
    pub(super) told: Option<WorkDay>,
}

/// What one act mends, as a viewer reads it.
pub(super) struct Line {
    pub(super) key: String,
    pub(super) text: String,
    /// Stable code, where there is one.
    pub(super) code: String,
    pub(super) mender: String,
    /// The viewer can do it, and it is not too late.
    pub(super) own: bool,
    /// He can do it in the place of the company that is named, and it is not too late.
    pub(super) by_proxy: bool,
    pub(super) days: u32,
    pub(super) coming: u32,
    /// Both together.
    pub(super) at_stake: u32,
    pub(super) until: Option<WorkDay>,
    pub(super) days_until: u32,
    pub(super) workers: usize,
    /// Text and address of the screen that mends it.
    pub(super) button: Option<(String, String)>,
    /// Each worker has a screen of his own for it.
    pub(super) per_worker: bool,
    pub(super) message: Option<Message>,
}

/// The companies that causes name.
pub(super) fn companies<'a>(causes: impl IntoIterator<Item = &'a Cause>) -> std::collections::BTreeSet<CompanyId> {
    causes.into_iter().filter_map(company_of).collect()
}

fn company_of(cause: &Cause) -> Option<CompanyId> {
    match cause {
        Cause::Reason(reason) => reason.company(),
        Cause::CompanyEnds { company, .. } | Cause::CardEnds { company } => Some(*company),
        Cause::Refused(_) | Cause::PeriodEnds { .. } => None,
    }
}

/// The address of a worker's own screen for a cause, if it has one.
pub(super) fn worker_link(site: SiteId, cause: &Cause, handle: &str) -> Option<String> {
    let on_roster = matches!(cause, Cause::Reason(reason) if reason.act() == Some(domain::access::Act::KeepRoster));
    // For a worker who is on the roster already, this address opens his row.
    on_roster.then(|| format!("/sites/{site}/roster/add?worker={handle}"))
}

impl Place<'_> {
    fn about(&self) -> About<'_> {
        About {
            site: self.site,
            prime: self.prime.1,
            names: self.names,
            handle: "",
            day: self.today,
            mending_months: self.mending_months,
        }
    }

    fn company(&self, cause: &Cause) -> String {
        company_of(cause)
            .and_then(|c| self.names.get(&c))
            .cloned()
            .unwrap_or_default()
    }

    /// Sentence and code.
    fn sentence(&self, t: &T, cause: &Cause) -> (String, String) {
        match cause {
            Cause::Reason(reason) => {
                let remark = self.about().reason(t, reason);
                (remark.text, remark.code)
            }
            Cause::Refused(refusal) => {
                let remark = self.about().refusal(t, refusal);
                (remark.text, remark.code)
            }
            Cause::PeriodEnds { last } => (t.with("missing-period-ends", &[("last", Value::from(*last))]), String::new()),
            Cause::CompanyEnds { last, .. } => {
                let args = [("company", Value::from(self.company(cause))), ("last", Value::from(*last))];
                (t.with("missing-company-ends", &args), String::new())
            }
            Cause::CardEnds { .. } => (
                t.with("missing-card-ends", &[("company", Value::from(self.company(cause)))]),
                String::new(),
            ),
        }
    }

    /// Where it is mended, by those who can.
    pub(super) fn link(&self, cause: &Cause) -> Option<String> {
        let site = self.site;
        Some(match cause {
            Cause::Reason(reason) => match reason {
                Reason::NotOnRoster { .. } => format!("/sites/{site}/roster/add"),
                Reason::TradeMissing { .. } | Reason::TradeNotHeld { .. } | Reason::NotTiedToRosterCompany { .. } => {
                    format!("/sites/{site}/roster")
                }
                Reason::CompanyNotInOrganisation { .. } => format!("/sites/{site}/organisation"),
                Reason::CompanyNotApproved { .. } | Reason::UpperNotApproved { .. } => "/approvals".to_owned(),
                // On the page of each day.
                Reason::EntryMissing | Reason::EmployerNotLinked => return None,
            },
            Cause::PeriodEnds { .. } => format!("/sites/{site}/edit"),
            Cause::CompanyEnds { .. } => "/registration".to_owned(),
            Cause::Refused(refusal) => match refusal.key() {
                "touch-outside-period" => format!("/sites/{site}/edit"),
                "touch-in-future" | "touch-malformed" | "touch-unknown-site" => format!("/sites/{site}/readers"),
                _ => return None,
            },
            Cause::CardEnds { .. } => return None,
        })
    }

    /// What is told to who can mend it: key of the sentence, its values, and where he goes. The same for notice and message; no
    /// worker is named in it.
    pub(super) fn told(&self, group: &Group) -> (String, Vec<(&'static str, String)>, String) {
        let until = group
            .until
            .unwrap_or_else(|| domain::judge::mending_deadline(self.today, self.mending_months));
        let args = vec![
            ("site", self.name.to_owned()),
            ("company", self.company(&group.cause)),
            ("days", group.at_stake().to_string()),
            ("until", until.to_string()),
        ];
        let link = match &group.cause {
            Cause::Reason(Reason::EmployerNotLinked) => "/my/registration".to_owned(),
            Cause::CardEnds { .. } => "/my/card".to_owned(),
            Cause::Reason(Reason::CompanyNotApproved { .. } | Reason::UpperNotApproved { .. }) => "/approvals".to_owned(),
            Cause::CompanyEnds { .. } => "/registration".to_owned(),
            _ => format!("/sites/{}/mend", self.site),
        };
        (format!("notice-missing-{}", group.cause.kind()), args, link)
    }

    /// The group as `viewer` reads it. `told`: when it was last told, and after how many days it may be told again.
    pub(super) fn line(&self, t: &T, viewer: &Viewer, group: &Group, told: (Option<WorkDay>, i64)) -> Line {
        let cause = &group.cause;
        let own_company = viewer.company_id();
        let who = own_company.map_or(Who::Nobody, |own| cause.who(own, self.prime.0));
        let late = group.days > 0 && group.until.is_some_and(|until| until < self.today);
        let own = who == Who::Us && !late && cause.act().is_some_and(|act| viewer.may(act));
        let (text, code) = self.sentence(t, cause);
        let button = if own {
            let label = |link| (t.s(format!("mend-{}", button_key(cause))), link);
            self.link(cause).map(label)
        } else {
            self.proxies.button(t, self.site, group).filter(|_| !late)
        };
        let by_proxy = !own && button.is_some();
        let message = matches!(who, Who::Company(_) | Who::Workers).then(|| self.message(t, group, who, told));
        Line {
            key: cause.key(),
            text,
            code,
            mender: self.mender(t, cause),
            own,
            by_proxy,
            days: group.days,
            coming: group.coming,
            at_stake: group.at_stake(),
            until: group.until,
            days_until: group.days_until,
            workers: group.people.len(),
            button,
            per_worker: worker_link(self.site, cause, "").is_some(),
            message: message.flatten().filter(|_| !late),
        }
    }

    fn mender(&self, t: &T, cause: &Cause) -> String {
        match cause.mender() {
            Mender::DeviceKeeper => t.s("mender-device-keeper"),
            mender => self.about().mender(t, mender),
        }
    }

    fn message(&self, t: &T, group: &Group, who: Who, (told, again): (Option<WorkDay>, i64)) -> Option<Message> {
        let (key, args, link) = self.told(group);
        // Nothing can be said to whoever a refused touch is about: he is not known.
        t.get(&key)?;
        let args: Vec<(&str, Value)> = args
            .iter()
            .map(|(name, text)| {
                let day = (*name == "until").then(|| text.parse::<WorkDay>().ok()).flatten();
                (*name, day.map_or_else(|| Value::from(text.clone()), Value::from))
            })
            .collect();
        let sentence = t.with(&key, &args);
        let address = format!("{}{link}", self.address);
        let workers_known = who != Who::Workers || !group.people.is_empty();
        let subject = t.with("missing-message-subject", &[("site", self.name)]);
        let text = t.with(
            "missing-message",
            &[("text", sentence.as_str()), ("address", address.as_str())],
        );
        Some(Message {
            mailto: format!("mailto:?subject={}&body={}", percent(&subject), percent(&text)),
            subject,
            text,
            can_tell: workers_known && may_tell_again(told, self.today, again),
            told,
        })
    }
}

/// The key of a button's text is that of the reason.
fn button_key(cause: &Cause) -> &'static str {
    let kind = cause.kind();
    kind.strip_prefix("touch-").unwrap_or(kind)
}

/// Those who are told of a group: the company that can mend it, or its workers.
pub(super) fn recipients(group: &Group, own: CompanyId, prime: CompanyId) -> Recipients {
    match group.cause.who(own, prime) {
        Who::Company(company) => Recipients::Company(company),
        Who::Workers => Recipients::Workers(group.people.iter().map(|(worker, _)| *worker).collect()),
        Who::Us | Who::Employer | Who::Nobody => Recipients::Nobody,
    }
}

/// Who is told.
pub(super) enum Recipients {
    /// A company.
    Company(CompanyId),
    /// These workers.
    Workers(Vec<WorkerId>),
    /// There is nobody to tell.
    Nobody,
}
