//! What a call took of a vendor, for whoever keeps account of calls.

use std::time::Duration;

/// What a call took of a vendor. It is counted as the call goes, so that it holds also for one that
/// was given up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// How many requests were sent.
    pub requests: u32,
    /// How long was waited for answers.
    pub waited: Duration,
    /// The HTTP status of the last answer.
    pub status: Option<u16>,
}
