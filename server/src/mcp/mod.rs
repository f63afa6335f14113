//! The Model Context Protocol: a stateless server of static tools, in both eras of the protocol.
//!
//! A message takes one way over either transport:
//! `protocol::parse -> dispatch -> the call, if there is one -> Response`.
//! All but the call is pure. Lists are bytes that were put together once; an answer is those bytes
//! behind a few that hold the request's id.

pub mod call;
mod discovery;
pub mod dispatch;
pub mod endpoint;
pub mod failure;
pub mod headers;
pub mod http;
pub mod identity;
mod json_string;
mod methods;
mod pending;
pub mod protocol;
pub mod response;
pub mod servers;
pub mod stdio;
pub mod toolset;
