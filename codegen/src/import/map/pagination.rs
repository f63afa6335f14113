//! How lists are split: recognised only where parameters and answer agree.

use serde_json::Value as Json;

use crate::import::definition::{PageSize, PageStyle, Pagination, Stop};
use crate::import::document::{Operation, Parameter, Place};
use crate::import::resolve::Resolver;
use crate::import::schema::{Kind, Schema};
use crate::notation;

/// The most rows that the language asks for at a time.
const MOST_ROWS: u64 = 1000;

/// Where the rows of a list stand in an answer.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Rows<'d> {
    /// The place, none where the answer is the list.
    pub(super) at: Option<String>,
    /// The schema of a row.
    pub(super) items: &'d Json,
}

/// The rows of an answer: it is a list, or an object with one list in it.
pub(super) fn rows<'d>(resolver: Resolver<'d>, answer: &'d Json) -> Option<Rows<'d>> {
    let schema = Schema::read(resolver, answer).ok()?;
    let items = |schema: &Schema<'d>| schema.keyword("items").unwrap_or(&Json::Null);
    if schema.kind == Some(Kind::Array) {
        return Some(Rows {
            at: None,
            items: items(&schema),
        });
    }
    let mut lists = schema.properties.iter().filter_map(|(name, property)| {
        let inner = Schema::read(resolver, property).ok()?;
        (inner.kind == Some(Kind::Array)).then(|| (*name, items(&inner)))
    });
    let (name, items) = lists.next()?;
    // An object that has other things to say is a record that happens to hold a list.
    let is_envelope = schema.properties.iter().all(|(other, property)| {
        *other == name || is_about_the_list(other) || describes_pages(resolver, property)
    });
    let is_place = notation::place(name).is_ok_and(|steps| steps.len() == 1);
    (lists.next().is_none() && is_envelope && is_place).then(|| Rows {
        at: Some(name.to_owned()),
        items,
    })
}

/// Whether a member beside a list speaks of the list.
fn is_about_the_list(name: &str) -> bool {
    const WORDS: [&str; 34] = [
        "count",
        "cursor",
        "end",
        "etag",
        "first",
        "hasmore",
        "hasnext",
        "incompleteresults",
        "isend",
        "islast",
        "kind",
        "last",
        "limit",
        "links",
        "meta",
        "metadata",
        "more",
        "next",
        "object",
        "offset",
        "ok",
        "page",
        "pages",
        "pagination",
        "paging",
        "perpage",
        "pagesize",
        "prev",
        "previous",
        "self",
        "size",
        "start",
        "success",
        "url",
    ];
    let plain = plain(name);
    WORDS.contains(&plain.as_str())
        || ["total", "next", "odata", "page", "num"]
            .iter()
            .any(|start| plain.starts_with(start))
}

fn describes_pages(resolver: Resolver<'_>, property: &Json) -> bool {
    let Ok(schema) = Schema::read(resolver, property) else {
        return false;
    };
    !schema.properties.is_empty()
        && schema
            .properties
            .iter()
            .all(|(name, _)| is_about_the_list(name))
}

/// A name without what writers disagree about.
fn plain(name: &str) -> String {
    name.chars()
        .filter(char::is_ascii_alphanumeric)
        .collect::<String>()
        .to_ascii_lowercase()
}

/// The way in which an operation's list is split.
pub(super) fn pagination<'d>(
    resolver: Resolver<'d>,
    operation: &Operation<'d>,
) -> Option<Pagination> {
    let answer = operation.answer.schema?;
    let context = Context {
        resolver,
        operation,
        answer,
    };
    context
        .cursor()
        .or_else(|| context.link())
        .or_else(|| context.page())
        .or_else(|| context.offset())
}

struct Context<'o, 'd> {
    resolver: Resolver<'d>,
    operation: &'o Operation<'d>,
    answer: &'d Json,
}

