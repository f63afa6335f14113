//! YAML descriptions of SaaS APIs, compiled into typed clients and static MCP tools.
//!
//! Each integration is a module with a `Client`: [`zesty`], [`egnyte`], [`zoho_meeting`],
//! [`zoho_bigin`]. One name goes everywhere: the method `list_all_zesty_instances` is the tool of
//! that name.

// Generated code imports what its largest integration needs, and is laid out by its printer.
#[allow(unused_imports, clippy::all)]
#[rustfmt::skip]
#[path = "../generated/mod.rs"]
mod generated;

pub use generated::*;
pub use toolwright_runtime as runtime;
