//! What a simulated vendor can be told to do wrong.

use std::num::NonZeroU32;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::answer::Answer;

/// The longest that an answer can be held back, in milliseconds.
const LONGEST: u64 = 600_000;

/// The largest body that can be asked for, in bytes.
const LARGEST: u64 = 1 << 30;

/// What a simulated vendor does wrong. In JSON it is its name in snake case, and those that have a
/// number are an object: `"throttle"`, `{"slow_headers": {"milliseconds": 2000}}`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Fault {
    /// It says that there are too many calls, in its own form.
    Throttle,
    /// It says that the token is dead, whatever token there is.
    DeadToken,
    /// It says that the scopes of the token do not cover the call.
    RefuseScopes,
    /// It fails by itself.
    ServerError {
        /// The HTTP status, from 500 to 599.
        status: u16,
    },
    /// It answers with a page instead of JSON, as gateways and logins do.
    Html {
        /// The HTTP status, from 200 to 599.
        status: u16,
    },
    /// The answer is cut in the middle, as if it ended there.
    TruncatedJson,
    /// The answer is called plain text.
    WrongContentType,
    /// The answer does not end for ten minutes.
    EndlessBody,
    /// Spaces make the answer this long.
    HugeBody {
        /// The length in bytes, up to 1 GiB.
        bytes: u64,
    },
    /// The answer begins late.
    SlowHeaders {
        /// How late, up to ten minutes.
        milliseconds: u64,
    },
    /// The answer begins at once and takes its time.
    SlowBody {
        /// How long it takes, up to ten minutes.
        milliseconds: u64,
    },
    /// The connection closes in the middle of the answer.
    BreakOff,
    /// Every access token that was handed out ends now. That of the sandbox's own account does not.
    ExpireTokens,
    /// Every refresh token that was handed out ends now.
    EndRefreshTokens,
    /// Whoever was handed tokens moves to another data center, the next one of the definition's table:
    /// there the tokens are good, and nowhere else. That of the sandbox's own account stays good.
    ChangeDataCenter,
}

/// A fault, where it happens, and how often.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Injection {
    /// The simulated vendor: `egnyte`.
    pub integration: String,
    /// What it does wrong.
    pub fault: Fault,
    /// For how many requests: once, if nothing is said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub times: Option<Times>,
    /// The vendor's path, percent-encoded and without a query: `/pubapi/v2/users`. If nothing is
    /// said, it is every path but those of the OAuth endpoints and of a login.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
}

/// For how many requests a fault lasts. In JSON a number or `"always"`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[serde(try_from = "Value", into = "Value")]
pub enum Times {
    /// The next so many.
    Next(NonZeroU32),
    /// Until faults are stopped.
    Always,
}

/// Why a simulated vendor cannot do that.
#[derive(Clone, Debug, thiserror::Error, PartialEq, Eq)]
pub enum InjectionError {
    /// There is no such vendor.
    #[error("There is no simulated vendor `{0}`; there are {1}.")]
    Integration(String, String),
    /// The definition does not say how this vendor does it.
    #[error("The definition of {0} does not say how it does that.")]
    Unknown(String),
    /// A number is out of range.
    #[error("`{0}` must be from {1} to {2}.")]
    Range(&'static str, u64, u64),
    /// It happens to tokens, at once.
    #[error("It happens to all tokens now, so `times` and `path` mean nothing.")]
    AtOnce,
}

impl Fault {
    /// # Errors
    /// [`InjectionError::Range`] when its number is out of range.
    pub(super) fn check(self) -> Result<(), InjectionError> {
        let (name, value, least, greatest) = match self {
            Self::ServerError { status } => ("status", status.into(), 500, 599),
            Self::Html { status } => ("status", status.into(), 200, 599),
            Self::HugeBody { bytes } => ("bytes", bytes, 1, LARGEST),
            Self::SlowHeaders { milliseconds } | Self::SlowBody { milliseconds } => {
                ("milliseconds", milliseconds, 1, LONGEST)
            }
            _ => return Ok(()),
        };
        if (least..=greatest).contains(&value) {
            Ok(())
        } else {
            Err(InjectionError::Range(name, least, greatest))
        }
    }

