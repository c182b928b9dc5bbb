//! Inviting as people do it: the form, and the ways to find a company (search, one's own list, companies with an agreement).

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use domain::CompanyId;
use domain::access::Act;
use domain::organisation::{Move, NodeId};
use sea_orm::FromQueryResult;
use serde::Deserialize;
use store::{Page as PageNumber, Paged, Rows, StoreError, Tx, values};
use web::{Form, FormState, Frame, Page, PageError, page, redirect_with};

use super::favourites::{FavouriteRefusal, keep_favourite};
use super::invite::{left, nodes_to_invite_under, sentence};
use super::shape::{hindrance, principals, seat};
use super::{InviteForm, InviteRefusal, queries};
use crate::App;
use crate::access::{UseCaseError, Viewer};
use crate::rooms::agreement::find_principals;
use crate::rooms::search;
use crate::rooms::site::{OpenSite, open, percent};
use crate::rows::id;

/// Companies on a page of search results.
const FOUND: u32 = 20;

#[derive(Template)]
#[template(path = "organisation/templates/invite.html")]
struct InvitePage {
    frame: Frame,
    site: OpenSite,
    /// Nodes to invite under: key and what to call it.
    uppers: Vec<(String, String)>,
    form: FormState<InviteForm>,
    /// Name of the company chosen in the search.
    chosen: Option<String>,
}

async fn invite_page(app: &App, tx: &Tx, viewer: &Viewer, frame: Frame, site: OpenSite, form: FormState<InviteForm>) -> Page {
    let principals = principals(tx, &site).await?;
    let uppers: Vec<(String, String)> = nodes_to_invite_under(app, viewer, &site, &principals)
        .into_iter()
        .map(|n| {
            let place = site.place_name(&frame.t, n);
            let called = match n.company {
                Some(company) if company == site.own => place,
                None => format!("{place} {}", site.company_of(&n.id)),
                Some(_) => {
                    let of = [("place", place.as_str()), ("company", site.company_of(&n.id))];
                    frame.t.with("organisation-under-by-proxy", &of)
                }
            };
            (n.id.0.clone(), called)
        })
        .collect();
    if uppers.is_empty() {
        return Err(PageError::Forbidden);
    }
    let chosen = match form.values.company.parse::<CompanyId>() {
        Ok(company) => tx.value::<String>(&queries::COMPANY, values![company.to_string()]).await?,
        Err(_) => None,
    };
    let chart = frame.t.s("organisation-title");
    let here = format!("/sites/{}/organisation", site.head.id);
    let frame = site.crumbs(frame).crumb(chart, here).title("organisation-invite-title");
    let status = form.status();
    let page = page(&InvitePage {
        frame,
        site,
        uppers,
        form,
        chosen,
    })?;
    Ok((status, page).into_response())
}

/// The form of an invitation. `?node=…&company=…` fills it in.
///
/// # Permissions
/// Who may invite at this site.
pub(super) async fn form(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(form): Query<InviteForm>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    let form = FormState::new(&frame.t, form);
    invite_page(&app, &tx, &viewer, frame, site, form).await
}

