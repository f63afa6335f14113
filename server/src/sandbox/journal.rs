//! The record of the requests that a simulated vendor has answered.

use std::collections::VecDeque;

use axum::http::{Method, StatusCode};

/// How many requests are remembered.
const REMEMBERED: usize = 1000;

/// A request that was answered. Neither credentials nor the values of parameters are in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Served {
    /// The simulated vendor: `egnyte`.
    pub integration: &'static str,
    /// The HTTP method.
    pub method: Method,
    /// The host that the definition resolved to: `acme.egnyte.com`.
    pub host: String,
    /// The vendor's path, and the names of the query's parameters without their values:
    /// `/pubapi/v2/users?filter&count`.
    pub path: String,
    /// The status of the answer.
    pub status: StatusCode,
}

/// The last requests, and how many there were.
#[derive(Debug, Default)]
pub(super) struct Journal {
    served: VecDeque<Served>,
    count: u64,
}

impl Journal {
    pub(super) fn add(&mut self, served: Served) {
        self.count = self.count.saturating_add(1);
        if self.served.len() == REMEMBERED {
            self.served.pop_front();
        }
        self.served.push_back(served);
    }

    /// The last requests, the oldest first.
    pub(super) fn served(&self) -> impl Iterator<Item = &Served> {
        self.served.iter()
    }

    /// How many requests there were.
    pub(super) fn count(&self) -> u64 {
        self.count
    }
}
