//! End to end, as a user: the binary, the typed clients, the simulated vendors.

// A test fails by panicking, in its helpers too, and prints what is needed to repeat it.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::unwrap_used
)]

mod accounts;
mod agreement;
mod api;
mod calls;
mod catalogue;
mod documents;
mod drift;
mod fresh;
mod installation;
mod kill;
mod obstacle;
#[cfg(unix)]
mod privacy;
mod processes;
mod public_url;
mod random;
mod sandbox;
mod secrets;
mod server;
#[cfg(unix)]
mod stopping;
#[cfg(unix)]
mod terminal;
mod typed;
mod vendor;
mod vendors;
mod workflows;
