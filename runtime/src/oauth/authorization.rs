//! Where a browser goes so that a person can consent (RFC 6749 section 4.1.1).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret as _, SecretString};
use sha2::{Digest as _, Sha256};

use super::{of, scope};
use crate::call::Caller;
use crate::error::{Error, ErrorKind};
use crate::request;
use crate::table::{Grant, Integration, PathPart};
use crate::url::Url;

/// What is asked of the person who consents.
#[derive(Clone, Copy, Debug)]
pub struct Authorization<'a> {
    /// The public name of the operator's application.
    pub client_id: &'a str,
    /// Where the browser comes back to.
    pub redirect_uri: &'a str,
    /// What it brings back, so that nobody else's answer is taken (section 10.12).
    pub state: &'a SecretString,
    /// What proves at the token endpoint that the same party asks (RFC 7636): 43 to 128 characters.
    pub verifier: &'a SecretString,
}

impl Caller {
    /// The address of the vendor's login, with everything it wants to know.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidArgument`] when a connection field that the address needs is missing or
    /// wrong; [`ErrorKind::Internal`] when nobody can be asked, since the integration has no such login.
    pub fn authorization_url(
        &self,
        integration: &'static Integration,
        connection: &BTreeMap<String, String>,
        authorization: &Authorization<'_>,
    ) -> Result<Url, Error> {
        let oauth = of(integration).filter(|o| o.grants.contains(&Grant::AuthorizationCode));
        let Some((oauth, path)) = oauth.and_then(|oauth| Some((oauth, oauth.authorize?))) else {
            let message = format!("{} has no login for OAuth 2.0.", integration.label);
            return Err(Error::new(ErrorKind::Internal, message));
        };
        let target = self.target(integration, connection);
        let mut url = request::address(&target, oauth.host, &[PathPart::Literal(path)])?;
        url.pair("response_type", "code");
        url.pair("client_id", authorization.client_id);
        url.pair("redirect_uri", authorization.redirect_uri);
        if let Some((name, scopes)) = scope(oauth) {
            url.pair(&name, &scopes);
        }
        url.pair("state", authorization.state.expose_secret());
        if oauth.pkce {
            url.pair("code_challenge", &challenge(authorization.verifier));
            url.pair("code_challenge_method", "S256");
        }
        for (name, value) in oauth.authorize_parameters {
            url.pair(name, value);
        }
        Ok(url)
    }
}

/// RFC 7636 section 4.2.
fn challenge(verifier: &SecretString) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.expose_secret()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_challenge_is_that_of_the_specification() {
        // RFC 7636 appendix B.
        let verifier = SecretString::from("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        assert_eq!(
            challenge(&verifier),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }
}
