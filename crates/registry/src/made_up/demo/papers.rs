//! What rosters ask of the demo's people: insurance, residence, qualifications, some of which run out; a pattern; and a company whose
//! rosters the one above it may keep.

use std::collections::BTreeMap;

use domain::access::Role;
use domain::agreement::AgreementMove;
use domain::registration::Fields;
use domain::{CompanyId, WorkDay, WorkerId};

use super::{Made, Worker, done, records};
use crate::access::Viewer;
use crate::rooms::{agreement, roster};

/// Courses of the trade: class and name.
const COURSES: [(&str, &str); 4] = [
    ("skill_training_course", "玉掛け技能講習"),
    ("special_education", "足場の組立て等特別教育"),
    ("special_education", "フルハーネス型墜落制止用器具特別教育"),
    ("safety_education", "職長・安全衛生責任者教育"),
];

/// What rosters ask of the `n`th worker of a company, beside what else he is registered with.
pub(super) fn asked(n: usize, worker: &Worker, mut fields: Fields, today: WorkDay) -> Fields {
    let days = i32::try_from(n).unwrap_or(0);
    let (health, pension, employment) = match n % 7 {
        5 => ("construction", "national", "exempt"),
        6 => ("national", "national", "none"),
        _ => ("kyokai", "employees", "joined"),
    };
    fields.set("health_insurance", health);
    fields.set("pension_insurance", pension);
    fields.set("employment_insurance", employment);
    fields.set("employment_number", format!("{:04}", n * 271 % 10_000));
    fields.set("kentaikyo", if n.is_multiple_of(3) { "no" } else { "yes" });
    fields.set("kentaikyo_number", format!("99{:06}", n * 271));
    fields.set("chutaikyo", "no");
    fields.set("special_accident", if n % 7 == 5 { "yes" } else { "no" });
    if worker.language != "ja" {
        let until = today.plus(if n == 1 { 24 } else { 200 + 30 * days });
        fields.set("residence_status", "特定技能1号");
        fields.set("residence_until", until.to_string());
    }
    for (number, (class, name)) in COURSES.iter().skip(n % 3).take(2).enumerate() {
        let of = |part: &str| format!("qualification.{number}.{part}");
        fields.set(of("class"), *class);
        fields.set(of("name"), *name);
        fields.set(of("day"), today.plus(-900 - 11 * days).to_string());
        if n % 9 == 4 && number == 0 {
            fields.set(of("until"), today.plus(5).to_string());
        }
    }
    records::kept(&fields)
}

/// Everybody's registration and papers, and a pattern of one company. `born`: the birth days that matter.
pub(super) async fn all(
    made: &Made,
    people: &BTreeMap<CompanyId, Vec<Worker>>,
    born: &[(WorkerId, &str)],
    pattern_of: CompanyId,
) -> anyhow::Result<()> {
    let today = made.app.clock().today();
    let tx = made.tx().await?;
    for crew in people.values() {
        for (n, worker) in crew.iter().enumerate() {
            let mut fields = asked(n, worker, records::of_worker(n, worker, today), today);
            if let Some((_, day)) = born.iter().find(|(of, _)| *of == worker.id) {
                fields.set("birth_day", *day);
            }
            records::worker_with(made, &tx, worker, fields).await?;
        }
    }
    done(roster::create_pattern(&made.app, &tx, made.viewer(pattern_of)?, "鉄筋A班", None).await)?;
    tx.commit().await?;
    Ok(())
}

/// The company above may keep the rosters of this worker's company, and he consents.
pub(super) async fn consent(
    made: &Made,
    worker: &Worker,
    account: String,
    proxy: CompanyId,
    principal: CompanyId,
) -> anyhow::Result<()> {
    let tx = made.tx().await?;
    let key = match agreement::agreed(&tx, proxy, principal).await? {
        Some(key) => key,
        None => {
            let key = done(agreement::ask(&made.app, &tx, made.viewer(proxy)?, &principal.to_string()).await)?;
            done(agreement::change(&made.app, &tx, made.viewer(principal)?, &key, AgreementMove::Agree).await)?;
            key
        }
    };
    // The one who reads Japanese has answered; the other finds the question.
    if worker.language == "ja" {
        let viewer = Viewer {
            worker: Some((worker.id, worker.handle.clone())),
            ..Viewer::without_session(account, &worker.name, Role::Worker, None)
        };
        done(agreement::consent(&made.app, &tx, &viewer, &key, true).await)?;
    }
    tx.commit().await?;
    Ok(())
}
