//! YAML descriptions of SaaS APIs, compiled into typed clients and static MCP tools.
//!
//! Each integration is a module with a `Client`. One name goes everywhere: the method
//! `list_all_zesty_instances` is the tool of that name. A method takes a struct of arguments and
//! gives a call, which is made when it is awaited; a list also has `pages()`, a stream. What comes
//! back is a view over the vendor's JSON: known fields by name, everything by `raw()`. Errors are
//! [`runtime::error::Error`].
//!
//! # Zesty.io
//!
//! ```no_run
//! use toolwright::runtime::account::Credential;
//! use toolwright::runtime::error::Error;
//! use toolwright::zesty::{Client, ListAllZestyInstanceUsersWithRoles, ListAllZestyInstances};
//!
//! /// Prints who may do what on every instance.
//! async fn review(token: String) -> Result<(), Error> {
//!     let zesty = Client::new(Credential::Token(token.into()))?;
//!     let instances = zesty.list_all_zesty_instances(ListAllZestyInstances::default()).await?;
//!     for instance in &instances.result {
//!         let arguments = ListAllZestyInstanceUsersWithRoles {
//!             instance_zuid: instance.zuid().unwrap_or_default().to_owned(),
//!             ..Default::default()
//!         };
//!         for user in zesty.list_all_zesty_instance_users_with_roles(arguments).await?.result {
//!             let role = user.role().and_then(|role| role.name().map(str::to_owned));
//!             println!("{:?}: {:?} is {role:?}", instance.name(), user.email());
//!         }
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Egnyte
//!
//! ```no_run
//! use toolwright::egnyte::{Client, Connection, ListAllEgnyteUsers, UpdateAnEgnyteUserById};
//! use toolwright::runtime::account::Credential;
//! use toolwright::runtime::error::Error;
//!
//! /// Deactivates the user with an address, if there is one.
//! async fn offboard(token: String, address: &str) -> Result<bool, Error> {
//!     let connection = Connection { domain: "acme".to_owned() };
//!     let egnyte = Client::new(connection, Credential::Token(token.into()))?;
//!     let filter = Some(format!("email eq \"{address}\""));
//!     let arguments = ListAllEgnyteUsers { filter, ..Default::default() };
//!     let found = egnyte.list_all_egnyte_users(arguments).await?;
//!     let Some(id) = found.result.first().and_then(|user| user.id()) else { return Ok(false) };
//!     let arguments = UpdateAnEgnyteUserById {
//!         id: id.to_owned(),
//!         active: Some(false),
//!         ..Default::default()
//!     };
//!     let user = egnyte.update_an_egnyte_user_by_id(arguments).await?;
//!     Ok(user.active() == Some(false))
//! }
//! ```
//!
//! # Zoho Meeting
//!
//! ```no_run
//! use toolwright::runtime::account::Credential;
//! use toolwright::runtime::error::Error;
//! use toolwright::zoho_meeting::{Client, Connection, ListAllZohoMeetingMeetings};
//!
//! /// Prints the meetings to come. The organisation's id, which every path holds, is asked for once.
//! async fn upcoming(token: String) -> Result<(), Error> {
//!     let connection = Connection { data_center: Some("eu".to_owned()) };
//!     let meeting = Client::new(connection, Credential::Token(token.into()))?;
//!     let arguments = ListAllZohoMeetingMeetings {
//!         listtype: Some("upcoming".to_owned()),
//!         ..Default::default()
//!     };
//!     for session in meeting.list_all_zoho_meeting_meetings(arguments).await?.result {
//!         println!("{:?} {:?}", session.start_time(), session.topic());
//!     }
//!     Ok(())
//! }
//! ```
//!
//! # Zoho Bigin
//!
//! ```no_run
//! use toolwright::runtime::account::Credential;
//! use toolwright::runtime::error::Error;
//! use toolwright::zoho_bigin::{Client, Connection, ListAllZohoBiginUsers};
//!
//! /// Counts the users, page by page.
//! async fn count(token: String) -> Result<usize, Error> {
//!     let bigin = Client::new(Connection::default(), Credential::Token(token.into()))?;
//!     let mut pages = bigin.list_all_zoho_bigin_users(ListAllZohoBiginUsers::default()).pages();
//!     let mut users = 0;
//!     while let Some(page) = pages.next().await {
//!         match page {
//!             Ok(page) => users += page.result.len(),
//!             Err(error) if error.is_rate_limited() => {
//!                 println!("try again in {:?} seconds", error.rate_limit().reset);
//!                 return Err(error);
//!             }
//!             Err(error) => return Err(error),
//!         }
//!     }
//!     Ok(users)
//! }
//! ```

// Generated code imports what its largest integration needs, and is laid out by its printer.
#[allow(unused_imports, clippy::all)]
#[rustfmt::skip]
#[cfg(not(private_definitions))]
#[path = "../generated/mod.rs"]
mod generated;

// The same and the definitions that `TOOLWRIGHT_DEFINITIONS` names.
#[allow(unused_imports, clippy::all)]
#[cfg(private_definitions)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/catalogue/mod.rs"));
}

pub use generated::*;
pub use toolwright_runtime as runtime;

/// The examples of the README, which are tested with those above.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
