//! The compiler as its users see it: definitions in, messages and Rust out.
//!
//! What is expected stands in files below `tests/`. `BLESS=1 cargo test -p toolwright-codegen` writes
//! them anew; the diff is then for a person to read.

// Helpers of tests fail as tests do.
#![allow(clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

#[cfg(feature = "cli")]
mod clients;
mod diagnostics;
mod diff;
#[cfg(feature = "cli")]
mod drift;
mod expected;
mod explanations;
mod extremes;
mod golden;
mod import;
mod mirrored;
mod mutants;
mod pipeline;
mod reference;
#[cfg(feature = "cli")]
mod revisions;