    /// What is answered instead, the same for all vendors.
    pub(super) fn answer(self) -> Option<Answer> {
        let (status, page) = match self {
            Self::ServerError { status } => (status, None),
            Self::Html { status } => (
                status,
                Some("<!doctype html><title>Please wait</title><h1>Please wait</h1>\n"),
            ),
            _ => return None,
        };
        let status = StatusCode::from_u16(status).ok()?;
        Some(Answer::new(status, page.map(Value::from)))
    }
}

impl Injection {
    /// A fault of a vendor, once.
    #[must_use]
    pub fn new(integration: &str, fault: Fault) -> Self {
        Self {
            integration: integration.to_owned(),
            fault,
            times: None,
            path: None,
        }
    }

    /// The same until faults are stopped.
    #[must_use]
    pub fn always(self) -> Self {
        Self {
            times: Some(Times::Always),
            ..self
        }
    }

    /// The same for so many requests; 0 counts as 1.
    #[must_use]
    pub fn times(self, times: u32) -> Self {
        let times = NonZeroU32::new(times).unwrap_or(NonZeroU32::MIN);
        Self {
            times: Some(Times::Next(times)),
            ..self
        }
    }

    /// The same at one path only.
    #[must_use]
    pub fn at(self, path: &str) -> Self {
        Self {
            path: Some(path.to_owned()),
            ..self
        }
    }
}

impl TryFrom<Value> for Times {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        let number = value.as_u64().and_then(|number| u32::try_from(number).ok());
        match number.and_then(NonZeroU32::new) {
            Some(number) => Ok(Self::Next(number)),
            None if value == "always" => Ok(Self::Always),
            None => Err("`times` must be a number from 1 or \"always\""),
        }
    }
}

impl From<Times> for Value {
    fn from(times: Times) -> Self {
        match times {
            Times::Next(times) => times.get().into(),
            Times::Always => "always".into(),
        }
    }
}

/// The faults of a vendor that still happen, in the order in which they were asked for.
#[derive(Debug, Default)]
pub(super) struct Faults(Mutex<Vec<Injection>>);

impl Faults {
    pub(super) fn add(&self, injection: Injection) {
        self.lock().push(injection);
    }

    pub(super) fn all(&self) -> Vec<Injection> {
        self.lock().clone()
    }

    pub(super) fn stop(&self) {
        self.lock().clear();
    }

    /// The first fault that happens to a request, which is one less from then on.
    pub(super) fn take(&self, path: &str, is_sign_in: bool) -> Option<Fault> {
        let mut faults = self.lock();
        let position = faults.iter().position(|fault| match &fault.path {
            Some(only) => only == path,
            None => !is_sign_in,
        })?;
        let injection = faults.get_mut(position)?;
        let fault = injection.fault;
        let left = match injection.times {
            Some(Times::Always) => return Some(fault),
            Some(Times::Next(times)) => NonZeroU32::new(times.get() - 1),
            None => None,
        };
        match left {
            Some(left) => injection.times = Some(Times::Next(left)),
            None => drop(faults.remove(position)),
        }
        Some(fault)
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Injection>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_happen_in_turn_and_so_often() {
        let faults = Faults::default();
        faults.add(Injection::new("acme", Fault::BreakOff).at("/a"));
        faults.add(Injection::new("acme", Fault::Throttle).times(2));
        faults.add(Injection::new("acme", Fault::DeadToken).always());
        let taken: Vec<_> = ["/b", "/a", "/a", "/a", "/a"]
            .map(|path| faults.take(path, false).unwrap())
            .into();
        assert_eq!(
            taken,
            [
                Fault::Throttle,
                Fault::BreakOff,
                Fault::Throttle,
                Fault::DeadToken,
                Fault::DeadToken,
            ]
        );
        assert_eq!(faults.all().len(), 1);
        faults.stop();
        assert_eq!(faults.take("/a", false), None);
    }

    #[test]
    fn signing_in_is_spared_unless_it_is_named() {
        let faults = Faults::default();
        faults.add(Injection::new("acme", Fault::Throttle).always());
        assert_eq!(faults.take("/token", true), None);
        faults.add(Injection::new("acme", Fault::BreakOff).at("/token"));
        assert_eq!(faults.take("/token", true), Some(Fault::BreakOff));
    }
}
