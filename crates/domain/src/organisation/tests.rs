//! The tree.

use super::*;

fn company(n: u64) -> CompanyId {
    CompanyId::from_free_digits(n, 22).unwrap()
}

fn id(name: &str) -> NodeId {
    NodeId(name.into())
}

/// prime 1 ─ a: 2 ─ b: 3 (invited) ─ c: 4
///         └ d: 5 ─ e: 3
fn tree() -> Tree {
    let node = |name: &str, parent: Option<&str>, c, tier, status| Node {
        id: id(name),
        parent: parent.map(id),
        company: Some(company(c)),
        tier,
        status,
        until: None,
    };
    Tree::new([
        node("p", None, 1, 0, NodeStatus::Approved),
        node("a", Some("p"), 2, 1, NodeStatus::Approved),
        node("b", Some("a"), 3, 2, NodeStatus::Invited),
        node("c", Some("b"), 4, 3, NodeStatus::Approved),
        node("d", Some("p"), 5, 1, NodeStatus::Approved),
        node("e", Some("d"), 3, 2, NodeStatus::Approved),
        node("f", Some("p"), 6, 1, NodeStatus::Declined),
    ])
}

#[test]
fn chain_names_who_is_open() {
    let t = tree();
    assert_eq!(t.chain(&id("a")), Chain::Approved);
    assert_eq!(t.chain(&id("b")), Chain::OwnOpen);
    assert_eq!(t.chain(&id("c")), Chain::UpperOpen(company(3)));
    assert_eq!(t.chain(&id("e")), Chain::Approved);
}

#[test]
fn who_sees_what() {
    let t = tree();
    // (viewer, employer of the row, node of the row, seen)
    let cases = [
        (1, 9, None, true),       // the prime sees everybody who touched at its site
        (2, 2, Some("a"), true),  // own
        (2, 3, Some("b"), false), // below, but not approved: protected
        (2, 4, Some("c"), true),  // below
        (2, 3, Some("e"), false), // the same company in another branch
        (5, 3, Some("e"), true),  // its upper there
        (5, 3, None, true),       // all approved nodes of 3 are under 5
        (2, 3, None, false),      // none of them is under 2
        (3, 2, Some("a"), false), // a lower company sees nothing above
        (5, 2, Some("a"), false), // sibling
        (9, 2, Some("a"), false), // unrelated
        (9, 9, None, true),       // own worker who touched where the company is not registered
    ];
    for (viewer, employer, node, seen) in cases {
        let node = node.map(id);
        assert_eq!(
            t.scope(company(viewer)).sees(Some(company(employer)), node.as_ref()),
            seen,
            "{viewer} {employer} {node:?}"
        );
    }
    assert_eq!(t.relation(company(6)), Relation::Stranger);
    assert_eq!(t.relation(company(3)), Relation::Member);
    assert!(!t.scope(company(9)).sees(None, None));
}

#[test]
fn chart_order_and_a_ring_do_not_hang() {
    let names: Vec<_> = tree().in_order().iter().map(|n| n.id.0.clone()).collect();
    assert_eq!(names, ["p", "a", "b", "c", "d", "e", "f"]);
    let ring = Tree::new([
        Node {
            id: id("x"),
            parent: Some(id("y")),
            company: Some(company(1)),
            tier: 1,
            status: NodeStatus::Approved,
            until: None,
        },
        Node {
            id: id("y"),
            parent: Some(id("x")),
            company: Some(company(2)),
            tier: 1,
            status: NodeStatus::Approved,
            until: None,
        },
    ]);
    assert_eq!(ring.upward(&id("x")).count(), 2);
    assert!(ring.in_order().is_empty());
}

