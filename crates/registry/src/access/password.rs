//! Passwords and codes: argon2id, with the cost written into each hash; and the secrets we make up ourselves.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use domain::password::LONGEST;
use rand::rngs::StdRng;
use rand::{Rng, RngExt, SeedableRng};

use crate::App;

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

/// Checks a secret that somebody typed. The slow hash runs beside the async threads, a few at a time; call it outside of any
/// transaction that holds others up.
///
/// # Errors
/// If the machine gives no thread.
pub async fn fits(app: &App, typed: &str, stored: Option<String>) -> anyhow::Result<bool> {
    // More would only be a way to keep us busy.
    let typed = if typed.len() > LONGEST {
        String::new()
    } else {
        typed.to_owned()
    };
    let turn = app.turn_to_hash().await;
    let fits = tokio::task::spawn_blocking(move || verify_password(&typed, stored.as_deref())).await?;
    drop(turn);
    Ok(fits)
}

/// Hashes a secret beside the async threads.
///
/// # Errors
/// As [`hash_password`].
pub async fn hash(app: &App, secret: &str) -> anyhow::Result<String> {
    let secret = secret.to_owned();
    let mut random = app.with_random(StdRng::from_rng);
    let turn = app.turn_to_hash().await;
    let hash = tokio::task::spawn_blocking(move || hash_password(&secret, false, &mut random)).await?;
    drop(turn);
    hash
}

/// An initial password: 16 signs in four groups, none of which is taken for another; some 77 bits of chance.
pub(crate) fn initial_password(random: &mut impl Rng) -> String {
    const SIGNS: &[u8] = b"23456789abcdefghjkmnpqrstuvwxyz";
    let mut password = String::new();
    for n in 0..16 {
        if n > 0 && n % 4 == 0 {
            password.push('-');
        }
        password.push(char::from(SIGNS[random.random_range(0..SIGNS.len())]));
    }
    password
}

/// A security code (セキュリティコード, 本人確認番号): four digits.
pub(crate) fn security_code(random: &mut impl Rng) -> String {
    format!("{:04}", random.random_range(0..10_000))
}

/// A code as it is compared: full-width digits and spaces are forgiven.
pub(crate) fn typed_code(typed: &str) -> String {
    typed
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .map(|c| match c {
            '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
            _ => c,
        })
        .collect()
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

    #[test]
    fn made_up_secrets_have_their_form() {
        let mut random = StdRng::seed_from_u64(3);
        for _ in 0..200 {
            let password = initial_password(&mut random);
            assert_eq!(password.len(), 19);
            assert_eq!(domain::password::check(&password, "12345678901222", 12), Ok(()));
            let code = security_code(&mut random);
            assert!(code.len() == 4 && code.chars().all(|c| c.is_ascii_digit()), "{code}");
        }
        assert_ne!(initial_password(&mut random), initial_password(&mut random));
        assert_eq!(typed_code(" １２ 3-４ "), "1234");
    }
}
