//! The lower tiers of the demo's site: four tiers deep, a company without an ID with one beneath it, one that has left, and what a
//! company keeps for its next site: a list of companies and a pattern.

use domain::access::Role;
use domain::organisation::NodeId;
use domain::{Clock, CompanyId, SiteId, WorkDay};

use super::{Made, done, open, records};
use crate::access::Viewer;
use crate::made_up::{Company, company_id, insert_companies};
use crate::rooms::organisation::{InviteForm, MoveForm, end, invite, keep_favourite, store_pattern};

/// Companies beneath the ones with log-ins: name, kana.
const LOWER: [(&str, &str); 5] = [
    ("かもめ鉄筋加工株式会社", "カモメテッキンカコウ"),
    ("つぐみ組（一人親方）", "ツグミグミ"),
    ("めだか防水工業株式会社", "メダカボウスイコウギョウ"),
    ("ひよどり通信設備株式会社", "ヒヨドリツウシンセツビ"),
    ("やまばと解体株式会社", "ヤマバトカイタイ"),
];

/// The companies of the tiers above.
pub(super) struct Uppers {
    pub(super) prime: CompanyId,
    pub(super) first: CompanyId,
    pub(super) second: CompanyId,
    pub(super) electric: CompanyId,
}

/// Puts them in. `left`: the last day of the one that has left.
pub(super) async fn deepen(made: &mut Made, site: SiteId, uppers: &Uppers, left: WorkDay) -> anyhow::Result<()> {
    let mut companies = Vec::new();
    for (name, kana) in LOWER {
        companies.push(Company {
            id: company_id(&mut made.random),
            name: name.into(),
            kana: kana.into(),
        });
    }
    let tx = made.tx().await?;
    insert_companies(&tx, made.clock.now(), &companies).await?;
    records::companies(made, &tx, made.accounts.len(), &companies).await?;
    tx.commit().await?;
    for company in &companies {
        // Nobody signs in for these.
        let own = Some((company.id, company.name.clone()));
        let viewer = Viewer::without_session(made.app.new_key(), &company.name, Role::Administrator, own);
        made.accounts.insert(company.id, viewer);
    }
    let [cutter, master, proofer, network, demolition] = [0, 1, 2, 3, 4].map(|n| companies[n].id);
    for (upper, lower, name, content) in [
        (uppers.second, cutter, "鉄筋の加工", "切断・曲げ"),
        (cutter, master, "鉄筋の運搬", "場内小運搬"),
        (uppers.electric, network, "弱電設備工事", "LAN・放送"),
        (uppers.prime, demolition, "既存建物の解体", "地上部"),
    ] {
        let node = made.invite(site, upper, lower).await?;
        made.approve(lower, &node, name, content).await?;
    }
    // A company without an ID, and one with an ID beneath it.
    let tx = made.tx().await?;
    let viewer = made.viewer(uppers.first)?;
    let opened = open(&tx, viewer, site).await?;
    let form = InviteForm {
        name: "なごみ左官店".into(),
        work_name: "左官工事".into(),
        ..InviteForm::default()
    };
    let nameless = done(invite(&made.app, &tx, viewer, &opened, &form).await)?;
    let form = InviteForm {
        node: nameless.0,
        company: proofer.to_string(),
        ..InviteForm::default()
    };
    let beneath = done(invite(&made.app, &tx, viewer, &opened, &form).await)?;
    tx.commit().await?;
    made.approve(proofer, &beneath, "防水工事", "屋上・地下外壁").await?;
    leave(made, site, uppers.prime, demolition, left).await?;
    keep(made, site, uppers).await
}

async fn leave(made: &Made, site: SiteId, prime: CompanyId, company: CompanyId, left: WorkDay) -> anyhow::Result<()> {
    let tx = made.tx().await?;
    let viewer = made.viewer(prime)?;
    let opened = open(&tx, viewer, site).await?;
    let node: Option<NodeId> = opened.tree.of_company(company).next().map(|n| n.id.clone());
    let node = node.ok_or_else(|| anyhow::anyhow!("a made-up company stands nowhere"))?;
    let form = MoveForm {
        version: opened.head.tree_version.to_string(),
        last_day: left.to_string(),
        ..MoveForm::default()
    };
    done(end(&made.app, &tx, viewer, &opened, &node, &form).await)?;
    tx.commit().await?;
    Ok(())
}

/// What companies keep for the next site.
async fn keep(made: &Made, site: SiteId, uppers: &Uppers) -> anyhow::Result<()> {
    let tx = made.tx().await?;
    let prime = made.viewer(uppers.prime)?;
    for lower in [uppers.first, uppers.electric] {
        done(keep_favourite(&made.app, &tx, prime, lower, true).await)?;
    }
    let first = made.viewer(uppers.first)?;
    let opened = open(&tx, first, site).await?;
    let own: Option<NodeId> = opened.tree.of_company(uppers.first).next().map(|n| n.id.clone());
    let own = own.ok_or_else(|| anyhow::anyhow!("a made-up company stands nowhere"))?;
    done(store_pattern(&made.app, &tx, first, &opened, &own, "躯体一式").await)?;
    tx.commit().await?;
    Ok(())
}
