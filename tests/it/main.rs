//! End to end, as a user: the binary, the typed clients, the simulated vendors.

mod catalogue;
mod fresh;
mod server;
mod typed;
mod workflows;
