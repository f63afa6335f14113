//! The sandbox over real HTTP, with a made-up vendor.

mod client;
mod fixture;
mod hosts;
mod lists;
mod refusals;
mod start;
mod writes;

use super::Sandbox;

async fn sandbox() -> Sandbox {
    Sandbox::start(&fixture::CATALOGUE).await.unwrap()
}
