//! The registry as a device sees it that is being set up: the token of the sign-in stands where later the key does.

use serde::Serialize;
use serde::de::DeserializeOwned;
use wire::setup::{self, SetupCode, SetupKeys, SetupReaders, SetupSignIn, SetupSignedIn, SetupSites, SetupUndo, SetupUndone};

use super::{Cure, Registry, Trouble};

impl Registry {
    /// Signs in.
    pub(crate) async fn sign_in(&self, name: &str, password: &str) -> Result<SetupSignedIn, Trouble> {
        let body = SetupSignIn {
            name: name.to_owned(),
            password: password.to_owned(),
        };
        self.tell(setup::SIGN_IN, &body).await
    }

    /// Shows the second factor.
    pub(crate) async fn prove(&self, code: &str) -> Result<SetupSignedIn, Trouble> {
        self.tell(setup::CODE, &SetupCode { code: code.to_owned() }).await
    }

    /// Sites with this in their name.
    pub(crate) async fn sites(&self, q: &str) -> Result<SetupSites, Trouble> {
        let url: Result<reqwest::Url, _> = format!("{}{}", self.base, setup::SITES).parse();
        let mut url = url.map_err(|_| self.trouble(Cure::Person, "the registry's address is not a URL"))?;
        url.query_pairs_mut().append_pair("q", q);
        self.call(self.client.get(url)).await
    }

    /// Has keys made. The same again gives the same keys.
    pub(crate) async fn make_keys(&self, asked: &SetupReaders) -> Result<SetupKeys, Trouble> {
        self.tell(setup::READERS, asked).await
    }

    /// Takes back what [`Self::make_keys`] made, or may have made.
    pub(crate) async fn undo_keys(&self, draft: &str, sites: &[String]) -> Result<SetupUndone, Trouble> {
        let body = SetupUndo {
            draft: draft.to_owned(),
            sites: sites.to_vec(),
        };
        self.tell(setup::UNDO, &body).await
    }

    async fn tell<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Trouble> {
        self.call(self.client.post(format!("{}{path}", self.base)).json(body)).await
    }
}
