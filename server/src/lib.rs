//! The server of Toolwright: the MCP edge over HTTP and stdio.
//!
//! It knows the runtime's tables and no integration. `mcp` is the protocol, pure up to the call
//! itself; `proxy` is the same calls over plain HTTP; `http` is the listener around them.

pub mod accounts;
mod api;
pub mod command;
mod connect;
mod envelope;
pub mod http;
pub mod limits;
pub mod log;
pub mod mcp;
pub mod metrics;
mod proxy;
pub mod sandbox;
pub mod store;
mod token;
pub mod vault;
mod visible;
