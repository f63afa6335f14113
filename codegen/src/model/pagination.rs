//! The ways in which long lists are split.

use super::Step;
use crate::span::Sp;

/// A way of splitting lists.
#[derive(Debug)]
pub struct Pagination {
    /// Its name in the definition.
    pub name: Sp<String>,
    /// The style.
    pub style: PageStyle,
    /// How many rows at a time.
    pub size: Option<PageSize>,
    /// How the last page is known.
    pub stop: Stop,
}

impl Pagination {
    /// The query parameters that belong to it.
    #[must_use]
    pub fn parameters(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self
            .size
            .iter()
            .map(|size| size.parameter.as_str())
            .collect();
        match &self.style {
            PageStyle::Page { parameter, .. }
            | PageStyle::Offset { parameter, .. }
            | PageStyle::Cursor { parameter, .. } => names.push(parameter),
            PageStyle::PageThenToken {
                page_parameter,
                token_parameter,
                ..
            } => {
                names.extend([page_parameter.as_str(), token_parameter.as_str()]);
            }
            PageStyle::LinkHeader => {}
        }
        names
    }
}

/// How pages are asked for.
#[derive(Debug)]
pub enum PageStyle {
    /// By number.
    Page {
        /// The parameter.
        parameter: String,
        /// The first number.
        first: u32,
    },
    /// By the number of the first row.
    Offset {
        /// The parameter.
        parameter: String,
        /// The first number.
        first: u32,
    },
    /// By token.
    Cursor {
        /// The parameter.
        parameter: String,
        /// Where the next one stands.
        next: Sp<Vec<Step>>,
        /// Whether it goes alone.
        alone: bool,
    },
    /// By number, then by token.
    PageThenToken {
        /// The parameter for the number.
        page_parameter: String,
        /// The first number.
        first: u32,
        /// The parameter for the token.
        token_parameter: String,
        /// Where the next token stands.
        next: Sp<Vec<Step>>,
        /// How many rows by number.
        switch_after: u32,
    },
    /// By `Link` header.
    LinkHeader,
}

/// How many rows at a time.
#[derive(Debug)]
pub struct PageSize {
    /// The parameter.
    pub parameter: String,
    /// How many when the caller does not say.
    pub default: u32,
    /// The most.
    pub max: u32,
}

/// How the last page is known.
#[derive(Debug)]
pub enum Stop {
    /// A boolean is not true.
    More(Sp<Vec<Step>>),
    /// As many rows were seen as a number says.
    Total(Sp<Vec<Step>>),
    /// A short page.
    ShortPage,
    /// No token or link.
    NoNext,
}
