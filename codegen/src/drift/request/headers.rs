//! Headers.

use super::{Request, Taken};
use crate::drift::Class;
use crate::drift::endpoints::Pair;
use crate::import::document::{Parameter, Place as In};
use crate::model::{Arg, CredentialKind, Place};

/// What belongs to the message or its credential, and is no argument.
const OF_THE_MESSAGE: [&str; 10] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "transfer-encoding",
    "user-agent",
];

impl<'d> Request<'_, 'd> {
    pub(super) fn headers(&mut self, pair: &Pair<'_, 'd>) {
        let mut theirs: Vec<&Parameter<'d>> = Vec::new();
        for parameter in &pair.endpoint.parameters {
            let is_known = |known: &&Parameter<'d>| known.name.eq_ignore_ascii_case(parameter.name);
            if parameter.place == In::Header && !theirs.iter().any(is_known) {
                theirs.push(parameter);
            }
        }
        for arg in &self.operation.args {
            let Place::Header { api_name } = &arg.place else {
                continue;
            };
            if !theirs
                .iter()
                .any(|theirs| theirs.name.eq_ignore_ascii_case(api_name))
            {
                self.gone(
                    &format!("headers.{api_name}"),
                    arg.name.span,
                    Class::Contradicts,
                );
            }
        }
        let credentials = self.credential_headers();
        let is_other = |name: &str| {
            let lower = name.to_ascii_lowercase();
            let mut sent = self.operation.headers.iter();
            OF_THE_MESSAGE.contains(&lower.as_str())
                || credentials.contains(&lower)
                || sent.any(|(known, _)| known.eq_ignore_ascii_case(name))
        };
        theirs.retain(|theirs| !is_other(theirs.name));
        for parameter in theirs {
            let of_name = |arg: &&Arg| {
                matches!(&arg.place, Place::Header { api_name }
                    if api_name.eq_ignore_ascii_case(parameter.name))
            };
            let arg = self.operation.args.iter().find(of_name);
            let taken = Taken {
                name: parameter.name.to_owned(),
                required: parameter.required,
                deprecated: parameter.deprecated,
                description: parameter.description,
                schema: parameter.schema,
                repeated: false,
            };
            self.one("headers", &["headers"], &taken, arg);
        }
    }

    /// The headers of the credential, in small letters.
    fn credential_headers(&self) -> Vec<String> {
        let auth = &self.context.integration.auth;
        let keys = auth.credentials.iter().filter_map(|kind| match kind {
            CredentialKind::ApiKey { header, .. } => Some(header),
            _ => None,
        });
        let headers = keys.chain([&auth.header]);
        headers.map(|header| header.to_ascii_lowercase()).collect()
    }
}
