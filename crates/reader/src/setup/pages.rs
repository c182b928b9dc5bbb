//! The pages of the set-up, as a browser gets them. They need no script.

use std::fmt::Write as _;
use std::path::Path;

use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use domain::SiteId;
use wire::setup::{SetupAsks, SetupSite};

use super::Setup;
use super::draft::{Choice, Done, Draft, Fault, Step};
use super::words::Word;
use crate::card;
use crate::gate::Mode;
use crate::screen::Language;
use crate::unit;
use crate::words::Say;

/// The languages by their own names.
const LANGUAGES: [(Language, &str); 4] = [
    (Language::Ja, "日本語"),
    (Language::En, "English"),
    (Language::Vi, "Tiếng Việt"),
    (Language::Id, "Bahasa Indonesia"),
];

/// A page, with what is wrong if something is.
pub(super) async fn show(setup: &Setup, draft: &Draft, step: Step, fault: Option<&Fault>) -> Response {
    let language = draft.language;
    let mut body = String::new();
    if let Some(fault) = fault {
        let _ = write!(body, "<p class=\"wrong\" role=\"alert\">{}</p>", esc(&say(fault, language)));
    }
    if draft.keys_left {
        let _ = write!(body, "<p class=\"warn\">{}</p>", Word::KeysLeft.to(language));
    }
    let (title, page) = match step {
        Step::SignIn => (Word::SignIn, sign_in(setup, draft)),
        Step::Code => (Word::Code, code(draft)),
        Step::Sites => (Word::Sites, sites(draft)),
        Step::Device => {
            let readers = tokio::task::spawn_blocking(card::readers).await;
            let readers = readers.ok().and_then(Result::ok).unwrap_or_default();
            let exists = matches!(fault, Some(Fault::Exists(_)));
            (Word::Device, device(draft, &readers, exists))
        }
        Step::Done => match &draft.done {
            Some(end) => (Word::Done, done(setup, draft, end)),
            None => (Word::Title, String::new()),
        },
    };
    body += &page;
    let status = match fault {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    (status, layout(language, title, &body)).into_response()
}

/// The last page.
pub(super) fn ended(language: Language) -> Response {
    layout(language, Word::Title, &format!("<p>{}</p>", Word::Ended.to(language))).into_response()
}

fn layout(language: Language, title: Word, body: &str) -> Html<String> {
    let mut languages = String::from("<form method=\"post\" action=\"/language\" class=\"languages\">");
    for (other, name) in LANGUAGES {
        let (tag, pressed) = (other.tag(), other == language);
        let _ = write!(
            languages,
            "<button class=\"plain\" name=\"language\" value=\"{tag}\" lang=\"{tag}\" aria-pressed=\"{pressed}\">{name}</button>"
        );
    }
    languages += "</form>";
    let page = include_str!("../../setup/page.html")
        .replace("{lang}", language.tag())
        .replace("{title}", title.to(language))
        .replace("{languages}", &languages)
        .replace("{body}", body);
    Html(page)
}

/// What is wrong, as a sentence.
fn say(fault: &Fault, language: Language) -> String {
    match fault {
        Fault::Say(word) => word.to(language).to_owned(),
        // The registry's own words are in the language that was asked for; those of the network are not.
        Fault::Registry(trouble) if trouble.code.is_some() => trouble.text.clone(),
        Fault::Registry(trouble) => format!("{} ({})", Word::Away.to(language), trouble.text),
        Fault::Exists(paths) => {
            let paths: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
            format!("{}: {}", Word::Exists.to(language), paths.join(", "))
        }
        Fault::NotWritten(why) => format!("{} ({why})", Word::NotWritten.to(language)),
    }
}

fn esc(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe += "&amp;",
            '<' => safe += "&lt;",
            '>' => safe += "&gt;",
            '"' => safe += "&quot;",
            '\'' => safe += "&#39;",
            c => safe.push(c),
        }
    }
    safe
}

/// A field with its name and a hint. (`f-`: the kiosk page, whose styles these pages share, has a `name` and a `mode` of its own.) `more` are further attributes of the input.
fn input(name: &str, label: &str, hint: &str, more: &str) -> String {
    let described = if hint.is_empty() {
        String::new()
    } else {
        format!(" aria-describedby=\"{name}-hint\"")
    };
    format!(
        "<label for=\"f-{name}\">{label}</label><p class=\"help\" id=\"{name}-hint\">{hint}</p><input id=\"f-{name}\" name=\"{name}\"{described} {more}>"
    )
}

fn link_back(step: &str, language: Language) -> String {
    format!("<p><a href=\"/at/{step}\">{}</a></p>", Word::Back.to(language))
}

