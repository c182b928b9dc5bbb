//! Whose days a view shows: those of a site, or of a company's own workers.

use std::sync::Arc;

use domain::access::Act;
use domain::{CompanyId, SiteId, YearMonth};
use sea_orm::Value;
use store::{Rows, StoreError, Tx, values};
use web::{Frame, PageError};

use crate::access::Viewer;
use crate::rooms::history;
use crate::rooms::site::{self, OpenSite};

/// Whose days are shown.
pub(crate) enum Place {
    /// Those of a site, as far as the viewer's scope goes.
    Site(Arc<OpenSite>),
    /// Those of the viewer's own workers, at all sites or at those a site manager was given.
    Company {
        own: CompanyId,
        name: String,
        sites: Option<Vec<SiteId>>,
    },
}

impl Place {
    /// A site, for who stands in its organisation.
    pub(super) async fn site_of(tx: &Tx, viewer: &Viewer, site: &str) -> Result<Self, PageError> {
        Ok(Self::Site(Arc::new(site::open(tx, viewer, site).await?)))
    }

    /// The viewer's company.
    pub(super) fn company_of(viewer: &Viewer) -> Result<Self, PageError> {
        let company = viewer.company.as_ref().filter(|_| viewer.may(Act::SeeSites));
        let (own, name) = company.ok_or(PageError::Forbidden)?;
        Ok(Self::Company {
            own: *own,
            name: name.clone(),
            sites: viewer.sites.clone(),
        })
    }

    pub(crate) fn site(&self) -> Option<&OpenSite> {
        match self {
            Self::Site(site) => Some(site),
            Self::Company { .. } => None,
        }
    }

    /// Name of the company whose own workers are shown.
    pub(crate) fn company(&self) -> &str {
        match self {
            Self::Site(_) => "",
            Self::Company { name, .. } => name,
        }
    }

    /// Address before the view's own part.
    pub(super) fn path(&self) -> String {
        self.site()
            .map_or_else(String::new, |site| format!("/sites/{}", site.head.id))
    }

    /// Name of a file, without its ending.
    pub(super) fn file(&self) -> String {
        match self {
            Self::Site(site) => site.head.id.to_string(),
            Self::Company { own, .. } => own.to_string(),
        }
    }

    /// The way to a page of it.
    pub(super) fn crumbs(&self, frame: Frame) -> Frame {
        match self {
            Self::Site(site) => site.crumbs(frame),
            Self::Company { .. } => {
                let sites = frame.t.s("sites-title");
                frame.crumb(sites, "/sites")
            }
        }
    }

    /// The values of a query of days.
    pub(super) fn values(&self, months: (YearMonth, YearMonth)) -> Result<Vec<Value>, StoreError> {
        let (first, last) = (months.0.first().to_number(), months.1.last().to_number());
        Ok(match self {
            Self::Site(site) => {
                let (all, companies, nodes) = history::scope_cut(&site.scope)?;
                values![site.head.id.to_string(), first, last, all, companies, nodes]
            }
            Self::Company { own, sites, .. } => {
                let given = Rows::of(sites.iter().flatten().map(|site| [site.to_string()]))?;
                values![own.to_string(), first, last, i32::from(sites.is_none()), given]
            }
        })
    }
}
