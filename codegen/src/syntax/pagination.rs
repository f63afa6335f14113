//! The ways in which long lists are split.

use schemars::JsonSchema;
use serde::Deserialize;

use crate::span::Sp;

/// A way in which a vendor splits long lists.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Pagination {
    /// Pages are numbered.
    Page(PageStyle),
    /// A page starts at a row number, from 0 (`offset`) or from 1 (`startIndex`).
    Offset(OffsetStyle),
    /// The answer holds a token for the next page.
    Cursor(CursorStyle),
    /// Pages are numbered up to a number of rows, and have tokens after that.
    PageThenToken(PageThenTokenStyle),
    /// The `Link` header holds the next page's URL (RFC 8288). Its query is used, never its host.
    LinkHeader(LinkStyle),
}

/// How many rows are asked for at a time.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageSize {
    /// The query parameter.
    pub parameter: Sp<String>,
    /// How many rows a page has when the caller does not say.
    pub default: Sp<u32>,
    /// The most the vendor allows.
    pub max: Sp<u32>,
}

/// How the last page is known. An empty page, and one that repeats the page before, always end the list.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Stop {
    /// A boolean in the answer, such as `info.more_records`, is not true.
    More(Sp<String>),
    /// As many rows were seen as a number in the answer, such as `totalResults`, says.
    Total(Sp<String>),
    /// A page has fewer rows than were asked for.
    #[serde(rename = "short_page")]
    ShortPage(ShortPage),
}

/// The mark for `short_page: {}`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ShortPage {}

/// Numbered pages.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageStyle {
    /// The query parameter for the page's number.
    pub parameter: Sp<String>,
    /// The number of the first page.
    pub first: Sp<u32>,
    /// How many rows are asked for at a time.
    pub size: PageSize,
    /// How the last page is known.
    pub stop: Stop,
}

/// Pages that start at a row number.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OffsetStyle {
    /// The query parameter for the row's number.
    pub parameter: Sp<String>,
    /// The number of the first row: 0 or 1.
    pub first: Sp<u32>,
    /// How many rows are asked for at a time.
    pub size: PageSize,
    /// How the last page is known.
    pub stop: Stop,
}

/// Tokens from page to page. The list ends where there is no token.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct CursorStyle {
    /// The query parameter for the token.
    pub parameter: Sp<String>,
    /// Where the next page's token stands in the answer.
    pub next: Sp<String>,
    /// A boolean in the answer without which there is no next page, even with a token.
    pub more: Option<Sp<String>>,
    /// How many rows are asked for at a time; left out where the vendor does not let one choose.
    pub size: Option<PageSize>,
    /// Whether the token goes without the arguments in the query and the size, which were for the
    /// first page. What is `const` goes with every page.
    #[serde(default)]
    pub alone: bool,
}

/// Numbered pages up to a number of rows, tokens after that.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PageThenTokenStyle {
    /// The query parameter for the page's number.
    pub page_parameter: Sp<String>,
    /// The number of the first page.
    pub first: Sp<u32>,
    /// The query parameter for the token; never sent together with the page's number.
    pub token_parameter: Sp<String>,
    /// Where the next page's token stands in the answer.
    pub next: Sp<String>,
    /// How many rows can be reached by page number.
    pub switch_after: Sp<u32>,
    /// How many rows are asked for at a time.
    pub size: PageSize,
    /// How the last page is known.
    pub stop: Stop,
}

/// Pages by `Link` header.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct LinkStyle {
    /// How many rows are asked for at a time; left out where the vendor does not let one choose.
    pub size: Option<PageSize>,
}
