//! How a vendor splits long lists.

use super::JsonPath;

/// How a vendor splits a long list.
#[derive(Debug)]
pub struct Pagination {
    /// The style.
    pub style: PageStyle,
    /// How many rows are asked for at a time; `None` where the vendor does not let one choose.
    pub size: Option<PageSize>,
    /// How the last page is known.
    pub stop: Stop,
}

/// How pages are asked for.
#[derive(Debug)]
pub enum PageStyle {
    /// By number.
    Page {
        /// The query parameter.
        parameter: &'static str,
        /// The number of the first page.
        first: u64,
    },
    /// By the number of the first row.
    Offset {
        /// The query parameter.
        parameter: &'static str,
        /// The number of the first row.
        first: u64,
    },
    /// By a token from the answer before.
    Cursor {
        /// The query parameter.
        parameter: &'static str,
        /// Where the next token stands.
        next: JsonPath,
        /// Whether it goes without the arguments and the size; constants stay.
        alone: bool,
    },
    /// By number for so many rows, by token after that.
    PageThenToken {
        /// The query parameter for the number.
        page_parameter: &'static str,
        /// The number of the first page.
        first: u64,
        /// The query parameter for the token.
        token_parameter: &'static str,
        /// Where the next token stands.
        next: JsonPath,
        /// How many rows can be reached by number.
        switch_after: u64,
    },
    /// By the query of the `Link` header's `next` (RFC 8288).
    LinkHeader,
}

/// How many rows are asked for at a time.
#[derive(Debug)]
pub struct PageSize {
    /// The query parameter.
    pub parameter: &'static str,
    /// How many when the caller does not say.
    pub default: u32,
    /// The most the vendor allows.
    pub max: u32,
}

/// How the last page is known, besides by being empty or repeating the one before.
#[derive(Debug)]
pub enum Stop {
    /// A boolean in the answer is not true.
    More(JsonPath),
    /// As many rows were seen as a number in the answer says.
    Total(JsonPath),
    /// A page has fewer rows than were asked for.
    ShortPage,
    /// There is no token or link to go on with.
    NoNext,
}
