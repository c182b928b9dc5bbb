//! Forms of the roster as they were sent: names and values, since lists of workers have fields with a handle in their name.

use std::collections::{BTreeMap, BTreeSet};

use super::check::MoreForm;

/// A form as it was sent.
#[derive(Default)]
pub(super) struct Sent(BTreeMap<String, Vec<String>>);

impl Sent {
    pub(super) fn new(pairs: Vec<(String, String)>) -> Self {
        let mut sent = Self::default();
        for (name, value) in pairs {
            sent.0.entry(name).or_default().push(value);
        }
        sent
    }

    pub(super) fn all(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    pub(super) fn one(&self, name: &str) -> String {
        self.all(name).first().cloned().unwrap_or_default()
    }

    pub(super) fn of(&self, field: &str, worker: &str) -> String {
        self.one(&format!("{field}.{worker}"))
    }

    /// Handles of those to be put there: the ticked ones, or everybody on the page.
    pub(super) fn chosen(&self) -> BTreeSet<String> {
        let field = if self.all("everybody").is_empty() {
            "worker"
        } else {
            "listed"
        };
        self.all(field).iter().cloned().collect()
    }

    /// The fields of the rest.
    pub(super) fn more(&self) -> MoreForm {
        MoreForm {
            hazard: self.one("hazard"),
            hazard_other: self.one("hazard_other"),
            checkups: self.all("checkups").to_vec(),
            checkup_other: self.one("checkup_other"),
            qualifications: self.all("qualifications").to_vec(),
            sent: self.one("sent"),
            induction: self.one("induction"),
            consent: self.one("consent"),
        }
    }
}