/// What always holds of a tree: one top, everybody hangs on it, tiers count up, nothing stands under what is gone, no company
/// beneath itself, none twice under one node.
fn faults(tree: &Tree) -> Vec<String> {
    let mut faults = Vec::new();
    let tops = tree.nodes().filter(|n| n.parent.is_none()).count();
    if tops != 1 {
        faults.push(format!("{tops} tops"));
    }
    if tree.in_order().len() != tree.nodes().count() {
        faults.push("something hangs on nothing".into());
    }
    for node in tree.nodes().filter(|n| n.status.stands()) {
        let Some(parent) = &node.parent else { continue };
        let above = tree.get(parent).unwrap();
        if node.tier != above.tier + 1 || node.tier > MOST_TIERS {
            faults.push(format!("{}: tier {} under {}", node.id, node.tier, above.tier));
        }
        if !above.status.stands() {
            faults.push(format!("{} stands under what is gone", node.id));
        }
        if let Some(company) = node.company {
            if tree.upward(&node.id).skip(1).any(|n| n.company == Some(company)) {
                faults.push(format!("{} stands beneath itself", node.id));
            }
            if tree
                .beneath(parent)
                .filter(|n| n.company == Some(company) && n.status.stands())
                .count()
                > 1
            {
                faults.push(format!("{} stands twice under one node", node.id));
            }
        } else if node.status != NodeStatus::Approved {
            faults.push(format!("{} waits for nobody's answer", node.id));
        }
    }
    faults
}

fn prime() -> Entry {
    Entry {
        node: Node {
            id: id("n0"),
            parent: None,
            company: Some(company(1)),
            tier: 0,
            status: NodeStatus::Approved,
            until: None,
        },
        name: String::new(),
        work_name: "架空ビル".into(),
        work_content: String::new(),
    }
}

/// Somebody who may do everything: what is tested is where things may stand, not who may put them there.
const ALL_HATS: Stands = Stands {
    own: true,
    upper: true,
    prime: true,
    right_above: true,
    principal: None,
};

/// The changes that a wish comes to; none if the tables do not let it through.
fn changes(tree: &Tree, wish: (u8, u8, u8, u64), fresh: usize) -> Vec<(NodeId, Change)> {
    let (what, one, other, who) = wish;
    let nodes: Vec<&Node> = tree.nodes().collect();
    let (node, upper) = (nodes[usize::from(one) % nodes.len()], nodes[usize::from(other) % nodes.len()]);
    let today = "2026-11-20".parse().unwrap();
    let may = |what| obstacle(&tree.place(&node.id, false, today).unwrap(), ALL_HATS, what).is_none();
    let (here, new, who, words) = (&node.id, id(&format!("n{fresh}")), company(who % 6 + 1), String::new);
    let under = here.clone();
    let one = |may: bool, node: &NodeId, change| may.then(|| (node.clone(), change)).into_iter().collect();
    match what % 9 {
        0 => {
            let may = may(Move::InviteBelow) && tree.misplaced(Some(who), here).is_none();
            one(
                may,
                &new,
                Change::Invited {
                    company: who,
                    under,
                    work_name: words(),
                },
            )
        }
        1 => {
            let may = may(Move::InviteBelow) && tree.misplaced(None, here).is_none();
            one(
                may,
                &new,
                Change::Named {
                    name: "名だけの会社".into(),
                    under,
                    work_name: words(),
                },
            )
        }
        2 => one(
            may(Move::Approve),
            here,
            Change::Approved {
                work_name: words(),
                work_content: words(),
            },
        ),
        3 if may(Move::Decline) => {
            let with = tree.waiting_beneath(here).into_iter().map(|id| (id, Change::Removed));
            std::iter::once((here.clone(), Change::Declined)).chain(with).collect()
        }
        4 => one(
            may(Move::Replace) && tree.misplaced_at(who, here).is_none(),
            here,
            Change::Replaced { company: who },
        ),
        5 => {
            let may = may(Move::MoveUnder) && tree.misplaced_branch(here, &upper.id).is_none();
            one(
                may,
                here,
                Change::Moved {
                    under: upper.id.clone(),
                    asked: node.company.is_some(),
                },
            )
        }
        6 => one(
            may(Move::End),
            here,
            Change::Ended {
                last_day: "2026-11-19".parse().ok(),
            },
        ),
        7 => one(may(Move::Reopen), here, Change::Ended { last_day: None }),
        8 => one(may(Move::Remove), here, Change::Removed),
        _ => Vec::new(),
    }
}

