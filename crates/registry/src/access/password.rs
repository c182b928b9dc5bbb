//! Passwords: argon2id, with the cost written into each hash.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use rand::Rng;

/// Hash of no password at all: an unknown log-in is checked against it, so that it takes as long as a known one.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$YXNoaWJhLW5vYm9keS1zYWx0$kpwkUZBPlX7ppIwExSU3vJgmVbqLTWZDC7T3C0GWsR4";

/// 19 MiB, 2 passes: the floor OWASP names for argon2id. `quick` is for tests and made-up data only.
fn hasher(quick: bool) -> Argon2<'static> {
    let params = if quick {
        Params::new(64, 1, 1, None)
    } else {
        Params::new(19_456, 2, 1, None)
    };
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.unwrap_or_default())
}

/// Hashes a password with a fresh salt.
///
/// # Errors
/// If the password is longer than the hash allows (4 GiB).
pub fn hash_password(password: &str, quick: bool, random: &mut impl Rng) -> anyhow::Result<String> {
    let mut salt = [0u8; 16];
    random.fill_bytes(&mut salt);
    let hash = hasher(quick).hash_password_with_salt(password.as_bytes(), &salt);
    Ok(hash.map_err(|e| anyhow::anyhow!("hashing a password: {e}"))?.to_string())
}

/// Checks a password against a stored hash, or against nobody's; takes the same time either way.
#[must_use]
pub fn verify_password(password: &str, stored: Option<&str>) -> bool {
    let parsed = PasswordHash::new(stored.unwrap_or(NOBODY));
    let fits = parsed.is_ok_and(|hash| hasher(false).verify_password(password.as_bytes(), &hash).is_ok());
    fits && stored.is_some()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand::rngs::StdRng;

    use super::*;

    #[test]
    fn fits_only_its_own_password() {
        let hash = hash_password("ひみつの足場 7:30", true, &mut StdRng::seed_from_u64(1)).unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify_password("ひみつの足場 7:30", Some(&hash)));
        assert!(!verify_password("ひみつの足場 7:31", Some(&hash)));
        assert!(!verify_password("", Some(&hash)));
        assert!(!verify_password("x", Some("not a hash")));
    }

    #[test]
    fn nobody_is_hashed_like_anybody_and_never_let_in() {
        assert!(PasswordHash::new(NOBODY).is_ok());
        for guess in ["", "nobody", "ashiba"] {
            assert!(!verify_password(guess, None));
        }
    }
}
