//! The sandbox over real HTTP, with a made-up vendor.

mod client;
pub(super) mod fixture;
mod hosts;
mod lists;
pub(super) mod operations;
mod refusals;
mod start;
mod writes;

use super::Sandbox;

async fn sandbox() -> Sandbox {
    Sandbox::start(&fixture::CATALOGUE).await.unwrap()
}