/// Invites, or puts a company in by name.
///
/// # Permissions
/// Administrators, tier managers and site managers, beneath nodes of their own company and unregistered ones under it.
pub(super) async fn send(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Form(form): Form<InviteForm>,
) -> Page {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    let named = !form.name.trim().is_empty();
    match super::invite(&app, &tx, &viewer, &site, &form).await {
        Ok(_) => {
            tx.commit().await?;
            let told = if named { "organisation-named" } else { "organisation-invited" };
            Ok(redirect_with(&format!("/sites/{}/organisation", site.head.id), told))
        }
        Err(UseCaseError::Refused(InviteRefusal::Fields(errors))) => {
            let form = FormState::wrong(&frame.t, form, errors);
            invite_page(&app, &tx, &viewer, frame, site, form).await
        }
        Err(UseCaseError::Refused(InviteRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

/// What a company is looked for.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct CompaniesQuery {
    q: String,
    node: String,
    /// `replace`: it is to take the place of the node; else to stand beneath it.
    r#for: String,
    /// `favourites`: one's own list; `agreed`: companies with an agreement; else the search.
    list: String,
    page: Option<u32>,
}

struct FoundCompany {
    id: CompanyId,
    name: String,
    kana: String,
    favourite: bool,
    /// Key of the sentence why it cannot be taken; none if it can.
    obstacle: Option<String>,
}

#[derive(Template)]
#[template(path = "organisation/templates/companies.html")]
struct CompaniesPage {
    frame: Frame,
    site: OpenSite,
    q: String,
    node: String,
    replace: bool,
    /// Which list: `favourites`, `agreed` or the search.
    list: &'static str,
    may_see_agreements: bool,
    /// Address of this list without the page; and of what is behind a choice, without the company.
    base: String,
    choose: String,
    /// None before anything was searched for.
    found: Option<Paged<FoundCompany>>,
}

#[derive(FromQueryResult)]
struct FavouriteColumns {
    id: String,
    name: String,
    name_kana: String,
    state: String,
    total: i64,
}

#[derive(FromQueryResult)]
struct IdColumns {
    id: String,
}

struct Found {
    id: CompanyId,
    name: String,
    kana: String,
    state: String,
}

async fn look(tx: &Tx, viewer: &Viewer, own: CompanyId, query: &CompaniesQuery) -> Result<Option<Paged<Found>>, StoreError> {
    let number = PageNumber::new(query.page.unwrap_or(1), FOUND);
    if query.list == "favourites" {
        let values = values![own.to_string(), number.limit(), number.offset()];
        let rows: Vec<FavouriteColumns> = tx.all(&queries::FAVOURITES, values).await?;
        let total = rows.first().map_or(0, |r| u64::try_from(r.total).unwrap_or(0));
        let mut found = Vec::with_capacity(rows.len());
        for row in rows {
            found.push(Found {
                id: id(&row.id, "company.id")?,
                name: row.name,
                kana: row.name_kana,
                state: row.state,
            });
        }
        return Ok(Some(Paged {
            rows: found,
            total,
            page: number,
        }));
    }
    if query.list == "agreed" {
        let found = find_principals(tx, own, &query.q, number).await?;
        return Ok(Some(found.map(|c| Found {
            id: c.company,
            name: c.name,
            kana: c.kana,
            state: c.state.word().to_owned(),
        })));
    }
    if query.q.trim().is_empty() {
        return Ok(None);
    }
    let found = search::companies(tx, viewer, &query.q, "", number).await?;
    Ok(Some(found.map(|c| Found {
        id: c.id,
        name: c.name,
        kana: c.kana,
        state: c.state,
    })))
}

/// Looks for a company to invite, or to put in the place of an unregistered one: by name, kana, ID, licence or corporate number, on
/// one's own list, or among those with an agreement. Its data besides name and ID stay out: any company in the registry can be found here.
///
/// # Permissions
/// Who may invite at this site.
pub(super) async fn companies(
    State(app): State<App>,
    viewer: Viewer,
    frame: Frame,
    Path(site): Path<String>,
    Query(query): Query<CompaniesQuery>,
) -> Page {
    let tx = app.db().read().await?;
    let site = open(&tx, &viewer, &site).await?;
    let replace = query.r#for == "replace";
    let node = if replace {
        let node = NodeId(query.node.clone());
        let seat = seat(&app, &tx, &site, &node).await?.ok_or(PageError::NotFound)?;
        if hindrance(&viewer, &seat, Move::Replace).is_some() {
            return Err(PageError::Forbidden);
        }
        node
    } else {
        let principals = principals(&tx, &site).await?;
        let uppers = nodes_to_invite_under(&app, &viewer, &site, &principals);
        let named = uppers.iter().find(|n| n.id.0 == query.node).or(uppers.first());
        named.map(|n| n.id.clone()).ok_or(PageError::Forbidden)?
    };
    let mut query = query;
    query.q = query.q.trim().chars().filter(|c| !c.is_control()).take(100).collect();
    let found = look(&tx, &viewer, site.own, &query).await?;
    let ids = Rows::of(found.iter().flat_map(|f| &f.rows).map(|c| [c.id.to_string()]))?;
    let kept: Vec<IdColumns> = tx.all(&queries::IS_FAVOURITE, values![site.own.to_string(), ids]).await?;
    let found = found.map(|found| {
        found.map(|c| {
            let misplaced = if replace {
                site.tree.misplaced_at(c.id, &node)
            } else {
                site.tree.misplaced(Some(c.id), &node)
            };
            let gone = left(&c.state).map(str::to_owned);
            let own = (c.id == site.own).then(|| "organisation-is-own".to_owned());
            FoundCompany {
                favourite: kept.iter().any(|k| k.id == c.id.to_string()),
                obstacle: own.or(gone).or(misplaced.map(sentence)),
                id: c.id,
                name: c.name,
                kana: c.kana,
            }
        })
    });
    let here = format!("/sites/{}/organisation", site.head.id);
    let what = if replace { "replace" } else { "" };
    let list = match query.list.as_str() {
        "favourites" => "favourites",
        "agreed" => "agreed",
        _ => "",
    };
    let base = format!("{here}/companies?node={node}&for={what}&list={list}&q={}&", percent(&query.q));
    let choose = if replace {
        format!("{here}/nodes/{node}/replace?")
    } else {
        format!("{here}/invite?node={node}&")
    };
    let chart = frame.t.s("organisation-title");
    let frame = site.crumbs(frame).crumb(chart, here).title("organisation-companies-title");
    page(&CompaniesPage {
        frame,
        site,
        q: query.q,
        node: node.0,
        replace,
        list,
        may_see_agreements: viewer.may(Act::EndAgreements),
        base,
        choose,
        found,
    })
}

/// Which company goes onto the list or off it, and where the page came from.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct FavouriteForm {
    company: String,
    keep: String,
    /// The list as it was: its query.
    back: String,
}

/// Puts a company on one's own list, or takes it off.
///
/// # Permissions
/// Who may invite at this site.
pub(super) async fn favourite(
    State(app): State<App>,
    viewer: Viewer,
    Path(site): Path<String>,
    Form(form): Form<FavouriteForm>,
) -> Result<Response, PageError> {
    let tx = app.db().write().await?;
    let site = open(&tx, &viewer, &site).await?;
    let company = form.company.parse::<CompanyId>().map_err(|_| PageError::NotFound)?;
    let keep = form.keep == "1";
    match keep_favourite(&app, &tx, &viewer, company, keep).await {
        Ok(()) => {
            tx.commit().await?;
            let query: String = form.back.chars().filter(char::is_ascii_graphic).take(600).collect();
            let back = format!("/sites/{}/organisation/companies?{query}", site.head.id);
            Ok(redirect_with(
                &back,
                if keep { "favourite-kept" } else { "favourite-dropped" },
            ))
        }
        Err(UseCaseError::Refused(FavouriteRefusal::Forbidden)) => Err(PageError::Forbidden),
        Err(UseCaseError::Refused(FavouriteRefusal::NotFound)) => Err(PageError::NotFound),
        Err(UseCaseError::Broken(error)) => Err(PageError::Broken(error)),
    }
}

impl CompaniesPage {
    /// Key of what the field of the search is called.
    fn search_label(&self) -> &'static str {
        if self.list == "agreed" {
            "agreements-search"
        } else {
            "organisation-search"
        }
    }

    /// What the list is for, as it stands in addresses.
    fn what(&self) -> &'static str {
        if self.replace { "replace" } else { "" }
    }

    /// The query of this very page, to come back to it.
    fn back(&self) -> String {
        let query = self.base.split_once('?').map_or("", |(_, query)| query);
        let page = self.found.as_ref().map_or(1, |f| f.page.number());
        format!("{query}page={page}")
    }
}