impl<'d> Context<'_, 'd> {
    fn cursor(&self) -> Option<Pagination> {
        let parameter = self.parameter(&[
            "cursor",
            "pagetoken",
            "nexttoken",
            "nextpagetoken",
            "continuationtoken",
            "nextcursor",
        ])?;
        let next = self.place(
            &[
                "nextcursor",
                "nextpagetoken",
                "nexttoken",
                "continuationtoken",
                "cursor",
                "endcursor",
            ],
            &[Kind::String],
        )?;
        let more = self.place(
            &["hasmore", "hasnext", "hasnextpage", "more"],
            &[Kind::Boolean],
        );
        let style = PageStyle::Cursor {
            parameter: parameter.name.to_owned(),
            next,
            more,
        };
        Some(Pagination {
            style,
            size: self.size(),
        })
    }

    fn link(&self) -> Option<Pagination> {
        let is_split = self.operation.answer.links
            && self
                .parameter(&["page", "cursor", "after", "before", "since"])
                .is_some();
        is_split.then(|| Pagination {
            style: PageStyle::Link,
            size: self.size(),
        })
    }

    fn page(&self) -> Option<Pagination> {
        let parameter = self.parameter(&["page", "pagenumber", "pageno", "pageindex"])?;
        let schema = Schema::read(self.resolver, parameter.schema).ok()?;
        let first = number(&schema, "default").or_else(|| number(&schema, "minimum"))?;
        let style = PageStyle::Page {
            parameter: parameter.name.to_owned(),
            first: u32::try_from(first).ok()?,
            stop: self.stop(),
        };
        Some(Pagination {
            style,
            size: Some(self.size()?),
        })
    }

    fn offset(&self) -> Option<Pagination> {
        let parameter = self.parameter(&["offset", "skip", "startindex", "startat", "start"])?;
        let schema = Schema::read(self.resolver, parameter.schema).ok()?;
        if schema.kind != Some(Kind::Integer) {
            return None;
        }
        let first = number(&schema, "default")
            .or_else(|| number(&schema, "minimum"))
            .unwrap_or_default();
        let first = u32::try_from(first).ok().filter(|first| *first <= 1)?;
        let style = PageStyle::Offset {
            parameter: parameter.name.to_owned(),
            first,
            stop: self.stop(),
        };
        Some(Pagination {
            style,
            size: Some(self.size()?),
        })
    }

    fn stop(&self) -> Stop {
        let more = self.place(
            &["hasmore", "hasnext", "hasnextpage", "more", "morerecords"],
            &[Kind::Boolean],
        );
        let total = || {
            self.place(
                &[
                    "total",
                    "totalcount",
                    "totalresults",
                    "totalitems",
                    "totalrecords",
                    "totalsize",
                ],
                &[Kind::Integer],
            )
        };
        more.map(Stop::More)
            .or_else(|| total().map(Stop::Total))
            .unwrap_or(Stop::ShortPage)
    }

    /// How many rows are asked for, where the document says how many there are or may be.
    fn size(&self) -> Option<PageSize> {
        let parameter = self.parameter(&[
            "perpage",
            "pagesize",
            "limit",
            "size",
            "count",
            "maxresults",
            "top",
            "pagelimit",
        ])?;
        let schema = Schema::read(self.resolver, parameter.schema).ok()?;
        let (default, max) = (number(&schema, "default"), number(&schema, "maximum"));
        let max = max.or(default).filter(|max| *max > 0)?;
        let default = default.unwrap_or(max).min(max).min(MOST_ROWS);
        let max = u32::try_from(max).unwrap_or(u32::MAX).into();
        (default > 0).then(|| PageSize {
            parameter: parameter.name.to_owned(),
            default,
            max,
        })
    }

    /// A query parameter that has one of these names and is one text.
    fn parameter(&self, names: &[&str]) -> Option<&Parameter<'d>> {
        names.iter().find_map(|name| {
            self.operation.parameters.iter().find(|parameter| {
                parameter.place == Place::Query
                    && !parameter.required
                    && plain(parameter.name) == *name
            })
        })
    }

    /// The place of a member of the answer, or of an object in it, that has one of these names.
    fn place(&self, names: &[&str], kinds: &[Kind]) -> Option<String> {
        let schema = Schema::read(self.resolver, self.answer).ok()?;
        let fits = |name: &str, property: &'d Json| {
            let inner = Schema::read(self.resolver, property).ok()?;
            let is_place = notation::place(name).is_ok_and(|steps| steps.len() == 1);
            (is_place && names.contains(&plain(name).as_str()) && kinds.contains(&inner.kind?))
                .then_some(())
        };
        let direct = schema
            .properties
            .iter()
            .find(|(name, property)| fits(name, property).is_some());
        if let Some((name, _)) = direct {
            return Some((*name).to_owned());
        }
        schema.properties.iter().find_map(|(outer, property)| {
            if !is_about_the_list(outer) && plain(outer) != "responsemetadata" {
                return None;
            }
            let inner = Schema::read(self.resolver, property).ok()?;
            let (name, _) = inner
                .properties
                .iter()
                .find(|(name, property)| fits(name, property).is_some())?;
            notation::place(outer)
                .ok()
                .filter(|steps| steps.len() == 1)?;
            Some(format!("{outer}.{name}"))
        })
    }
}

/// A whole number that is not negative.
fn number(schema: &Schema<'_>, keyword: &str) -> Option<u64> {
    schema.keyword(keyword)?.as_u64()
}

impl PageStyle {
    /// What the way of splitting is called.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Page { .. } => "pages",
            Self::Offset { .. } => "offset",
            Self::Cursor { .. } => "cursor",
            Self::Link => "links",
        }
    }
}

impl Pagination {
    /// The query parameters that belong to it.
    pub(super) fn parameters(&self) -> Vec<&str> {
        let of_style = match &self.style {
            PageStyle::Page { parameter, .. }
            | PageStyle::Offset { parameter, .. }
            | PageStyle::Cursor { parameter, .. } => Some(parameter.as_str()),
            PageStyle::Link => None,
        };
        of_style
            .into_iter()
            .chain(self.size.as_ref().map(|size| size.parameter.as_str()))
            .collect()
    }
}
