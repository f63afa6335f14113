//! How lists are split, and where the vendor says how much may still be asked.

use super::Lower;
use super::arguments::MOST_ROWS;
use crate::model::{PageSize, PageStyle, Pagination, RateLimit, Stop};
use crate::span::Sp;
use crate::syntax;

impl<'a> Lower<'a, '_> {
    pub(super) fn pagination(
        &mut self,
        name: &Sp<String>,
        pagination: &'a syntax::Pagination,
    ) -> Pagination {
        let (style, size, stop) = match pagination {
            syntax::Pagination::Page(page) => (
                PageStyle::Page {
                    parameter: page.parameter.value.clone(),
                    first: page.first.value,
                },
                Some(&page.size),
                self.stop(&page.stop),
            ),
            syntax::Pagination::Offset(offset) => {
                if offset.first.value > 1 {
                    self.diagnostics.offset_starts_late(offset.first.span);
                }
                let parameter = offset.parameter.value.clone();
                let style = PageStyle::Offset {
                    parameter,
                    first: offset.first.value,
                };
                (style, Some(&offset.size), self.stop(&offset.stop))
            }
            syntax::Pagination::Cursor(cursor) => {
                let style = PageStyle::Cursor {
                    parameter: cursor.parameter.value.clone(),
                    next: self.spanned_place(&cursor.next),
                    alone: cursor.alone,
                };
                let more = cursor.more.as_ref().map(|place| self.spanned_place(place));
                (
                    style,
                    cursor.size.as_ref(),
                    more.map_or(Stop::NoNext, Stop::More),
                )
            }
            syntax::Pagination::PageThenToken(both) => {
                if both.switch_after.value == 0 {
                    self.diagnostics.no_rows_by_number(both.switch_after.span);
                }
                let style = PageStyle::PageThenToken {
                    page_parameter: both.page_parameter.value.clone(),
                    first: both.first.value,
                    token_parameter: both.token_parameter.value.clone(),
                    next: self.spanned_place(&both.next),
                    switch_after: both.switch_after.value,
                };
                (style, Some(&both.size), self.stop(&both.stop))
            }
            syntax::Pagination::LinkHeader(link) => {
                (PageStyle::LinkHeader, link.size.as_ref(), Stop::NoNext)
            }
        };
        let size = size.map(|size| self.page_size(size));
        let pagination = Pagination {
            name: name.clone(),
            style,
            size,
            stop,
        };
        let mut parameters = pagination.parameters();
        parameters.sort_unstable();
        for same in parameters.windows(2) {
            if let [one, other] = same
                && one == other
            {
                self.diagnostics.page_parameter_twice(name.span, one);
            }
        }
        pagination
    }

    fn page_size(&mut self, size: &syntax::PageSize) -> PageSize {
        if size.default.value == 0 {
            self.diagnostics.page_without_rows(size.default.span);
        } else if i64::from(size.default.value) > MOST_ROWS {
            self.diagnostics
                .page_beyond_limit(size.default.span, MOST_ROWS);
        } else if size.default.value > size.max.value {
            self.diagnostics
                .empty_range(size.default.span, size.max.span);
        }
        PageSize {
            parameter: size.parameter.value.clone(),
            default: size.default.value,
            max: size.max.value,
        }
    }

    fn stop(&mut self, stop: &syntax::Stop) -> Stop {
        match stop {
            syntax::Stop::More(place) => Stop::More(self.spanned_place(place)),
            syntax::Stop::Total(place) => Stop::Total(self.spanned_place(place)),
            syntax::Stop::ShortPage(_) => Stop::ShortPage,
        }
    }

    pub(super) fn rate_limit(&mut self, limit: &syntax::RateLimit) -> RateLimit {
        RateLimit {
            limit: self.header_names(&limit.limit),
            remaining: self.header_names(&limit.remaining),
            used: self.header_names(&limit.used),
            reset: limit
                .reset
                .iter()
                .map(|reset| {
                    self.header_name(&reset.header);
                    (reset.header.value.clone(), reset.format.value)
                })
                .collect(),
        }
    }

    fn header_names(&mut self, names: &[Sp<String>]) -> Vec<String> {
        for name in names {
            self.header_name(name);
        }
        names.iter().map(|name| name.value.clone()).collect()
    }
}
