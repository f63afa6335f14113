//! Lists, page by page. A cursor is the id after which the next page starts.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::Problem;

/// The most rows of a page, and how many come unasked.
const MOST: u32 = 1000;
const USUAL: u32 = 50;

/// Which page is wanted.
#[derive(Clone, Debug)]
pub struct PageRequest {
    pub(super) limit: u32,
    /// The id of the last row that was seen; empty at the start.
    pub(super) after: String,
}

/// Some rows of a list.
#[derive(Clone, Debug)]
pub struct Page<T> {
    /// The rows.
    pub result: Vec<T>,
    /// Where the list goes on; `None` at its end.
    pub next_cursor: Option<String>,
    /// How many rows were asked for.
    pub limit: u32,
}

impl Default for PageRequest {
    fn default() -> Self {
        Self {
            limit: USUAL,
            after: String::new(),
        }
    }
}

impl PageRequest {
    /// The page of so many rows that a cursor leads to.
    ///
    /// # Errors
    /// What is wrong with the limit or the cursor.
    pub fn new(limit: Option<u32>, cursor: Option<&str>) -> Result<Self, Problem> {
        let limit = limit.unwrap_or(USUAL);
        if !(1..=MOST).contains(&limit) {
            let message = format!("`limit` must be a number from 1 to {MOST}.");
            return Err(Problem::new("limit", message));
        }
        let after = cursor.map(decode).transpose()?.unwrap_or_default();
        Ok(Self { limit, after })
    }

    /// How many rows to read: one more than wanted shows whether there are more.
    pub(super) fn rows(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// The page that was read.
    pub(super) fn page<T>(&self, mut rows: Vec<T>, id: impl Fn(&T) -> &str) -> Page<T> {
        let limit = self.limit as usize;
        let goes_on = rows.len() > limit;
        rows.truncate(limit);
        let last = rows.last().filter(|_| goes_on);
        let next_cursor = last.map(|row| URL_SAFE_NO_PAD.encode(id(row)));
        Page {
            result: rows,
            next_cursor,
            limit: self.limit,
        }
    }
}

fn decode(cursor: &str) -> Result<String, Problem> {
    let id = URL_SAFE_NO_PAD.decode(cursor).ok();
    let id = id.and_then(|id| String::from_utf8(id).ok());
    let id = id.filter(|id| Uuid::parse_str(id).is_ok());
    id.ok_or_else(|| {
        let message = "`next_cursor` must be one that a page of this list ended with.";
        Problem::new("next_cursor", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_leads_to_the_next() {
        let request = PageRequest::new(Some(2), None).unwrap();
        assert_eq!(request.rows(), 3);
        let ids: Vec<String> = (0..3).map(|_| super::super::new_id()).collect();
        let page = request.page(ids.clone(), |id| id);
        assert_eq!((page.result.as_slice(), page.limit), (&ids[..2], 2));
        let next = PageRequest::new(None, page.next_cursor.as_deref()).unwrap();
        assert_eq!(next.after, ids[1]);
        assert_eq!(request.page(ids[..2].to_vec(), |id| id).next_cursor, None);
    }

    #[test]
    fn what_is_no_page_is_refused() {
        for limit in [0, 1001] {
            assert_eq!(
                PageRequest::new(Some(limit), None).unwrap_err().field,
                "limit"
            );
        }
        for cursor in ["", "x", "!", "YWJj"] {
            let problem = PageRequest::new(None, Some(cursor)).unwrap_err();
            assert_eq!(problem.field, "next_cursor", "{cursor}");
        }
    }
}
