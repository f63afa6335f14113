//! Calls of tools over HTTP, from an MCP client to a vendor and back: long lists, throttling, and all
//! that can go wrong. The vendors are the sandbox or scripted, and count what they are asked.

mod breakdowns;
mod centers;
mod cursors;
mod lengths;
mod lists;
mod pages;
mod proxy;
mod refusals;
mod renewal;
mod requests;
pub(crate) mod scripted;
mod served;
mod simulated;
mod throttling;
mod tokens;
mod walks;