proptest::proptest! {
    #[test]
    fn any_sequence_of_moves_keeps_the_tree_sound(wishes in proptest::collection::vec((0u8..9, 0u8..40, 0u8..40, 0u64..6), 0..120)) {
        let mut story: Vec<(NodeId, Change)> = Vec::new();
        let tree_of = |story: &[(NodeId, Change)]| {
            Tree::new(replay(prime(), story.iter().map(|(id, change)| (id, change))).into_values().map(|e| e.node))
        };
        let mut tree = tree_of(&story);
        for (fresh, wish) in wishes.into_iter().enumerate() {
            story.extend(changes(&tree, wish, fresh + 1));
            tree = tree_of(&story);
            let faults = faults(&tree);
            proptest::prop_assert!(faults.is_empty(), "{:?} after {:?}", faults, story.last());
        }
    }
}

#[test]
fn where_a_company_may_stand() {
    let t = tree();
    let cases = [
        (Some(7), "a", None),
        (Some(2), "a", Some(Misplaced::Itself)),
        (Some(1), "a", Some(Misplaced::Above)),
        (Some(3), "a", Some(Misplaced::AlreadyThere)),
        (Some(7), "b", Some(Misplaced::UpperOpen)),
        (Some(7), "f", Some(Misplaced::UpperOpen)),
        (Some(6), "p", None), // declined once, may be asked again
        (None, "a", None),
        (None, "x", Some(Misplaced::UpperOpen)),
    ];
    for (who, upper, expected) in cases {
        assert_eq!(t.misplaced(who.map(company), &id(upper)), expected, "{who:?} under {upper}");
    }
    let branches = [
        ("a", "e", Some(Misplaced::Above)), // 3 stands in the branch and above the place
        ("a", "c", Some(Misplaced::Loop)),
        ("a", "p", Some(Misplaced::SamePlace)),
        ("c", "e", None),
        ("c", "d", None),
        ("b", "d", Some(Misplaced::AlreadyThere)),
    ];
    for (node, upper, expected) in branches {
        assert_eq!(t.misplaced_branch(&id(node), &id(upper)), expected, "{node} under {upper}");
    }
    assert_eq!(t.misplaced_at(company(4), &id("a")), Some(Misplaced::Beneath));
    assert_eq!(t.registered_above(&id("c")), Some(company(3)));
}

#[test]
fn the_last_day_of_those_above_holds_for_all_beneath() {
    let day = |text: &str| text.parse::<WorkDay>().unwrap();
    let nodes: Vec<Node> = tree()
        .nodes()
        .cloned()
        .map(|mut n| {
            n.until = match n.id.0.as_str() {
                "a" => Some(day("2026-11-20")),
                "c" => Some(day("2026-11-25")),
                _ => None,
            };
            n
        })
        .collect();
    let t = Tree::new(nodes);
    assert_eq!(t.until(&id("c")), Some(day("2026-11-20")));
    assert_eq!(t.until(&id("d")), None);
    let a = t.get(&id("a")).unwrap();
    assert!(!a.ended(day("2026-11-20")) && a.ended(day("2026-11-21")));
}

#[test]
fn changes_are_kept_in_the_form_they_always_had() {
    let text = |c: &Change| serde_json::to_string(c).unwrap_or_default();
    assert_eq!(text(&Change::Declined), "\"declined\"");
    let approved = Change::Approved {
        work_name: "鉄筋".into(),
        work_content: String::new(),
    };
    let by_proxy = Change::ByProxy {
        agreement: "a".into(),
        of: company(1),
        change: Box::new(Change::DeclinedFor {
            reason: "別の会社に頼む".into(),
        }),
    };
    assert_eq!(serde_json::from_str::<Change>(&text(&by_proxy)).unwrap(), by_proxy);
    assert_eq!(text(&approved), r#"{"approved":{"work_name":"鉄筋","work_content":""}}"#);
    assert_eq!(serde_json::from_str::<Change>(&text(&approved)).unwrap(), approved);
}
