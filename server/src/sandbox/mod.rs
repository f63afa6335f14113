//! Simulated vendors on the loopback interface, made from the definitions' own tables and data.
//!
//! One listener serves all of them: a request for `https://acme.egnyte.com/pubapi/v2/users` goes to
//! `/egnyte/api/acme.egnyte.com/pubapi/v2/users`, which is what [`Sandbox::upstreams`] says in a form
//! that [`Upstreams::set`](toolwright_runtime::upstreams::Upstreams::set) takes. The tables that the
//! client calls from also tell how a vendor answers: path, credential, pagination and envelope. What
//! they do not tell is in [`data`].
//!
//! Where a definition has OAuth 2.0, its vendor also has a page to sign in at and hands out tokens
//! ([`Sandbox::oauth_app`]). Where it has `login`, the one user name and its password are
//! `sandbox-{slug}`. Each vendor can be told to fail in the ways in which vendors do: by
//! [`Sandbox::inject`], or over HTTP ([`Sandbox::control`]).
//!
//! A vendor looks at the credential first, then at the host, the path, the arguments and the rows.
//! Rows are kept in memory: writes are seen by later reads, and are gone with the sandbox.

mod access;
mod answer;
mod body;
mod call;
mod capture;
mod check;
mod collection;
mod control;
pub mod data;
mod delivery;
mod document;
mod endpoint;
mod fault;
mod fill;
mod found;
mod journal;
mod ledger;
mod login;
mod mark;
mod names;
mod oauth;
mod operate;
mod page;
mod parameters;
mod patch;
mod place;
mod scim;
mod select;
mod serve;
mod tenant;
mod token;
mod vendor;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use toolwright_runtime::account::Credential;
use toolwright_runtime::oauth::OAuthApp;
use toolwright_runtime::table::{Catalogue, Integration};

pub use fault::{Fault, Injection, InjectionError, Times};
pub use journal::Served;
pub use oauth::SandboxTokens;
use serve::Vendors;
use vendor::Vendor;

/// Simulated vendors. They stop when this is dropped.
#[derive(Debug)]
pub struct Sandbox {
    address: SocketAddr,
    vendors: Arc<Vendors>,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

/// Why the sandbox does not start.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// The compiled data of a simulated vendor does not make sense. The compiler of definitions
    /// checks it, so this is a bug there.
    #[error(
        "the sandbox of {integration} is wrong at {place}: {problem}; this is a bug, please report it"
    )]
    Data {
        /// The integration.
        integration: &'static str,
        /// Where in its data.
        place: String,
        /// What is wrong.
        problem: String,
    },
    /// There is no place to listen at.
    #[error("the sandbox cannot listen on the loopback interface: {0}")]
    Listen(#[from] std::io::Error),
}

/// Where in the data something is wrong, and what.
#[derive(Debug)]
struct Problem {
    place: String,
    problem: String,
}

impl Problem {
    fn new(place: impl Into<String>, problem: impl ToString) -> Self {
        Self {
            place: place.into(),
            problem: problem.to_string(),
        }
    }
}

/// Where the simulated form of a host is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SandboxUpstream {
    /// The integration: `egnyte`.
    pub integration: &'static str,
    /// The host's name: `api`.
    pub host: &'static str,
    /// Its URL, in which `{host}` stands for the host that the definition resolves to.
    pub url: String,
}

/// The one account that a simulated vendor knows.
#[derive(Clone, Debug)]
pub struct SandboxAccount {
    /// The vendor.
    pub integration: &'static Integration,
    /// The connection fields to connect with; those that the vendor itself tells are left out.
    pub connection: BTreeMap<String, String>,
    /// The credential to connect with.
    pub credential: Credential,
}

