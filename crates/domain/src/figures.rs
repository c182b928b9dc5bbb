//! Figures of groups of people, and which of them may be shown: never of so few that one knows who is meant, and never so that a hidden
//! group can be had by taking those shown from the sum.

/// Which groups of a breakdown may be shown, by how many people each has; `least` is the smallest group that may.
///
/// What is hidden is, taken together, none or at least `least` people in at least two groups: if it were less, the smallest of the others
/// are hidden too, until it is not or nothing is left. Groups without people say nothing of anybody and are shown.
#[must_use]
pub fn shown(sizes: &[u64], least: u64) -> Vec<bool> {
    let mut shown: Vec<bool> = sizes.iter().map(|size| *size == 0 || *size >= least).collect();
    let mut rest: Vec<usize> = (0..sizes.len()).filter(|n| shown[*n] && sizes[*n] > 0).collect();
    // The smallest last; of equals the first of the list stays longest.
    rest.sort_by_key(|n| (std::cmp::Reverse(sizes[*n]), *n));
    loop {
        let hidden: Vec<u64> = (0..sizes.len()).filter(|n| !shown[*n]).map(|n| sizes[n]).collect();
        let safe = hidden.is_empty() || (hidden.len() > 1 && hidden.iter().sum::<u64>() >= least);
        match rest.pop() {
            Some(next) if !safe => shown[next] = false,
            _ => return shown,
        }
    }
}

/// Whether the sum of all groups may be shown.
#[must_use]
pub fn sum_is_shown(sizes: &[u64], least: u64) -> bool {
    let sum: u64 = sizes.iter().sum();
    sum == 0 || sum >= least
}

/// Shares of a whole in percent, rounded so that they add up to 100: what is left over goes to those that lost most.
#[must_use]
pub fn percent<const N: usize>(counts: [u64; N]) -> [u64; N] {
    let sum: u64 = counts.iter().sum();
    if sum == 0 {
        return [0; N];
    }
    let mut shares = counts.map(|count| count * 100 / sum);
    let mut order: Vec<usize> = (0..N).collect();
    order.sort_by_key(|n| (std::cmp::Reverse(counts[*n] * 100 % sum), *n));
    let left = 100 - shares.iter().sum::<u64>();
    for n in order.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        shares[n] += 1;
    }
    shares
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_groups_are_hidden_and_cannot_be_reckoned() {
        // (people of each group, which are shown)
        let cases: [(&[u64], &str); 13] = [
            (&[], ""),
            (&[10], "+"),
            (&[9], "-"),
            (&[0], "+"),
            (&[50, 20, 10], "+++"),
            // One hidden could be had from the sum: the next smallest goes too.
            (&[50, 20, 9], "+--"),
            (&[50, 9], "--"),
            // Two that are ten together tell nothing of either.
            (&[50, 6, 4], "+--"),
            // Two that are fewer are a small group themselves.
            (&[50, 30, 5, 4], "+---"),
            (&[50, 3, 3, 4], "+---"),
            (&[30, 30, 1], "+--"),
            (&[40, 0, 9, 12], "++--"),
            (&[1, 2, 3], "---"),
        ];
        for (sizes, expected) in cases {
            let signs: String = shown(sizes, 10).into_iter().map(|s| if s { '+' } else { '-' }).collect();
            assert_eq!(signs, expected, "{sizes:?}");
        }
        assert!(!sum_is_shown(&[4, 5], 10) && sum_is_shown(&[5, 5], 10) && sum_is_shown(&[], 10));
    }

    #[test]
    fn shares_add_up() {
        let cases = [
            ([0, 0, 0, 0], [0, 0, 0, 0]),
            ([1, 1, 1, 0], [34, 33, 33, 0]),
            ([2, 1, 0, 0], [67, 33, 0, 0]),
            ([10, 0, 0, 0], [100, 0, 0, 0]),
            ([1, 199, 0, 0], [1, 99, 0, 0]),
        ];
        for (counts, expected) in cases {
            assert_eq!(percent(counts), expected, "{counts:?}");
        }
    }

    proptest! {
        #[test]
        fn nothing_shown_leads_to_a_small_group(sizes in prop::collection::vec(0u64..40, 0..12), least in 2u64..20) {
            let shown = shown(&sizes, least);
            prop_assert_eq!(shown.len(), sizes.len());
            let of = |wanted: bool| sizes.iter().zip(&shown).filter(move |(_, s)| **s == wanted).map(|(size, _)| *size);
            prop_assert!(of(true).all(|size| size == 0 || size >= least));
            let hidden: Vec<u64> = of(false).collect();
            let all_hidden = of(true).all(|size| size == 0);
            let sum: u64 = hidden.iter().sum();
            prop_assert!(hidden.is_empty() || all_hidden || (hidden.len() > 1 && sum >= least));
            // Where everybody is hidden, the sum is shown only if it is no small group, and it names no group.
            prop_assert!(!all_hidden || !sum_is_shown(&sizes, least) || hidden.len() != 1 || sum >= least || hidden.is_empty());
        }

        #[test]
        fn nothing_is_hidden_without_a_small_group(sizes in prop::collection::vec(10u64..40, 0..12)) {
            prop_assert!(shown(&sizes, 10).into_iter().all(|s| s));
        }

        #[test]
        fn shares_are_a_hundred(counts in prop::array::uniform4(0u64..1_000_000)) {
            let shares = percent(counts);
            let sum: u64 = counts.iter().sum();
            prop_assert_eq!(shares.iter().sum::<u64>(), if sum == 0 { 0 } else { 100 });
        }
    }
}
