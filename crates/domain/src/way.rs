//! Ways a history came about (蓄積方法): by a touch at a device, or typed in by somebody.

use std::collections::BTreeMap;

/// How a touch came in, the strongest first. A history with touches of several ways came about in the strongest of them, so that a
/// day is counted once. The order is our rule: what a device has seen says more than what somebody typed, and the more so the
/// farther from the worker's own interest it was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Way {
    /// The chip of a card, or what a linked system takes for it.
    Card,
    /// A QR on the worker's telephone, which the registry has signed a moment before (署名付きQR).
    Qr,
    /// The worker's number with his own code, typed at a device (番号と暗証番号).
    NumberCode,
    /// A file of a reader with built-in logging.
    Import,
    /// A printed QR with the worker's number alone, shown to a device (番号だけのQR).
    QrPlain,
    /// The worker's number alone, scanned at a device.
    Number,
    /// Entered by the prime.
    Prime,
    /// Direct input (直接入力) by the employer, approved by the prime.
    DirectCompany,
    /// Direct input by the worker himself, approved by the prime.
    DirectWorker,
}

impl Way {
    /// All of them, the strongest first.
    pub const ALL: [Self; 9] = [
        Self::Card,
        Self::Qr,
        Self::NumberCode,
        Self::Import,
        Self::QrPlain,
        Self::Number,
        Self::Prime,
        Self::DirectCompany,
        Self::DirectWorker,
    ];

    /// The stored form: the method of a touch.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Qr => "qr",
            Self::NumberCode => "number_code",
            Self::Import => "import",
            Self::QrPlain => "qr_plain",
            Self::Number => "number",
            Self::Prime => "prime",
            Self::DirectCompany => "direct_company",
            Self::DirectWorker => "direct_worker",
        }
    }

    /// Whether a device or a linked system has seen it. Direct input is no such way (registry rule book 11.2); nor is, by our rule,
    /// what the prime typed: the examination of business matters (経審) asks for an arrangement at the site.
    #[must_use]
    pub fn by_device(self) -> bool {
        matches!(
            self,
            Self::Card | Self::Qr | Self::NumberCode | Self::Import | Self::QrPlain | Self::Number
        )
    }
}

/// How many histories.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// All of them.
    pub days: i64,
    /// Those that count for ability evaluation.
    pub counting: i64,
}

/// Histories by the way they came about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts(BTreeMap<Way, Count>);

impl Facts {
    /// Adds histories of one way.
    pub fn add(&mut self, way: Way, more: Count) {
        let count = self.0.entry(way).or_default();
        count.days += more.days;
        count.counting += more.counting;
    }

    /// Adds all of another's.
    pub fn add_all(&mut self, other: &Self) {
        for (way, count) in &other.0 {
            self.add(*way, *count);
        }
    }

    /// Histories of one way.
    #[must_use]
    pub fn of(&self, way: Way) -> Count {
        self.0.get(&way).copied().unwrap_or_default()
    }

    /// All histories.
    #[must_use]
    pub fn total(&self) -> Count {
        self.sum(|_| true)
    }

    /// Those that a device or a linked system has seen.
    #[must_use]
    pub fn by_device(&self) -> Count {
        self.sum(Way::by_device)
    }

    fn sum(&self, wanted: impl Fn(Way) -> bool) -> Count {
        let mut sum = Count::default();
        for (_, count) in self.0.iter().filter(|(way, _)| wanted(**way)) {
            sum.days += count.days;
            sum.counting += count.counting;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_strongest_way_of_a_day() {
        use Way::{Card, DirectCompany, DirectWorker, Import, Number, NumberCode, Prime, Qr, QrPlain};
        let cases: [(&[Way], Way); 9] = [
            (&[NumberCode, Qr], Qr),
            (&[Number, QrPlain], QrPlain),
            (&[Number, NumberCode], NumberCode),
            (&[DirectWorker], DirectWorker),
            (&[DirectWorker, DirectCompany], DirectCompany),
            (&[DirectCompany, Prime], Prime),
            (&[Prime, Number, DirectWorker], Number),
            (&[Number, Import], Import),
            (&[DirectWorker, Card, Prime], Card),
        ];
        for (touches, expected) in cases {
            assert_eq!(touches.iter().min(), Some(&expected), "{touches:?}");
        }
        assert!(Way::ALL.is_sorted());
    }

    #[test]
    fn only_what_a_device_has_seen_is_otherwise_than_typed() {
        let mut facts = Facts::default();
        let two = Count { days: 2, counting: 1 };
        facts.add(Way::DirectWorker, two);
        facts.add(Way::DirectCompany, two);
        facts.add(Way::Prime, two);
        assert_eq!(facts.by_device(), Count::default());
        for way in [Way::Card, Way::Qr, Way::NumberCode, Way::Import, Way::QrPlain, Way::Number] {
            let mut more = facts.clone();
            more.add(way, two);
            assert_eq!(more.by_device(), two, "{way:?}");
            assert_eq!(more.total(), Count { days: 8, counting: 4 });
        }
        let mut twice = facts.clone();
        twice.add_all(&facts);
        assert_eq!(twice.of(Way::Prime), Count { days: 4, counting: 2 });
    }
}
