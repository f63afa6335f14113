//! The compiler as its users see it: definitions in, messages and Rust out.

// Helpers of tests fail as tests do.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod mutants;
