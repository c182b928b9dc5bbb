//! A worker's own code for number entry (番号入力), and what a reader without a network checks it by.
//!
//! Four digits have 10,000 values: whoever has what a reader checks by can try them all. So trying is made slow (argon2id), each worker
//! has a salt of his own, and what one site's readers hold is worth nothing at another's. The roster copy it comes with lies sealed.

use argon2::{Algorithm, Argon2, Params, Version};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use utoipa::ToSchema;

/// What makes trying slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    /// Memory in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
}

impl Cost {
    /// For real codes: 19 MiB, 2 passes, as for passwords. A small box takes well under a second.
    pub const REAL: Self = Self {
        memory_kib: 19_456,
        passes: 2,
    };

    /// The hash of a code. None if there is no memory for it, or if salt or cost are none.
    fn hash(self, code: &str, salt: &[u8]) -> Option<[u8; 32]> {
        let params = Params::new(self.memory_kib, self.passes, 1, Some(32)).ok()?;
        let mut hash = [0; 32];
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(code.as_bytes(), salt, &mut hash)
            .ok()?;
        Some(hash)
    }
}

/// A code as the registry keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptCode {
    /// The worker's own salt, in hex.
    pub salt: String,
    /// What it was hashed with.
    pub cost: Cost,
    /// The slow hash, in hex.
    pub hash: String,
}

impl KeptCode {
    /// Of a new code. Slow; None if there is no memory for it.
    #[must_use]
    pub fn of(code: &str, salt: [u8; 16], cost: Cost) -> Option<Self> {
        Some(Self {
            salt: hex::encode(salt),
            cost,
            hash: hex::encode(cost.hash(code, &salt)?),
        })
    }

    /// What the readers of a site check it by.
    #[must_use]
    pub fn at(&self, site: &str, worker: &str) -> CodeCheck {
        CodeCheck {
            salt: self.salt.clone(),
            memory_kib: self.cost.memory_kib,
            passes: self.cost.passes,
            proof: proof(&self.hash, site, worker),
        }
    }
}

/// What a reader checks a worker's code by (since 1.3): the slow hash of what was typed (argon2id, one lane, 32 bytes), and then a fast one
/// of it, the site and the worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CodeCheck {
    /// The worker's own salt, in hex.
    pub salt: String,
    /// Memory of the slow hash in KiB.
    pub memory_kib: u32,
    /// Passes of the slow hash.
    pub passes: u32,
    /// SHA-256 over `ashiba gate code 1`, site ID, worker ID and the slow hash in hex, itself in hex.
    pub proof: String,
}

impl CodeCheck {
    /// One that no code fits, for taking as long with a worker who is not known.
    #[must_use]
    pub fn nobody() -> Self {
        Self {
            salt: "00".repeat(16),
            memory_kib: Cost::REAL.memory_kib,
            passes: Cost::REAL.passes,
            proof: String::new(),
        }
    }

    /// Whether this is the worker's code. Slow.
    #[must_use]
    pub fn fits(&self, site: &str, worker: &str, code: &str) -> bool {
        let cost = Cost {
            memory_kib: self.memory_kib,
            passes: self.passes,
        };
        let hash = hex::decode(&self.salt).ok().and_then(|salt| cost.hash(code, &salt));
        hash.is_some_and(|hash| proof(&hex::encode(hash), site, worker) == self.proof)
    }
}

fn proof(hash: &str, site: &str, worker: &str) -> String {
    let digest = Sha256::new()
        .chain_update(b"ashiba gate code 1")
        .chain_update(site.as_bytes())
        .chain_update(worker.as_bytes())
        .chain_update(hash.as_bytes())
        .finalize();
    hex::encode(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: &str = "12345678901271";
    const WORKER: &str = "01234567890121";
    const QUICK: Cost = Cost {
        memory_kib: 64,
        passes: 1,
    };

    #[test]
    fn a_code_fits_its_worker_at_its_site_alone() {
        let kept = KeptCode::of("4071", [7; 16], QUICK).unwrap();
        let check = kept.at(SITE, WORKER);
        let cases = [
            ("right", SITE, WORKER, "4071", true),
            ("another code", SITE, WORKER, "4072", false),
            ("no code", SITE, WORKER, "", false),
            ("more than the code", SITE, WORKER, "40711", false),
            ("another worker", SITE, "01234567890221", "4071", false),
            ("another site", "12345678901371", WORKER, "4071", false),
        ];
        for (name, site, worker, code, expected) in cases {
            assert_eq!(check.fits(site, worker, code), expected, "{name}");
        }
        assert!(!CodeCheck::nobody().fits(SITE, WORKER, ""));
    }

    #[test]
    fn what_readers_hold_is_another_thing_at_each_site_and_with_each_salt() {
        let kept = KeptCode::of("4071", [7; 16], QUICK).unwrap();
        let here = kept.at(SITE, WORKER);
        assert_ne!(here.proof, kept.at("12345678901371", WORKER).proof);
        assert_ne!(here.proof, kept.hash, "what the registry keeps is not given away");
        let other = KeptCode::of("4071", [8; 16], QUICK).unwrap();
        assert_ne!(here.proof, other.at(SITE, WORKER).proof);
        let bad = CodeCheck {
            salt: "no hex".into(),
            ..here
        };
        assert!(!bad.fits(SITE, WORKER, "4071"));
    }
}
