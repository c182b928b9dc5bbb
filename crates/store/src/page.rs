//! Long lists in pages.

use serde::Serialize;

/// Which page of a list. Whatever was asked for, it is a page that exists in principle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Page {
    number: u32,
    size: u32,
}

impl Page {
    /// Most rows of a page.
    pub const MOST: u32 = 500;

    /// Page `number` (the first is 1) of `size` rows; both are bent into what is allowed.
    #[must_use]
    pub fn new(number: u32, size: u32) -> Self {
        Self {
            number: number.max(1),
            size: size.clamp(1, Self::MOST),
        }
    }

    /// Its number; the first is 1.
    #[must_use]
    pub fn number(self) -> u32 {
        self.number
    }

    /// Rows of a page, for `limit`.
    #[must_use]
    pub fn size(self) -> u32 {
        self.size
    }

    /// For `limit`.
    #[must_use]
    pub fn limit(self) -> i64 {
        i64::from(self.size)
    }

    /// Rows before it, for `offset`.
    #[must_use]
    pub fn offset(self) -> i64 {
        i64::from(self.number - 1) * i64::from(self.size)
    }
}

impl Default for Page {
    fn default() -> Self {
        Self::new(1, 50)
    }
}

/// One page of rows and how many there are in all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Paged<T> {
    /// The rows of this page.
    pub rows: Vec<T>,
    /// Rows in all.
    pub total: u64,
    /// This page.
    pub page: Page,
}

impl<T> Paged<T> {
    /// Pages in all; an empty list has one.
    #[must_use]
    pub fn pages(&self) -> u32 {
        u32::try_from(self.total.div_ceil(u64::from(self.page.size)).max(1)).unwrap_or(u32::MAX)
    }

    /// The same page of other things.
    #[must_use]
    pub fn map<U>(self, f: impl FnMut(T) -> U) -> Paged<U> {
        Paged {
            rows: self.rows.into_iter().map(f).collect(),
            total: self.total,
            page: self.page,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_bent_into_shape() {
        assert_eq!(Page::new(0, 0), Page::new(1, 1));
        assert_eq!(Page::new(3, 9_999).size(), Page::MOST);
        assert_eq!(Page::new(3, 20).offset(), 40);
        assert_eq!(Page::new(u32::MAX, 500).offset(), 2_147_483_647_000);
        let page = |total| {
            Paged {
                rows: vec![0u8],
                total,
                page: Page::new(1, 20),
            }
            .map(u16::from)
            .pages()
        };
        assert_eq!([0, 1, 20, 21].map(page), [1, 1, 1, 2]);
    }
}
