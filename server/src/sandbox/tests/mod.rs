//! The sandbox over real HTTP, with a made-up vendor.

mod client;
mod control;
mod faults;
pub(super) mod fixture;
mod hosts;
mod lists;
mod login;
mod oauth;
pub(super) mod operations;
mod refusals;
mod start;
mod writes;

use super::Sandbox;

async fn sandbox() -> Sandbox {
    Sandbox::start(&fixture::CATALOGUE).await.unwrap()
}
