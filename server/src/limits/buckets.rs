//! Buckets by name: that of an MCP server, or of an API token.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use super::bucket::{Bucket, Rate};
use super::exceeded::{Exceeded, Limit};

/// Beyond so many buckets, those that are full again are forgotten each time that there are twice as
/// many as after the last time. Only tokens that are good have one, so the others are those of the
/// last seconds.
const MANY: usize = 4096;

/// Buckets that share a rate.
#[derive(Debug)]
pub(super) struct Buckets {
    limit: Limit,
    rate: Rate,
    used: Mutex<Used>,
}

#[derive(Debug)]
struct Used {
    buckets: HashMap<String, Bucket>,
    /// Beyond so many, some are forgotten.
    many: usize,
}

impl Buckets {
    pub(super) fn new(limit: Limit, rate: Rate) -> Self {
        let used = Used {
            buckets: HashMap::new(),
            many: MANY,
        };
        Self {
            limit,
            rate,
            used: Mutex::new(used),
        }
    }

    /// Takes so many out of somebody's bucket.
    pub(super) fn take(&self, name: &str, count: u32) -> Result<(), Exceeded> {
        let now = Instant::now();
        // A map is never half changed.
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = self.rate.take(used.bucket(name, now), count, now);
        taken.map_err(|empty| Exceeded::rate(self.limit, self.rate, empty))
    }

    /// Takes the others of so many, of which one was taken. More than fits counts as all of it.
    pub(super) fn take_others(&self, name: &str, count: u32) -> Result<(), Exceeded> {
        match count.min(self.rate.burst) {
            0 | 1 => Ok(()),
            count => self.take(name, count - 1),
        }
    }
}

impl Used {
    fn bucket(&mut self, name: &str, now: Instant) -> &mut Bucket {
        if self.buckets.len() >= self.many {
            self.buckets.retain(|_, bucket| !bucket.is_full(now));
            self.many = MANY.max(self.buckets.len() * 2);
        }
        self.buckets.entry(name.to_owned()).or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;
    use std::time::Duration;

    use super::*;

    #[test]
    fn each_has_one_of_its_own() {
        let buckets = Buckets::new(Limit::Requests, Rate::of(NonZeroU32::MIN));
        buckets.take("a", 2).unwrap();
        buckets.take("a", 1).unwrap_err();
        buckets.take("b", 1).unwrap();
    }

    #[test]
    fn the_others_of_many_are_as_many_as_fit() {
        let buckets = Buckets::new(Limit::Requests, Rate::of(NonZeroU32::new(2).unwrap()));
        buckets.take("a", 1).unwrap();
        buckets.take_others("a", 64).unwrap();
        buckets.take_others("a", 1).unwrap();
        buckets.take_others("a", 2).unwrap_err();
    }

    #[test]
    fn those_that_are_full_again_are_forgotten() {
        let rate = Rate::of(NonZeroU32::MIN);
        let now = Instant::now();
        let mut used = Used {
            buckets: HashMap::new(),
            many: MANY,
        };
        for name in 0..MANY {
            rate.take(used.bucket(&name.to_string(), now), 1, now)
                .unwrap();
        }
        // All of them are in use.
        used.bucket("one more", now);
        assert_eq!(used.buckets.len(), MANY + 1);
        let later = now + Duration::from_secs(1);
        for name in MANY..MANY * 2 {
            used.bucket(&name.to_string(), later);
        }
        assert!(used.buckets.len() <= MANY, "{}", used.buckets.len());
    }
}
