//! Wrong tokens, counted for the address that they came from.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::bucket::{Bucket, Rate};
use super::exceeded::{Exceeded, Limit};
use crate::http::Client;

/// How often one address may send one wrong token.
const OF_TOKEN: Rate = Rate {
    burst: 30,
    interval: Duration::from_secs(1),
};

/// How many wrong tokens may come from one address.
const OF_ADDRESS: Rate = Rate {
    burst: 100,
    interval: Duration::from_millis(100),
};

/// How many buckets there are. Addresses share them, so that made-up ones fill no memory; which ones
/// do, nobody can tell from outside. Whoever shares one with a client that guesses is slowed down
/// only where it is wrong itself.
const BUCKETS: usize = 1 << 15;

/// How many tokens were wrong.
///
/// Behind one address can be an office, all users of a hosted assistant, or whoever comes through a
/// proxy that nobody named. One bad client among them must not lock the others out. So only a token
/// that was looked for and not found is counted, and only such a one is refused (`Limiter::look_up`).
/// And a client whose token was revoked goes on sending this one token: beyond a few times it does not
/// count for the address any more.
#[derive(Debug)]
pub(super) struct Failures {
    buckets: Mutex<Vec<Bucket>>,
    hasher: RandomState,
}

impl Failures {
    pub(super) fn new() -> Self {
        Self {
            buckets: Mutex::new(vec![Bucket::default(); BUCKETS]),
            hasher: RandomState::new(),
        }
    }

    /// Counts a token that was wrong.
    pub(super) fn count(&self, client: Client, token: &[u8]) -> Result<(), Exceeded> {
        self.count_at(client, token, Instant::now())
    }

    fn count_at(&self, client: Client, token: &[u8], now: Instant) -> Result<(), Exceeded> {
        let places = [
            (OF_TOKEN, self.hasher.hash_one((client, token))),
            (OF_ADDRESS, self.hasher.hash_one(client)),
        ];
        let mut buckets = self.buckets();
        for (rate, hash) in places {
            if let Some(bucket) = bucket(&mut buckets, hash) {
                let taken = rate.take(bucket, 1, now);
                taken.map_err(|empty| Exceeded::rate(Limit::Failures, rate, empty))?;
            }
        }
        Ok(())
    }

    /// The buckets, none of which is ever half changed.
    fn buckets(&self) -> MutexGuard<'_, Vec<Bucket>> {
        self.buckets.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn bucket(buckets: &mut [Bucket], hash: u64) -> Option<&mut Bucket> {
    // The remainder fits into the type that it was made with.
    let index = hash % buckets.len() as u64;
    buckets.get_mut(usize::try_from(index).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(address: &str) -> Client {
        Client::new(address.parse().unwrap())
    }

    /// How often this goes well until it does not.
    fn often(mut count: impl FnMut(u32) -> Result<(), Exceeded>) -> u32 {
        (0..1000)
            .take_while(|number| count(*number).is_ok())
            .count() as u32
    }

    #[test]
    fn tokens_that_are_made_up_are_counted_for_their_address() {
        let (failures, now) = (Failures::new(), Instant::now());
        let guess = |address: &str| {
            let client = client(address);
            often(|number| failures.count_at(client, &number.to_be_bytes(), now))
        };
        // A token may share the bucket of its address, and then counts twice.
        let all = 98..=100;
        assert!(all.contains(&guess("192.0.2.1")));
        assert_eq!(guess("192.0.2.1"), 0);
        assert!(all.contains(&guess("192.0.2.2")), "another address");
        assert!(all.contains(&guess("2001:db8::1")));
        assert_eq!(guess("2001:db8::ffff:1"), 0, "the same network");
        assert!(all.contains(&guess("2001:db8:0:1::1")));
    }

    #[test]
    fn a_token_that_is_sent_again_and_again_leaves_room_for_others() {
        let failures = Failures::new();
        let client = client("192.0.2.1");
        let now = Instant::now();
        assert_eq!(often(|_| failures.count_at(client, b"revoked", now)), 30);
        for _ in 0..1000 {
            let _ = failures.count(client, b"revoked");
        }
        failures.count(client, b"new").unwrap();
    }

    #[test]
    fn made_up_addresses_fill_no_memory() {
        let failures = Failures::new();
        for number in 0..100_000_u32 {
            let _ = failures.count(client(&std::net::Ipv4Addr::from(number).to_string()), b"x");
        }
        assert_eq!(failures.buckets().capacity(), BUCKETS);
    }
}
