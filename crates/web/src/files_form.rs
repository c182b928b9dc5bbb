//! Forms that carry files (`multipart/form-data`), taken under the same conditions as [`crate::Form`].

use axum::Extension;
use axum::body::Bytes;
use axum::extract::multipart::{MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Request};
use axum::http::{HeaderMap, StatusCode, header};
use unicode_normalization::UnicodeNormalization;

use crate::csrf::{self, SessionSecret};
use crate::{FieldErrors, PageError};

/// Most parts of a form: more come from no page of ours.
const MOST_PARTS: usize = 1_000;

/// Longest file name kept, in characters.
const LONGEST_NAME: usize = 100;

/// Largest body of a route in bytes, told to the person whose form is larger:
/// `routes.add(Method::POST, "/x", post(x).layer(web::body_limit(12_000_000)))`.
pub fn body_limit(bytes: usize) -> (DefaultBodyLimit, Extension<BodyLimit>) {
    (DefaultBodyLimit::max(bytes), Extension(BodyLimit(bytes)))
}

/// The limit in force, for the sentence.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit(usize);

/// A form with files of a signed-in person: taken only from our own pages and with the session's token in the field `csrf`,
/// whichever part that is. Files are held in memory; what a route allows in all is set by [`body_limit`].
#[derive(Debug, Clone, Default)]
pub struct FilesForm {
    /// Fields and their texts in the order sent, without the token.
    pub fields: Vec<(String, String)>,
    /// Files in the order sent: field, file name (without path and control characters), bytes. An input where no file was chosen
    /// is left out; a chosen file without content is here.
    pub files: Vec<(String, String, Bytes)>,
}

impl FilesForm {
    /// The first text of a field; empty if it was not sent.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.fields
            .iter()
            .find(|(name, _)| name == field)
            .map_or("", |(_, text)| text)
    }

    /// The first file of a field: its name and its bytes.
    #[must_use]
    pub fn file(&self, field: &str) -> Option<(&str, &Bytes)> {
        self.files
            .iter()
            .find(|(name, ..)| name == field)
            .map(|(_, file_name, bytes)| (file_name.as_str(), bytes))
    }

    /// The same, or the fault that none was chosen.
    pub fn needed_file(&self, field: &'static str, errors: &mut FieldErrors) -> Option<(&str, &Bytes)> {
        let file = self.file(field);
        if file.is_none() {
            errors.add(field, "field-file-needed");
        }
        file
    }
}

impl<S: Send + Sync> FromRequest<S> for FilesForm {
    type Rejection = PageError;
    async fn from_request(request: Request, state: &S) -> Result<Self, PageError> {
        // Without files, scripts and machines may send the same form the short way.
        if !is_multipart(request.headers()) {
            let crate::Form(mut fields) = crate::Form::<Vec<(String, String)>>::from_request(request, state).await?;
            fields.retain(|(name, _)| name != "csrf");
            return Ok(Self {
                fields,
                files: Vec::new(),
            });
        }
        if !csrf::same_origin(request.headers(), request.uri()) {
            return Err(PageError::CsrfFailed);
        }
        let secret = request
            .extensions()
            .get::<SessionSecret>()
            .cloned()
            .ok_or(PageError::CsrfFailed)?;
        let limit = request.extensions().get::<BodyLimit>().copied();
        if let (Some(BodyLimit(most)), Some(length)) = (limit, length(request.headers()))
            && length > most
        {
            return Err(too_large(limit)); // Before megabytes travel in vain.
        }
        let mut parts = Multipart::from_request(request, state)
            .await
            .map_err(|rejection: MultipartRejection| unreadable(rejection.status()))?;
        let broken = |error: MultipartError| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => too_large(limit),
            _ => unreadable(StatusCode::BAD_REQUEST),
        };
        let mut form = Self::default();
        let mut token = String::new();
        while let Some(part) = parts.next_field().await.map_err(broken)? {
            if form.fields.len() + form.files.len() >= MOST_PARTS {
                return Err(unreadable(StatusCode::BAD_REQUEST));
            }
            let Some(field) = part.name().map(str::to_owned) else {
                continue;
            };
            if let Some(file_name) = part.file_name().map(str::to_owned) {
                let bytes = part.bytes().await.map_err(broken)?;
                if !(file_name.is_empty() && bytes.is_empty()) {
                    form.files.push((field, clean_name(&file_name), bytes));
                }
            } else if field == "csrf" {
                token = part.text().await.map_err(broken)?;
            } else {
                form.fields.push((field, part.text().await.map_err(broken)?));
            }
        }
        if csrf::verify(&secret.0, &token) {
            Ok(form)
        } else {
            Err(PageError::CsrfFailed)
        }
    }
}

/// Does the request carry a form with files?
pub(crate) fn is_multipart(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("multipart/form-data"))
}

