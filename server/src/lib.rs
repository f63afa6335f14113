//! The server of Toolwright: the MCP edge over HTTP and stdio.
//!
//! It knows the runtime's tables and no integration. `mcp` is the protocol, pure up to the call
//! itself; `http` is the listener around it.

pub mod accounts;
mod api;
mod connect;
pub mod http;
pub mod limits;
pub mod log;
pub mod mcp;
pub mod metrics;
pub mod sandbox;
pub mod store;
mod token;
pub mod vault;
mod visible;
