//! Qualifications (保有資格).

use std::collections::BTreeMap;

use super::MasterKind;
use super::table::{Fault, MasterProblem, Table, Word};

/// Kind of a qualification.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum QualificationCategory {
    /// Registered core worker (登録基幹技能者).
    RegisteredCoreWorker,
    /// Skill test (技能検定).
    SkillTest,
    /// Licence or qualification (免許・資格).
    LicenceOrQualification,
    /// Licence under the industrial safety law (安全衛生法の免許).
    SafetyLawLicence,
    /// Skill training course (技能講習).
    SkillTrainingCourse,
    /// Special education (特別教育).
    SpecialEducation,
    /// Safety and health education (安全衛生教育).
    SafetyEducation,
    /// Award (表彰).
    Award,
}

impl Word for QualificationCategory {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("registered_core_worker", Self::RegisteredCoreWorker),
        ("skill_test", Self::SkillTest),
        ("licence_or_qualification", Self::LicenceOrQualification),
        ("safety_law_licence", Self::SafetyLawLicence),
        ("skill_training_course", Self::SkillTrainingCourse),
        ("special_education", Self::SpecialEducation),
        ("safety_education", Self::SafetyEducation),
        ("award", Self::Award),
    ];
}

/// One qualification. Category and Japanese name are its key, since most codes are not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qualification {
    /// Five digits, where known.
    pub code: Option<String>,
    /// Its kind.
    pub category: QualificationCategory,
    /// Japanese name.
    pub name_ja: String,
    /// English name, where there is one.
    pub name_en: Option<String>,
    /// The law it stands on.
    pub legal_basis: Option<String>,
    /// Where it was read.
    pub source: String,
}

const COLUMNS: [&str; 7] = [
    "ccus_code",
    "category",
    "name_ja",
    "name_en",
    "legal_basis",
    "code_confirmed",
    "source",
];

pub(super) fn read(text: &str, problems: &mut Vec<MasterProblem>) -> Vec<Qualification> {
    let table = Table::read(MasterKind::Qualifications, text, &COLUMNS, problems);
    let (mut codes, mut names) = (BTreeMap::new(), BTreeMap::new());
    let mut qualifications = Vec::new();
    for row in &table.rows {
        let code = row.optional("ccus_code");
        if let Some(code) = &code {
            if code.len() != 5 || !code.bytes().all(|b| b.is_ascii_digit()) {
                row.report("ccus_code", Fault::Form("five digits"), problems);
            }
            row.unique(&mut codes, code.clone(), "ccus_code", problems);
        }
        match row.word::<bool>("code_confirmed", problems) {
            Some(true) if code.is_none() => row.report("ccus_code", Fault::Empty, problems),
            Some(false) if code.is_some() => row.report("ccus_code", Fault::NotEmpty("code_confirmed is no"), problems),
            _ => {}
        }
        let name_ja = row.required("name_ja", problems);
        let source = row.required("source", problems);
        if let Some(category) = row.word("category", problems) {
            row.unique(&mut names, (category, name_ja.clone()), "name_ja", problems);
            qualifications.push(Qualification {
                code,
                category,
                name_ja,
                name_en: row.optional("name_en"),
                legal_basis: row.optional("legal_basis"),
                source,
            });
        }
    }
    qualifications
}
