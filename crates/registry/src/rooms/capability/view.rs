//! Areas and items as pages show them.

use domain::capability::{Figures, Item, Origin, RatedArea, Unit};
use web::T;

/// Stars as they are seen, and as they are read out.
pub(super) struct Stars {
    pub(super) text: String,
    pub(super) said: String,
}

impl Stars {
    pub(super) fn new(t: &T, number: i32) -> Self {
        Self {
            text: (1..=4).map(|n| if n <= number { '★' } else { '☆' }).collect(),
            said: t.n("capability-stars", "number", number),
        }
    }
}

/// An item.
pub(super) struct ItemView {
    pub(super) name: String,
    pub(super) figure: String,
    pub(super) origin: String,
    pub(super) points: u32,
    pub(super) most: u32,
    /// What gives more points, in a sentence; empty: nothing does.
    pub(super) next: String,
}

/// An area.
pub(super) struct AreaView {
    pub(super) name: String,
    pub(super) stars: Stars,
    pub(super) points: u32,
    pub(super) most: u32,
    pub(super) next: String,
    pub(super) items: Vec<ItemView>,
}

/// A figure with its unit.
pub(super) fn figure_words(t: &T, item: Item, figure: u64) -> String {
    let number = i64::try_from(figure).unwrap_or(i64::MAX);
    match item.unit() {
        Unit::YesNo => t.s(if figure == 1 { "capability-yes" } else { "capability-no" }),
        Unit::Years => t.n("capability-years", "number", number),
        Unit::Yen => t.with("capability-yen", &[("number", t.number(number))]),
        Unit::People => t.with("capability-of-people", &[("number", t.number(number))]),
        Unit::Percent => t.n("capability-percent", "number", number),
        Unit::Count => t.number(number),
    }
}

fn origin_words(t: &T, item: Item) -> String {
    t.s(match item.origin() {
        Origin::Registry => "capability-from-registry",
        Origin::Registration => "capability-from-registration",
        Origin::Stated => "capability-from-stated",
    })
}

/// The areas with their items.
pub(super) fn areas(t: &T, rated: &[RatedArea; 3]) -> Vec<AreaView> {
    let view = |area: &RatedArea| AreaView {
        name: t.s(format!("capability-area-{}", area.area.word())),
        stars: Stars::new(t, area.stars.into()),
        points: area.points,
        most: area.most,
        next: area.next_star.map_or_else(String::new, |least| {
            t.n("capability-next-star", "points", i64::from(least - area.points))
        }),
        items: area
            .items
            .iter()
            .map(|of| ItemView {
                name: item_name(t, of.item),
                figure: of
                    .figure
                    .map_or_else(|| t.s("capability-not-told"), |figure| figure_words(t, of.item, figure)),
                origin: origin_words(t, of.item),
                points: of.points,
                most: of.most,
                next: of.next.map_or_else(String::new, |(least, points)| {
                    let least = figure_words(t, of.item, least);
                    t.with("capability-next", &[("least", least), ("points", points.to_string())])
                }),
            })
            .collect(),
    };
    rated.iter().map(view).collect()
}

/// Name, figure and origin of all that is told, for the public.
pub(super) fn told(t: &T, figures: &Figures) -> Vec<(String, String, String)> {
    Item::ALL
        .iter()
        .filter_map(|item| Some((*item, *figures.get(item)?)))
        .map(|(item, figure)| (item_name(t, item), figure_words(t, item, figure), origin_words(t, item)))
        .collect()
}

/// What an item is called.
pub(super) fn item_name(t: &T, item: Item) -> String {
    t.s(format!("capability-item-{}", item.word().replace('_', "-")))
}
