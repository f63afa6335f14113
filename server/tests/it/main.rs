//! The MCP edge as its clients see it: over a real listener on the loopback interface, and over
//! pipes.

// Helpers of tests fail as tests do.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod contract;
mod guard;
mod legacy;
mod limits;
mod log;
mod modern;
mod passing;
mod stdio;
mod support;
mod timeouts;
mod tool_calls;
mod toolset;
mod transport;
