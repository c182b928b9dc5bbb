//! Is a PDF whole, open and passive, as far as a look at its bytes tells? Nothing is unpacked: what hides in a compressed object is
//! not seen, so a PDF is only ever shown with a policy that lets nothing run.

use super::PaperRefusal;

/// Words after a slash that make a PDF do something or carry something.
const ACTIVE: [&[u8]; 6] = [
    b"JavaScript",
    b"JS",
    b"EmbeddedFile",
    b"EmbeddedFiles",
    b"Launch",
    b"RichMedia",
];

/// Checks the bytes of what begins like a PDF.
pub(super) fn check(bytes: &[u8]) -> Result<(), PaperRefusal> {
    let tail = &bytes[bytes.len().saturating_sub(1_024)..];
    if find(tail, b"%%EOF").is_none() {
        return Err(PaperRefusal::Damaged);
    }
    let mut rest = bytes;
    loop {
        // Streams are data; their bytes may look like anything.
        let (plain, after) = match stream(rest) {
            Some(start) => (&rest[..start], &rest[start..]),
            None => (rest, &rest[rest.len()..]),
        };
        for name in names(plain) {
            if name == b"Encrypt" {
                return Err(PaperRefusal::Locked);
            }
            if ACTIVE.contains(&name.as_slice()) {
                return Err(PaperRefusal::Active);
            }
        }
        match find(after, b"endstream") {
            Some(end) => rest = &after[end + b"endstream".len()..],
            None if after.is_empty() => return Ok(()),
            None => return Err(PaperRefusal::Damaged), // A stream that never ends would hide the rest.
        }
    }
}

fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack.windows(needle.len()).position(|window| window == needle)
}

/// Where the data of the next stream begin: the word after a dictionary, then a line end.
fn stream(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], b"stream") {
        let (start, end) = (from + at, from + at + b"stream".len());
        let before = bytes[..start].trim_ascii_end();
        if before.ends_with(b">>") && matches!(bytes.get(end), Some(b'\r' | b'\n')) {
            return Some(end);
        }
        from = end;
    }
    None
}

/// The names (`/Word`), with `#4a` read as the letter it stands for.
fn names(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    bytes.split(|b| *b == b'/').skip(1).map(|rest| {
        let ends =
            |b: &u8| b.is_ascii_whitespace() || matches!(b, 0 | b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'%');
        let raw = &rest[..rest.iter().position(ends).unwrap_or(rest.len())];
        let mut name = Vec::new();
        let mut at = 0;
        while let Some(byte) = raw.get(at) {
            let escaped = raw.get(at + 1..at + 3).filter(|_| *byte == b'#');
            let value = escaped.and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
            name.push(value.unwrap_or(*byte));
            at += if value.is_some() { 3 } else { 1 };
        }
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_bytes_tell() {
        let pdf = |inside: &str| format!("%PDF-1.7\n{inside}\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n").into_bytes();
        let cases: [(&str, Result<(), PaperRefusal>); 10] = [
            ("1 0 obj << /Type /Catalog >> endobj", Ok(())),
            ("<< /Encrypt 5 0 R >>", Err(PaperRefusal::Locked)),
            ("<< /S /JavaScript /JS (app.alert(1)) >>", Err(PaperRefusal::Active)),
            ("<< /S/JS(x) >>", Err(PaperRefusal::Active)),
            ("<< /J#61vaScript 1 0 R >>", Err(PaperRefusal::Active)),
            ("<< /Names << /EmbeddedFiles 2 0 R >> >>", Err(PaperRefusal::Active)),
            ("<< /JSON 1 >>", Ok(())),
            ("<< /Length 9 >>\nstream\n/JS /Encrypt\nendstream", Ok(())),
            ("<< /Length 9 >>\nstream\nx\nendstream << /JS 1 >>", Err(PaperRefusal::Active)),
            ("<< /Length 9 >>\nstream\nnever ends", Err(PaperRefusal::Damaged)),
        ];
        for (inside, expected) in cases {
            assert_eq!(check(&pdf(inside)), expected, "{inside}");
        }
        let whole = pdf("x");
        assert_eq!(check(&whole[..whole.len() - 8]), Err(PaperRefusal::Damaged), "cut off");
    }
}
