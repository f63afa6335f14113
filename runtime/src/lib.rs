//! The thin runtime of Toolwright: the types that generated tables are made of, and the one path
//! that every call takes.
//!
//! | stage | where |
//! |---|---|
//! | validate | [`validate`], [`cursor`] |
//! | build | [`request`], over [`page`], [`url`], [`segment`], [`upstreams`] |
//! | authorize | [`authorize`], with credentials from [`account`] |
//! | send | [`send`] |
//! | interpret | [`interpret`], over [`document`] and [`rate_limit`]; [`extract`], [`page`] |
//!
//! [`exchange`] puts the pure stages together; [`call`] adds the I/O; [`client`] and [`view`] are what
//! generated typed clients are made of. Nothing here knows an integration, and `reqwest` is named in
//! `send.rs` alone.

pub mod account;
mod args;
pub mod authorize;
mod body;
pub mod call;
pub mod client;
mod confidential;
pub mod cursor;
pub mod document;
pub mod error;
pub mod exchange;
pub mod extract;
pub mod interpret;
pub mod json;
pub mod json_path;
mod link;
mod login;
mod message;
pub mod nearest;
mod normal;
pub mod oauth;
pub mod outcome;
pub mod page;
mod parts;
mod portable;
pub mod rate_limit;
pub mod request;
pub mod segment;
pub mod send;
pub mod table;
pub mod upstreams;
pub mod url;
pub mod usage;
pub mod validate;
pub mod view;
mod wire;

// The tables of the integration tests name this crate from outside.
#[cfg(test)]
extern crate self as toolwright_runtime;

#[cfg(test)]
#[path = "../tests/it/tables.rs"]
mod fixture;
