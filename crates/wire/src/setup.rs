//! Setting up a device (since 1.2): somebody who keeps a site's readers signs in from the device, chooses sites, and gets their keys.
//! What the sign-in gives is good for nothing else, and for half an hour.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Path of the sign-in.
pub const SIGN_IN: &str = "/api/v1/device-setup/sign-in";
/// Path of the second factor.
pub const CODE: &str = "/api/v1/device-setup/code";
/// Path of the sites.
pub const SITES: &str = "/api/v1/device-setup/sites";
/// Path of the keys.
pub const READERS: &str = "/api/v1/device-setup/readers";
/// Path on which keys just made are taken back.
pub const UNDO: &str = "/api/v1/device-setup/readers/undo";

/// Most sites one device is set up for at once, and most that one answer lists.
pub const MAX_SITES: usize = 50;

/// `POST /api/v1/device-setup/sign-in`: as on the page.
// No `Debug`: it holds a password.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupSignIn {
    /// ID of a company or of one of its managers.
    pub name: String,
    /// Password.
    pub password: String,
}

/// What is still asked of somebody whose password was right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum SetupAsks {
    /// Nothing: sites and keys are open.
    Nothing,
    /// A code of the authentication app, or a recovery code.
    Code,
    /// A recovery code: the account has passkeys only, and a device has none of them.
    RecoveryCode,
}

/// Signed in.
// No `Debug`: it holds the token.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct SetupSignedIn {
    /// To be sent as `Authorization: Bearer …`.
    pub token: String,
    /// Name of the account.
    pub name: String,
    /// Name of its company.
    pub company: String,
    /// What is still asked.
    pub asks: SetupAsks,
}

/// `POST /api/v1/device-setup/code`: the second factor.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupCode {
    /// As typed.
    pub code: String,
}

/// `GET /api/v1/device-setup/sites`: sites a reader can be set up for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetupSites {
    /// At most 50, the one that began last first.
    pub sites: Vec<SetupSite>,
    /// There are more: ask for a part of the name.
    pub more: bool,
}

/// A site a reader can be set up for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetupSite {
    /// 現場ID.
    pub site_id: String,
    /// Name of the site.
    pub name: String,
    /// Its address.
    pub address: String,
    /// First day of its history period.
    #[schema(value_type = String, format = Date)]
    pub from_day: domain::WorkDay,
    /// Last day of its history period.
    #[schema(value_type = String, format = Date)]
    pub to_day: domain::WorkDay,
}

/// `POST /api/v1/device-setup/readers`: a key for each of these sites, all or none. Sent again with the same token, it gives the same keys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupReaders {
    /// The sender's own id of this set-up, 16 to 64 letters and digits by chance: with the token it makes a request that is sent twice one.
    pub draft: String,
    /// Name of the device, as the page of the card readers shows it: 1 to 60 characters.
    pub name: String,
    /// 1 to 50 現場ID.
    pub sites: Vec<String>,
}

/// Keys just made.
// No `Debug`: it holds them.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct SetupKeys {
    /// One per site, in the order asked.
    pub readers: Vec<SetupKey>,
}

/// The key of one site.
// No `Debug`: it holds it.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct SetupKey {
    /// 現場ID.
    pub site_id: String,
    /// The reader's key. The registry keeps only its hash.
    pub key: String,
}

/// `POST /api/v1/device-setup/readers/undo`: takes back what the same token and draft made, also if the answer never came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupUndo {
    /// As in the request that made them.
    pub draft: String,
    /// As in the request that made them.
    pub sites: Vec<String>,
}

/// What was taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SetupUndone {
    /// Keys that open nothing any more.
    pub revoked: u32,
}
