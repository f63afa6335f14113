//! A person's browser, as far as connecting an account needs one: it keeps cookies.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;

use super::http::{Answer, send};

const USER_AGENT: &str = "User-Agent: Mozilla/5.0 (X11)";

/// A browser at a server.
pub(crate) struct Browser {
    address: SocketAddr,
    cookies: Mutex<BTreeMap<String, String>>,
}

impl Browser {
    pub(crate) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            cookies: Mutex::default(),
        }
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path}"), &[], "").await
    }

    /// Sends a form.
    pub(crate) async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let form = "Content-Type: application/x-www-form-urlencoded";
        self.ask(&format!("POST {path}"), &[form], &encoded(fields))
            .await
    }

    async fn ask(&self, start: &str, headers: &[&str], body: &str) -> Answer {
        let kept = self.cookies.lock().unwrap().clone();
        let pairs = kept.iter().map(|(name, value)| format!("{name}={value}"));
        let cookie = format!("Cookie: {}", pairs.collect::<Vec<_>>().join("; "));
        let mut headers = [&[USER_AGENT], headers].concat();
        if !kept.is_empty() {
            headers.push(&cookie);
        }
        let answer = send(self.address, start, &headers, body).await;
        if let Some(set) = answer.header("set-cookie") {
            let (name, rest) = set.split_once('=').unwrap();
            let (value, _) = rest.split_once(';').unwrap();
            let mut cookies = self.cookies.lock().unwrap();
            cookies.insert(name.to_owned(), value.to_owned());
        }
        answer
    }
}

/// Pairs as a query or a form has them.
pub(crate) fn encoded(pairs: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(pairs)
        .finish()
}
