//! Several writing texts as one.

use std::fmt::Write;

use sea_orm::Value;

use crate::{Backend, Result, Sql};

/// Texts that write, each to rows that no other of them writes, gathered to go to the database together
/// ([`Tx::run_all`](crate::Tx::run_all)).
#[derive(Debug, Default)]
pub struct Writes(Vec<(Sql, Vec<Value>)>);

impl Writes {
    /// None yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds one.
    pub fn add(&mut self, sql: &Sql, values: impl IntoIterator<Item = Value>) {
        self.0.push((*sql, values.into_iter().collect()));
    }

    pub(crate) fn into_list(self) -> Vec<(Sql, Vec<Value>)> {
        self.0
    }
}

/// One statement that does all of them: each a part of `with`, its parameters counted on from those before it.
pub(crate) fn joined(writes: Vec<(Sql, Vec<Value>)>, backend: Backend) -> Result<(String, Vec<Value>)> {
    let (mut text, mut all) = (String::from("with "), Vec::new());
    for (n, (sql, values)) in writes.into_iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = write!(text, "{}w{n} as (", if n == 0 { "" } else { ", " });
        shift(&sql.text(backend)?, all.len(), &mut text);
        text.push(')');
        all.extend(values);
    }
    text.push_str(" select 1");
    Ok((text, all))
}

/// `$1` becomes `$3` if two come before.
fn shift(text: &str, by: usize, out: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        let (number, behind) = after.split_at(digits);
        out.push_str(before);
        out.push('$');
        match number.parse::<usize>() {
            Ok(number) => {
                let _ = write!(out, "{}", number + by);
            }
            Err(_) => out.push_str(number),
        }
        rest = behind;
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::values;

    #[test]
    fn parameters_are_counted_on() {
        const A: Sql = Sql::new("a", "insert into a values ($1, $2)");
        const B: Sql = Sql::new("b", "update b set x = $2 where y = $1 and z = '$'");
        let writes = vec![(A, values![1, 2]), (B, values![3, 4])];
        let (text, all) = joined(
            writes.into_iter().map(|(sql, v)| (sql, v.into_iter().collect())).collect(),
            Backend::Postgres,
        )
        .unwrap();
        assert_eq!(
            text,
            "with w0 as (insert into a values ($1, $2)), w1 as (update b set x = $4 where y = $3 and z = '$') select 1"
        );
        assert_eq!(all.len(), 4);
    }
}