impl Sandbox {
    /// Starts a vendor for each integration that has data for one, on a free port.
    ///
    /// # Errors
    /// [`SandboxError`] when the data is wrong or there is no port.
    pub async fn start(catalogue: &'static Catalogue) -> Result<Self, SandboxError> {
        let mut vendors = Vec::new();
        for integration in catalogue.integrations {
            let Some(text) = integration.sandbox else {
                continue;
            };
            let vendor = Vendor::new(integration, text).map_err(|at| SandboxError::Data {
                integration: integration.slug,
                place: at.place,
                problem: at.problem,
            });
            vendors.push(vendor?);
        }
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let vendors = Arc::new(Vendors::new(address, vendors));
        let (stop, stopped) = oneshot::channel();
        let server = tokio::spawn(serve::serve(listener, Arc::clone(&vendors), stopped));
        Ok(Self {
            address,
            vendors,
            stop,
            server,
        })
    }

    /// The operator's overrides that send calls here instead of to the vendors.
    #[must_use]
    pub fn upstreams(&self) -> Vec<SandboxUpstream> {
        let integrations = self.vendors.all().map(|vendor| vendor.integration);
        let hosts = integrations.flat_map(|integration| {
            integration
                .hosts
                .iter()
                .map(|host| (integration.slug, host.name))
        });
        let upstream = |(integration, host)| SandboxUpstream {
            integration,
            host,
            url: format!("http://{}/{integration}/{host}/{{host}}", self.address),
        };
        hosts.map(upstream).collect()
    }

    /// The accounts to connect, one for each vendor.
    #[must_use]
    pub fn accounts(&self) -> Vec<SandboxAccount> {
        let account = |vendor: &Vendor| SandboxAccount {
            integration: vendor.integration,
            connection: vendor.given.clone(),
            credential: vendor.access.credential.clone(),
        };
        self.vendors.all().map(account).collect()
    }

    /// Where it listens: on the loopback interface.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The client that a simulated vendor knows, to be configured as the operator's own. Any redirect
    /// URI on the loopback interface is registered. `None` where there is no OAuth 2.0.
    #[must_use]
    pub fn oauth_app(&self, integration: &str) -> Option<OAuthApp> {
        Some(self.vendors.get(integration)?.login.as_ref()?.app())
    }

    /// Takes a redirect URI that is not on the loopback interface as registered with every vendor.
    pub fn allow_redirect(&self, uri: &str) {
        for login in self
            .vendors
            .all()
            .filter_map(|vendor| vendor.login.as_ref())
        {
            login.allow_redirect(uri);
        }
    }

    /// New tokens of the account, as after somebody has consented: with a refresh token where the
    /// vendor has such. `None` where there is no OAuth 2.0.
    #[must_use]
    pub fn grant(&self, integration: &str) -> Option<SandboxTokens> {
        let vendor = self.vendors.get(integration)?;
        Some(vendor.login.as_ref()?.grant(vendor.center()))
    }

    /// Tells a vendor to do something wrong.
    ///
    /// # Errors
    /// [`InjectionError`] when there is no such vendor, or it cannot do that.
    pub fn inject(&self, injection: Injection) -> Result<(), InjectionError> {
        control::inject(&self.vendors, injection)
    }

    /// The faults that still happen.
    #[must_use]
    pub fn faults(&self) -> Vec<Injection> {
        control::faults(&self.vendors)
    }

    /// Stops all faults of all vendors. Tokens that have ended stay so.
    pub fn stop_faults(&self) {
        control::stop(&self.vendors);
    }

    /// The last requests that were answered, at most 1,000 of each vendor: vendor by vendor, the
    /// oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Served> {
        let served = |vendor: &Vendor| vendor.journal().served().cloned().collect::<Vec<_>>();
        self.vendors.all().flat_map(served).collect()
    }

    /// How many requests a vendor has answered.
    #[must_use]
    pub fn request_count(&self, integration: &str) -> u64 {
        let vendor = self.vendors.get(integration);
        vendor.map_or(0, |vendor| vendor.journal().count())
    }

    /// `/sandbox/control` and `/sandbox/requests`, to be served elsewhere too. They answer to names of
    /// the loopback interface only, and to nothing that a proxy hands on.
    pub fn control(&self) -> axum::Router {
        control::router(Arc::clone(&self.vendors)).with_state(())
    }

    /// Stops after the requests under way, and does not wait for long ones.
    pub async fn shutdown(self) {
        drop(self.stop);
        // The server does not panic and nothing cancels it.
        let _ = self.server.await;
    }
}
