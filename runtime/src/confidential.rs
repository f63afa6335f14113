//! Requests that hold secrets in their bodies, and whose answers do.

use std::time::Duration;

use serde_json::Value;

use crate::authorize;
use crate::body;
use crate::call::Caller;
use crate::document::Document;
use crate::error::Error;
use crate::interpret::{self, Failure, Reading};
use crate::json_path;
use crate::request::Request;
use crate::send::Answer;
use crate::table::{Integration, JsonPath};

/// How long a vendor may take over a token.
const PATIENCE: Duration = Duration::from_secs(15);

/// What came back for a request that holds secrets.
pub(crate) struct Confidential {
    /// Without the secrets that were sent, for whoever reports it.
    discreet: Answer,
    /// As it came: a vendor sends a token again that goes on being good.
    answer: Answer,
}

impl Caller {
    /// Sends a request that holds these secrets.
    pub(crate) async fn confide(
        &self,
        integration: &Integration,
        request: Request,
        secrets: &[&str],
    ) -> Result<Confidential, Error> {
        let sent = self.sender().send(integration.label, request, PATIENCE);
        let answer = sent.await?;
        // A vendor may repeat a form as it came.
        let encoded = secrets.iter().map(|secret| body::encoded(secret));
        let encoded: Vec<String> = encoded.collect();
        let secrets = secrets.iter().copied();
        let secrets: Vec<&str> = secrets.chain(encoded.iter().map(String::as_str)).collect();
        let discreet = Answer {
            body: authorize::without_all(answer.body.clone(), &secrets),
            ..answer.clone()
        };
        Ok(Confidential { discreet, answer })
    }
}

impl Confidential {
    /// The answer, if it does not say no.
    pub(crate) fn read(
        &self,
        integration: &Integration,
        levels: usize,
    ) -> Result<Reading<'_>, Failure> {
        interpret::read(integration, &self.discreet, levels)
    }

    /// The text at a place of the answer, without the secrets that were sent.
    pub(crate) fn text_at(&self, path: JsonPath) -> Option<String> {
        let text = std::str::from_utf8(&self.discreet.body).ok()?;
        let document = Document::parse(text, path.len()).ok()?;
        json_path::scalar(&document.first(path)?)
    }

    /// The answer as it came; nothing where it is no JSON.
    pub(crate) fn document(&self) -> Value {
        serde_json::from_slice(&self.answer.body).unwrap_or_default()
    }
}