fn sign_in(setup: &Setup, draft: &Draft) -> String {
    let t = |word: Word| word.to(draft.language);
    let mut page = String::new();
    if setup.in_the_open {
        let _ = write!(page, "<p class=\"warn\">{}</p>", t(Word::InTheOpen));
    }
    page += "<form method=\"post\" action=\"/sign-in\">";
    let address = format!("type=\"url\" required value=\"{}\"", esc(&draft.address));
    page += &input("address", t(Word::Address), t(Word::AddressHint), &address);
    let name = format!("required autocomplete=\"username\" value=\"{}\"", esc(&draft.name));
    page += &input("name", t(Word::Name), t(Word::NameHint), &name);
    let password = "type=\"password\" required autocomplete=\"off\"";
    page += &input("password", t(Word::Password), t(Word::PasswordHint), password);
    let _ = write!(page, "<button>{}</button></form>", t(Word::SignIn));
    page
}

fn code(draft: &Draft) -> String {
    let t = |word: Word| word.to(draft.language);
    let asks = draft.signed_in.as_ref().map_or(SetupAsks::Code, |s| s.asks);
    let hint = if asks == SetupAsks::RecoveryCode {
        Word::RecoveryHint
    } else {
        Word::CodeHint
    };
    let field = input(
        "code",
        t(Word::Code),
        t(hint),
        "required autocomplete=\"one-time-code\" autofocus",
    );
    format!(
        "<form method=\"post\" action=\"/code\">{field}<button>{}</button></form>{}",
        t(Word::Next),
        link_back("sign-in", draft.language)
    )
}

fn sites(draft: &Draft) -> String {
    let t = |word: Word| word.to(draft.language);
    let mut page = String::new();
    if let Some(who) = &draft.signed_in {
        let _ = write!(page, "<p>{} {}</p>", esc(&who.company), esc(&who.name));
    }
    let _ = write!(
        page,
        "<p class=\"help\">{}</p><form method=\"post\" action=\"/sites\"><div class=\"search\"><label for=\"q\">{}<input id=\"q\" name=\"q\" value=\"{}\"></label><button class=\"plain\" name=\"do\" value=\"search\">{}</button></div><fieldset>",
        t(Word::SitesLead),
        t(Word::Search),
        esc(&draft.q),
        t(Word::SearchButton)
    );
    for site in &draft.chosen {
        page += &choice(site, true);
    }
    let others = draft.found.sites.iter().filter(|site| !draft.chosen.contains(site));
    for site in others {
        page += &choice(site, false);
    }
    if draft.found.sites.is_empty() {
        let _ = write!(page, "<p>{}</p>", t(Word::NoSites));
    } else if draft.found.more {
        let _ = write!(page, "<p>{}</p>", t(Word::MoreSites));
    }
    let _ = write!(
        page,
        "</fieldset><button name=\"do\" value=\"next\">{}</button></form>{}",
        t(Word::Next),
        link_back("sign-in", draft.language)
    );
    page
}

fn choice(site: &SetupSite, ticked: bool) -> String {
    let id = site
        .site_id
        .parse::<SiteId>()
        .map_or_else(|_| site.site_id.clone(), |id| id.grouped());
    format!(
        "<label class=\"choice\"><input type=\"checkbox\" name=\"site\" value=\"{}\"{}><span>{}<br><small>{} · {} · {}–{}</small></span></label>",
        esc(&site.site_id),
        if ticked { " checked" } else { "" },
        esc(&site.name),
        esc(&id),
        esc(&site.address),
        site.from_day,
        site.to_day
    )
}

fn device(draft: &Draft, readers: &[String], exists: bool) -> String {
    let t = |word: Word| word.to(draft.language);
    let say = |say: Say| say.to(draft.language);
    let device = &draft.device;
    let option = |value: &str, text: &str, chosen: bool| {
        let chosen = if chosen { " selected" } else { "" };
        format!("<option value=\"{}\"{chosen}>{}</option>", esc(value), esc(text))
    };
    let select = |name: &str, label: &str, options: &str| {
        format!("<label for=\"f-{name}\">{label}</label><select id=\"f-{name}\" name=\"{name}\">{options}</select>")
    };
    let names: Vec<&str> = draft.chosen.iter().map(|site| site.name.as_str()).collect();
    let mut page = format!("<p>{}</p>", esc(&names.join(" · ")));
    page += "<form method=\"post\" action=\"/device\">";
    let name = format!("required maxlength=\"60\" value=\"{}\"", esc(&device.name));
    page += &input("name", t(Word::DeviceName), t(Word::DeviceNameHint), &name);
    let mut options = option("", t(Word::ReaderAny), device.reader == Choice::Any);
    for reader in readers {
        options += &option(&format!("={reader}"), reader, device.reader == Choice::Named(reader.clone()));
    }
    options += &option("lines", t(Word::ReaderLines), device.reader == Choice::Lines);
    page += &select("reader", t(Word::Reader), &options);
    if readers.is_empty() {
        let _ = write!(page, "<p class=\"help\">{}</p>", t(Word::ReaderNone));
    }
    let modes = [
        ("auto", Mode::Auto, Say::ModeAuto),
        ("in", Mode::In, Say::ModeIn),
        ("out", Mode::Out, Say::ModeOut),
    ];
    let options: String = modes
        .into_iter()
        .map(|(value, mode, word)| option(value, say(word), device.mode == mode))
        .collect();
    page += &select("mode", say(Say::Mode), &options);
    let options: String = LANGUAGES
        .into_iter()
        .map(|(language, name)| option(language.tag(), name, device.language == language))
        .collect();
    page += &select("language", t(Word::ScreenLanguage), &options);
    page += &tick("bell", t(Word::Beep), t(Word::BeepOn), device.bell);
    if exists {
        page += &tick("replace", t(Word::Exists), t(Word::Overwrite), false);
    }
    let _ = write!(
        page,
        "<button>{}</button></form>{}",
        t(Word::Make),
        link_back("sites", draft.language)
    );
    page
}