fn length(headers: &HeaderMap) -> Option<usize> {
    headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn unreadable(status: StatusCode) -> PageError {
    PageError::refused(status, "error-form")
}

fn too_large(limit: Option<BodyLimit>) -> PageError {
    match limit {
        Some(BodyLimit(bytes)) => PageError::Refused {
            status: StatusCode::PAYLOAD_TOO_LARGE,
            key: "error-files-too-large".into(),
            args: vec![("megabytes", (bytes / 1_000_000).into())],
        },
        None => PageError::TooLarge,
    }
}

/// A file's name as it may be shown and stored: the last step of a path, composed (NFC: macOS sends it apart), without control
/// and direction characters, at most 100 characters with its ending.
fn clean_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let unseen = |c: &char| {
        c.is_control() || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    let name: String = last.nfc().filter(|c| !unseen(c)).collect();
    let name = name.trim();
    if name.chars().count() <= LONGEST_NAME {
        return if name.is_empty() { "file".to_owned() } else { name.to_owned() };
    }
    let ending = name.rsplit_once('.').map_or("", |(_, ending)| ending);
    if ending.is_empty() || ending.chars().count() > 10 {
        return name.chars().take(LONGEST_NAME).collect();
    }
    let stem = LONGEST_NAME - ending.chars().count() - 1;
    let stem: String = name.chars().take(stem).collect();
    format!("{stem}.{ending}")
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::body::Body;
    use axum::routing::post;
    use tower::ServiceExt;

    use super::*;

    #[test]
    fn names_are_made_harmless() {
        let long = format!("{}.jpeg", "あ".repeat(120));
        let cases = [
            ("免許証.jpg", "免許証.jpg"),
            ("C:\\Users\\taro\\免許証.jpg", "免許証.jpg"),
            ("../../etc/passwd", "passwd"),
            ("a\r\nSet-Cookie: x\u{0}.png", "aSet-Cookie: x.png"),
            ("gpj\u{202e}exe.jpg", "gpjexe.jpg"),
            ("か\u{3099}.pdf", "が.pdf"),
            ("", "file"),
            ("/", "file"),
        ];
        for (sent, kept) in cases {
            assert_eq!(clean_name(sent), kept, "{sent:?}");
        }
        let cut = clean_name(&long);
        assert_eq!((cut.chars().count(), cut.ends_with("あ.jpeg")), (100, true));
        assert_eq!(clean_name(&"x".repeat(120)).len(), 100);
    }

    const SECRET: &[u8] = b"secret of the session";

    fn part(name: &str, file: Option<&str>, content: &str) -> String {
        let file = file.map_or(String::new(), |f| format!("; filename=\"{f}\"\r\nContent-Type: image/png"));
        format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n")
    }

    async fn send(parts: &[String], site: &str, limit: usize) -> (StatusCode, String) {
        let body = format!("{}--XX--\r\n", parts.concat());
        let app: Router = Router::new()
            .route(
                "/x",
                post(|form: FilesForm| async move {
                    let (a, photo) = (
                        form.text("a").to_owned(),
                        form.file("photo").map(|(name, bytes)| (name.to_owned(), bytes.len())),
                    );
                    format!("{a} {photo:?} {} {}", form.fields.len(), form.files.len())
                }),
            )
            .layer(body_limit(limit))
            .layer(Extension(SessionSecret(SECRET.to_vec())));
        let request = Request::post("/x")
            .header(header::CONTENT_TYPE, "multipart/form-data; boundary=XX")
            .header("sec-fetch-site", site)
            .body(Body::from(body))
            .unwrap();
        let response = app.oneshot(request).await.unwrap();
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), 10_000).await.unwrap();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }

    #[tokio::test]
    async fn parts_are_told_apart_and_the_token_may_stand_anywhere() {
        let token = part("csrf", None, &csrf::token(SECRET));
        let (a, photo) = (part("a", None, "鉄筋"), part("photo", Some("x/顔.png"), "bytes"));
        let none = part("proof", Some(""), "");
        let chosen_but_empty = part("consent", Some("同意書.pdf"), "");
        for order in [
            vec![
                token.clone(),
                a.clone(),
                photo.clone(),
                none.clone(),
                chosen_but_empty.clone(),
            ],
            vec![
                a.clone(),
                photo.clone(),
                none.clone(),
                chosen_but_empty.clone(),
                token.clone(),
            ],
        ] {
            let (status, body) = send(&order, "same-origin", 10_000).await;
            assert_eq!((status, body.as_str()), (StatusCode::OK, "鉄筋 Some((\"顔.png\", 5)) 1 2"));
        }
        // A file called csrf is no token.
        let forged = part("csrf", Some("t.txt"), &csrf::token(SECRET));
        for parts in [vec![a.clone()], vec![a.clone(), forged], vec![part("csrf", None, "00")]] {
            assert_eq!(send(&parts, "same-origin", 10_000).await.0, StatusCode::FORBIDDEN);
        }
        assert_eq!(send(&[token, a], "cross-site", 10_000).await.0, StatusCode::FORBIDDEN);
    }

    #[tokio::test]
    async fn too_much_is_told_as_such() {
        let token = part("csrf", None, &csrf::token(SECRET));
        let photo = part("photo", Some("a.png"), &"x".repeat(5_000));
        assert_eq!(
            send(&[token.clone(), photo.clone()], "same-origin", 4_000).await.0,
            StatusCode::PAYLOAD_TOO_LARGE
        );
        assert_eq!(send(&[token, photo], "same-origin", 9_000).await.0, StatusCode::OK);
        let (_, key, args) = match too_large(Some(BodyLimit(12_000_000))) {
            PageError::Refused { status, key, args } => (status, key, args),
            other => panic!("{other:?}"),
        };
        assert_eq!(key, "error-files-too-large");
        let texts = crate::Texts::new([]);
        let t = texts.t(crate::Language::En);
        assert_eq!(t.with(&key, &args), "No more than 12 MB can be sent at once.");
    }
}
