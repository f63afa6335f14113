//! What a successful call hands back.

use crate::error::{Error, RateLimit};
use crate::json::Json;

/// What came back.
#[derive(Debug)]
pub struct Outcome {
    /// The data.
    pub data: Data,
    /// How much may still be asked, as far as the vendor says.
    pub rate_limit: RateLimit,
}

/// The data of an [`Outcome`].
#[derive(Debug)]
pub enum Data {
    /// Rows of a list.
    Page {
        /// The rows, in the vendor's order.
        result: Vec<Json>,
        /// Where the list goes on; `None` at its end.
        next_cursor: Option<String>,
        /// What kept the page from being filled, when some rows had been gathered already.
        interrupted: Option<Box<Error>>,
        /// Whether there are fewer rows than were asked for because a call hands back no more than
        /// [`MOST_BYTES`](crate::exchange::MOST_BYTES).
        cut: bool,
    },
    /// One record.
    Record(Json),
    /// It is done and there is nothing to say.
    Empty,
}