fn tick(name: &str, legend: &str, label: &str, ticked: bool) -> String {
    let ticked = if ticked { " checked" } else { "" };
    format!(
        "<fieldset><legend>{legend}</legend><label class=\"choice\"><input type=\"checkbox\" name=\"{name}\" value=\"on\"{ticked}><span>{label}</span></label></fieldset>"
    )
}

fn done(setup: &Setup, draft: &Draft, done: &Done) -> String {
    let t = |word: Word| word.to(draft.language);
    let mut page = String::new();
    for ready in &done.sites {
        let _ = write!(
            page,
            "<h2>{}</h2><p>{}: <code>{}</code></p>",
            esc(&ready.site.name),
            t(Word::DoneFile),
            esc(&ready.config.display().to_string())
        );
        let _ = match &ready.ping {
            Ok(workers) => write!(page, "<p class=\"good\">{}{workers}</p>", t(Word::PingGood)),
            Err(trouble) => write!(page, "<p class=\"warn\">{}{}</p>", t(Word::PingBad), esc(&trouble.text)),
        };
    }
    if done.replaced {
        let _ = write!(page, "<p class=\"warn\">{}</p>", t(Word::DoneOld));
    }
    let program = format!("{}{}", shell(&setup.program), unit::subcommand(&setup.program));
    let configs: Vec<&Path> = done.sites.iter().map(|ready| ready.config.as_path()).collect();
    let runs: String = configs
        .iter()
        .map(|config| format!("{program} run --config {}\n", shell(config)))
        .collect();
    let as_service = cfg!(target_os = "linux") && !setup.own && draft.device.reader != Choice::Lines;
    if as_service {
        let _ = write!(
            page,
            "<h2>{}</h2><pre tabindex=\"0\">{}</pre>",
            t(Word::StartWithMachine),
            esc(&service(&program, &configs))
        );
    } else {
        let _ = write!(page, "<h2>{}</h2><pre tabindex=\"0\">{}</pre>", t(Word::Start), esc(&runs));
        let hint = if draft.device.reader == Choice::Lines {
            Word::StartLines
        } else if cfg!(target_os = "linux") {
            Word::StartOwn
        } else {
            Word::StartElsewhere
        };
        let _ = write!(page, "<p>{}</p>", t(hint));
    }
    let _ = write!(
        page,
        "<form method=\"post\" action=\"/end\"><button>{}</button></form>",
        t(Word::End)
    );
    page
}

/// The commands that make the readers services of the machine: a user who owns the files, a unit for each, and the right to read cards.
fn service(program: &str, configs: &[&Path]) -> String {
    let mut lines = String::from("id -u ashiba-reader || useradd --system --home /var/lib/ashiba-reader ashiba-reader\n");
    let _ = writeln!(lines, "{program} unit --rules > /etc/polkit-1/rules.d/60-ashiba-reader.rules");
    for config in configs {
        let name = config.file_stem().unwrap_or_default().to_string_lossy();
        let (file, key) = (shell(config), shell(&config.with_extension("key")));
        let _ = writeln!(lines, "chown ashiba-reader {file} {key}");
        let unit = shell(Path::new(&format!("/etc/systemd/system/ashiba-{name}.service")));
        let _ = writeln!(lines, "{program} unit --config {file} > {unit}");
        let _ = writeln!(
            lines,
            "systemctl enable --now {}",
            shell(Path::new(&format!("ashiba-{name}")))
        );
    }
    lines
}

/// A path as one word of a shell.
fn shell(path: &Path) -> String {
    let path = path.to_string_lossy();
    let plain = |c: char| c.is_alphanumeric() || "/._-+:@\\".contains(c);
    if path.chars().all(plain) && (cfg!(windows) || !path.contains('\\')) {
        path.into_owned()
    } else if cfg!(windows) {
        format!("\"{path}\"")
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_people_and_registries_write_stays_text() {
        assert_eq!(esc("<a href='x'>&\""), "&lt;a href=&#39;x&#39;&gt;&amp;&quot;");
        assert_eq!(shell(Path::new("/etc/ashiba/reader.toml")), "/etc/ashiba/reader.toml");
        assert_eq!(shell(Path::new("/home/a b/it's")), "'/home/a b/it'\\''s'");
        let commands = service("ashiba-reader", &[Path::new("/etc/ashiba/reader.toml")]);
        assert!(commands.contains("chown ashiba-reader /etc/ashiba/reader.toml /etc/ashiba/reader.key\n"));
        assert!(commands.contains("> /etc/systemd/system/ashiba-reader.service\n"));
        assert!(commands.ends_with("systemctl enable --now ashiba-reader\n"));
    }
}
