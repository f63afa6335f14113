//! A server in front of the sandbox, and what its vendors are asked.

use toolwright::CATALOGUE;
use toolwright::runtime::send::Limits;
use toolwright::runtime::upstreams::Upstreams;
use toolwright_server::sandbox::Sandbox;

use super::served::Served;

/// Both of them. The server has the OAuth applications that the vendors know.
pub(crate) struct Simulated {
    pub(crate) sandbox: Sandbox,
    pub(crate) served: Served,
}

impl Simulated {
    pub(crate) async fn within(limits: Limits) -> Self {
        let sandbox = Sandbox::start(&CATALOGUE).await.unwrap();
        let mut upstreams = Upstreams::default();
        for host in sandbox.upstreams() {
            let (integration, name) = (host.integration, host.host);
            upstreams.set(integration, name, &host.url).unwrap();
        }
        let served = Served::within(limits, &CATALOGUE, upstreams).await;
        for integration in CATALOGUE.integrations {
            if let Some(app) = sandbox.oauth_app(integration.slug) {
                served.register(integration.slug, &app).await;
            }
        }
        Self { sandbox, served }
    }

    /// What a vendor is asked while something is done, each with the status of the answer:
    /// `GET www.zohoapis.eu/bigin/v2/org 200`.
    pub(crate) async fn asked<T>(
        &self,
        slug: &str,
        doing: impl Future<Output = T>,
    ) -> (T, Vec<String>) {
        let before = self.sandbox.request_count(slug);
        let done = doing.await;
        let new = usize::try_from(self.sandbox.request_count(slug) - before).unwrap();
        let mut asked = self.sandbox.requests();
        asked.retain(|request| request.integration == slug);
        let lines = asked[asked.len() - new..].iter().map(|request| {
            let (host, path, status) = (&request.host, &request.path, request.status.as_u16());
            format!("{} {host}{path} {status}", request.method)
        });
        (done, lines.collect())
    }
}
