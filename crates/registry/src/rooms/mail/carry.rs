//! How a mail leaves: as a file in a folder, or to a mail server.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use anyhow::Context;
use jiff::Timestamp;
use lettre::message::{Mailbox, header};
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};

/// How mails leave.
#[derive(Clone, Default)]
pub enum Post {
    /// They do not: they wait in the table (tests; programs that only write).
    #[default]
    Kept,
    /// Each is a file `….eml` in this folder, for another program or a person to carry on.
    Folder(PathBuf),
    /// To a mail server.
    Server {
        /// `smtps://name:password@host`, `smtp://host?tls=required` …
        url: String,
        /// Address in `From`.
        from: String,
    },
}

/// The address of the server holds a password.
impl std::fmt::Debug for Post {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Kept => f.write_str("Kept"),
            Self::Folder(folder) => f.debug_tuple("Folder").field(folder).finish(),
            Self::Server { from, .. } => f.debug_struct("Server").field("from", from).finish_non_exhaustive(),
        }
    }
}

impl Post {
    /// A mail server, checked before anything depends on it.
    ///
    /// # Errors
    /// If the address of the server or of the sender cannot be read. Holds no password.
    pub fn server(url: &str, from: &str) -> anyhow::Result<Self> {
        AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| anyhow::anyhow!("the mail server is written smtps://name:password@host or smtp://host?tls=required"))?;
        from.parse::<Mailbox>()
            .with_context(|| format!("{from} is no sender's address; write name@host"))?;
        Ok(Self::Server {
            url: url.to_owned(),
            from: from.to_owned(),
        })
    }

    fn from(&self) -> &str {
        match self {
            Self::Server { from, .. } => from,
            Self::Kept | Self::Folder(_) => "ashiba@localhost",
        }
    }
}

/// What became of a mail.
pub(super) enum Carried {
    /// It left.
    Left,
    /// It may leave later.
    Later(String),
    /// It never will: the address cannot be written to.
    Never(String),
}

/// Carries one mail. Its ID is the name of the file and the message's ID, so that a mail carried twice (power fails between leaving
/// and noting) is one file, and one message for those who look.
pub(super) async fn carry(post: &Post, id: &str, written_at: i64, to: &str, subject: &str, body: String) -> Carried {
    let message = match message(post.from(), id, written_at, to, subject, body) {
        Ok(message) => message,
        Err(error) => return Carried::Never(format!("{error:#}")),
    };
    match post {
        Post::Kept => Carried::Later("no post".into()),
        Post::Folder(folder) => match put(folder, id, &message.formatted()).await {
            Ok(()) => Carried::Left,
            Err(error) => Carried::Later(error.to_string()),
        },
        Post::Server { url, .. } => match AsyncSmtpTransport::<Tokio1Executor>::from_url(url) {
            Err(_) => Carried::Later("the address of the mail server cannot be read".into()),
            Ok(builder) => {
                let server = builder.timeout(Some(Duration::from_secs(30))).build();
                match server.send(message).await {
                    Ok(_) => Carried::Left,
                    // Also what the server calls permanent: a wrong password of ours must not cost people their mails.
                    Err(error) => Carried::Later(error.to_string()),
                }
            }
        },
    }
}

fn message(from: &str, id: &str, written_at: i64, to: &str, subject: &str, body: String) -> anyhow::Result<Message> {
    let from: Mailbox = from.parse().context("the sender")?;
    let host = from.email.domain().to_owned();
    let at = Timestamp::from_millisecond(written_at).map_or(SystemTime::UNIX_EPOCH, SystemTime::from);
    // `to` is taken as a bare address, so that nothing typed by a person can add a header or a second recipient.
    let to = Mailbox::new(None, to.parse().context("the recipient")?);
    let message = Message::builder()
        .from(from)
        .to(to)
        .date(at)
        .subject(subject)
        .message_id(Some(format!("<{id}@{host}>")))
        .header(header::ContentType::TEXT_PLAIN)
        .body(body)?;
    Ok(message)
}

/// Whole or not at all: written beside and renamed. Only the owner may read it: it may hold an initial password.
async fn put(folder: &Path, id: &str, bytes: &[u8]) -> std::io::Result<()> {
    use tokio::io::AsyncWriteExt;
    tokio::fs::create_dir_all(folder).await?;
    let beside = folder.join(format!(".{id}.part"));
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    options.mode(0o600);
    let mut file = options.open(&beside).await?;
    file.write_all(bytes).await?;
    file.sync_all().await?;
    tokio::fs::rename(&beside, folder.join(format!("{id}.eml"))).await
}
