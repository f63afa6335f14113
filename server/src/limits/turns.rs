//! How many tool calls are under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::exceeded::{Exceeded, Limit};

/// The calls under way, of each MCP server and together.
#[derive(Debug)]
pub(super) struct Turns {
    each: u32,
    total: u32,
    under_way: Mutex<UnderWay>,
}

#[derive(Debug, Default)]
struct UnderWay {
    /// Of MCP servers that have any.
    each: HashMap<String, u32>,
    total: u32,
}

/// Calls that are under way until this is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    turns: Arc<Turns>,
    server: String,
    calls: u32,
}

impl Turns {
    /// For so many calls of each MCP server, and so many together.
    pub(super) fn new(each: u32, total: u32) -> Self {
        Self {
            each,
            total,
            under_way: Mutex::default(),
        }
    }

    /// Begins all of these calls, or none.
    pub(super) fn begin(self: &Arc<Self>, server: &str, calls: u32) -> Result<Turn, Exceeded> {
        if calls == 0 {
            return Ok(self.turn(String::new(), 0));
        }
        let mut under_way = self.under_way();
        let of_server = under_way.each.get(server).copied().unwrap_or(0);
        let left = self.each.saturating_sub(of_server);
        if calls > left {
            return Err(Exceeded::calls(Limit::Calls, self.each, left));
        }
        let left = self.total.saturating_sub(under_way.total);
        if calls > left {
            return Err(Exceeded::calls(Limit::AllCalls, self.total, left));
        }
        under_way.each.insert(server.to_owned(), of_server + calls);
        under_way.total += calls;
        Ok(self.turn(server.to_owned(), calls))
    }

    fn turn(self: &Arc<Self>, server: String, calls: u32) -> Turn {
        Turn {
            turns: Arc::clone(self),
            server,
            calls,
        }
    }

    /// The numbers, which are never half changed.
    fn under_way(&self) -> MutexGuard<'_, UnderWay> {
        self.under_way
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        if self.calls == 0 {
            return;
        }
        let mut under_way = self.turns.under_way();
        under_way.total -= self.calls;
        if let Some(of_server) = under_way.each.get_mut(&self.server) {
            *of_server -= self.calls;
            if *of_server == 0 {
                under_way.each.remove(&self.server);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_counted_while_they_are_under_way() {
        let turns = Arc::new(Turns::new(2, 3));
        let first = turns.begin("a", 1).unwrap();
        let second = turns.begin("a", 1).unwrap();
        assert_eq!(turns.begin("a", 1).unwrap_err().limit(), Limit::Calls);
        // What needs no call is never refused.
        turns.begin("a", 0).unwrap();
        let third = turns.begin("b", 1).unwrap();
        assert_eq!(turns.begin("c", 1).unwrap_err().limit(), Limit::AllCalls);
        drop(second);
        let fourth = turns.begin("c", 1).unwrap();
        drop((first, third, fourth));
        assert!(turns.under_way().each.is_empty());
        drop(turns.begin("a", 2).unwrap());
        assert_eq!(turns.under_way().total, 0);
    }

    #[test]
    fn calls_begin_together_or_not_at_all() {
        let turns = Arc::new(Turns::new(2, 3));
        turns.begin("a", 3).unwrap_err();
        assert_eq!(turns.under_way().total, 0);
        let _both = turns.begin("a", 2).unwrap();
        turns.begin("b", 2).unwrap_err();
        turns.begin("b", 1).unwrap();
    }
}
