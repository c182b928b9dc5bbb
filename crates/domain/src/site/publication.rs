//! Who sees what of a site's data (公開設定項目, views 4-1 and 4-2).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::master::{Published, SiteItem};

/// Who looks at the data of a site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Audience {
    /// The prime: everything.
    Prime,
    /// A company that has others beneath it (上位下請).
    Upper,
    /// A company that has nobody beneath it: what everybody may see.
    Member,
    /// A worker of the site (技能者).
    Worker,
}

/// What the prime chose: item → whether it is open to workers, to upper companies. What it did not choose is as the table has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Publication(pub BTreeMap<String, (bool, bool)>);

impl Publication {
    /// Whether an item is open to workers and to upper companies, as things stand.
    #[must_use]
    pub fn of(&self, item: &SiteItem) -> (bool, bool) {
        let chosen = self.0.get(&item.item).copied();
        let stands = |published, chosen: Option<bool>| match published {
            Published::Always => true,
            Published::Never => false,
            Published::Open => chosen.unwrap_or(true),
            Published::Closed => chosen.unwrap_or(false),
        };
        (
            stands(item.to_workers, chosen.map(|c| c.0)),
            stands(item.to_uppers, chosen.map(|c| c.1)),
        )
    }
}

/// Whether somebody sees a field of the form; in lists by its name without the number: `contract.orderer`. A field that stands in no
/// item is the prime's alone.
#[must_use]
pub fn shows(items: &[SiteItem], publication: &Publication, audience: Audience, field: &str) -> bool {
    if audience == Audience::Prime {
        return true;
    }
    let Some(item) = items.iter().find(|item| item.fields.iter().any(|f| f == field)) else {
        return false;
    };
    let (workers, uppers) = publication.of(item);
    match audience {
        Audience::Prime => true,
        Audience::Upper => uppers,
        Audience::Member => item.to_uppers == Published::Always,
        Audience::Worker => workers,
    }
}

#[cfg(test)]
mod tests {
    use super::super::FORM;
    use super::*;
    use crate::form::Kind;
    use crate::master::Masters;

    #[test]
    fn every_field_stands_in_one_item_and_every_item_names_fields() {
        let masters = Masters::embedded().unwrap();
        let mut named: Vec<&str> = masters
            .site_items()
            .iter()
            .flat_map(|item| item.fields.iter().map(String::as_str))
            .collect();
        let mut there: Vec<String> = FORM
            .groups
            .iter()
            .flat_map(|group| group.fields.iter().map(move |field| (group, field)))
            .filter(|(_, field)| !matches!(field.kind, Kind::Given))
            .map(|(group, field)| match group.list {
                Some(_) => format!("{}.{}", group.name, field.name),
                None => field.name.to_owned(),
            })
            .collect();
        named.sort_unstable();
        there.sort();
        assert_eq!(named, there);
    }

    #[test]
    fn who_sees_what() {
        use Audience as A;
        let masters = Masters::embedded().unwrap();
        let chosen = Publication(
            [
                ("orderer", (true, false)),
                ("amount", (true, true)),
                ("address", (false, false)),
            ]
            .into_iter()
            .map(|(item, open)| (item.to_owned(), open))
            .collect(),
        );
        let at_first = Publication::default();
        // (field, choice, prime, upper, member, worker)
        let cases = [
            ("name", &at_first, "++++"),
            ("street", &chosen, "++++"), // always: a choice against it is not heard
            ("phone", &at_first, "++-+"),
            ("order_kind", &at_first, "++--"),
            ("contract.orderer", &at_first, "+---"),
            ("contract.orderer", &chosen, "+--+"),
            ("contract.amount_yen", &chosen, "+---"), // never, whatever was chosen
            ("kentaikyo_number", &at_first, "+---"),
            ("no_such_field", &chosen, "+---"),
        ];
        for (field, publication, expected) in cases {
            let seen: String = [A::Prime, A::Upper, A::Member, A::Worker]
                .map(|audience| {
                    if shows(masters.site_items(), publication, audience, field) {
                        '+'
                    } else {
                        '-'
                    }
                })
                .iter()
                .collect();
            assert_eq!(seen, expected, "{field}");
        }
    }
}
