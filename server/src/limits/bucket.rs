//! A token bucket, told by one moment: when it will be full again (the generic cell rate algorithm,
//! ITU-T I.371 annex A).

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

/// So many at once, and then one more each time that this interval has passed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Rate {
    pub(super) burst: u32,
    pub(super) interval: Duration,
}

/// What is left for one of those to whom a rate applies.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bucket {
    /// When nothing will have been taken any more; `None`: nothing was taken yet.
    full: Option<Instant>,
}

/// Less is left than was to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Empty {
    /// What is left.
    pub(super) remaining: u32,
    /// After how long all of it will be there again.
    pub(super) reset: Duration,
    /// After how long there will be enough, if nobody takes more.
    pub(super) wait: Duration,
}

impl Rate {
    /// So many a second, of which those of two seconds may come at once.
    pub(super) fn of(per_second: NonZeroU32) -> Self {
        Self {
            burst: per_second.get().saturating_mul(2),
            // As short as time can be told, and no shorter: no interval at all would hold nothing.
            interval: (Duration::from_secs(1) / per_second.get()).max(Duration::from_nanos(1)),
        }
    }

    /// Takes all of `count` out, or nothing. More than fits in the bucket counts as all of it.
    pub(super) fn take(self, bucket: &mut Bucket, count: u32, now: Instant) -> Result<(), Empty> {
        let capacity = self.interval * self.burst;
        let taken = bucket.taken(now);
        let after = taken + self.interval * count.min(self.burst);
        if after <= capacity {
            bucket.full = Some(now + after);
            return Ok(());
        }
        let left = capacity.saturating_sub(taken).as_nanos() / self.interval.as_nanos().max(1);
        Err(Empty {
            remaining: u32::try_from(left).unwrap_or(u32::MAX),
            reset: taken,
            wait: after - capacity,
        })
    }
}

impl Bucket {
    /// Whether it says no more than a new one.
    pub(super) fn is_full(&self, now: Instant) -> bool {
        self.taken(now).is_zero()
    }

    /// How long it takes to fill up.
    fn taken(&self, now: Instant) -> Duration {
        self.full
            .map_or(Duration::ZERO, |full| full.saturating_duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: Rate = Rate {
        burst: 3,
        interval: Duration::from_secs(2),
    };

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_burst_and_then_one_each_interval() {
        let (mut bucket, start) = (Bucket::default(), Instant::now());
        for _ in 0..3 {
            RATE.take(&mut bucket, 1, start).unwrap();
        }
        let empty = Empty {
            remaining: 0,
            reset: seconds(6),
            wait: seconds(2),
        };
        assert_eq!(RATE.take(&mut bucket, 1, start), Err(empty));
        // Who asks too often is not made to wait longer.
        assert_eq!(RATE.take(&mut bucket, 1, start), Err(empty));
        RATE.take(&mut bucket, 1, start + seconds(2)).unwrap();
        RATE.take(&mut bucket, 1, start + seconds(3)).unwrap_err();
        assert!(!bucket.is_full(start + seconds(7)));
        assert!(bucket.is_full(start + seconds(8)));
        RATE.take(&mut bucket, 3, start + seconds(60)).unwrap();
        RATE.take(&mut bucket, 1, start + seconds(60)).unwrap_err();
    }

    #[test]
    fn more_a_second_than_time_can_tell_is_still_a_rate() {
        let rate = Rate::of(NonZeroU32::MAX);
        let (mut bucket, start) = (Bucket::default(), Instant::now());
        rate.take(&mut bucket, 1000, start + seconds(1)).unwrap();
        // Of two threads, one may have looked at the clock before the other.
        rate.take(&mut bucket, 1000, start).unwrap();
    }

    #[test]
    fn several_are_taken_together_or_not_at_all() {
        let (mut bucket, start) = (Bucket::default(), Instant::now());
        RATE.take(&mut bucket, 2, start).unwrap();
        let empty = RATE.take(&mut bucket, 2, start).unwrap_err();
        assert_eq!((empty.remaining, empty.wait), (1, seconds(2)));
        RATE.take(&mut bucket, 1, start).unwrap();
        // More than ever fits counts as all there is.
        RATE.take(&mut bucket, 64, start + seconds(5)).unwrap_err();
        RATE.take(&mut bucket, 64, start + seconds(6)).unwrap();
    }

    #[test]
    fn a_rate_holds_two_seconds() {
        let rate = Rate::of(NonZeroU32::new(50).unwrap());
        assert_eq!(
            (rate.burst, rate.interval),
            (100, Duration::from_millis(20))
        );
        let most = Rate::of(NonZeroU32::MAX);
        most.take(&mut Bucket::default(), u32::MAX, Instant::now())
            .unwrap();
    }
}
