//! Which tokens were right lately.

use std::hash::{BuildHasher as _, RandomState};
use std::iter;
use std::sync::atomic::{AtomicU64, Ordering};

/// How many tokens there is room for; about as many can be in use at a time.
const SLOTS: usize = 1 << 15;

/// The tokens that were right when they were looked for last, as far as this process knows: a hint,
/// which opens nothing, and decides only who waits (`Limiter::look_up`). Only tokens that are right get in, and one that takes another's place makes
/// that one as good as new.
#[derive(Debug)]
pub(super) struct Known {
    slots: Box<[AtomicU64]>,
    hasher: RandomState,
}

impl Known {
    pub(super) fn new() -> Self {
        Self {
            slots: iter::repeat_with(AtomicU64::default).take(SLOTS).collect(),
            hasher: RandomState::new(),
        }
    }

    /// Takes note of whether the token with a hash was right.
    pub(super) fn note(&self, hash: &[u8], is_right: bool) {
        let mark = self.hasher.hash_one(hash);
        let Some(slot) = self.slot(mark) else { return };
        if is_right {
            slot.store(mark, Ordering::Relaxed);
        } else {
            // Another token may have the slot, and keeps it.
            let _ = slot.compare_exchange(mark, 0, Ordering::Relaxed, Ordering::Relaxed);
        }
    }

    /// Whether the token with a hash was right.
    pub(super) fn was_right(&self, hash: &[u8]) -> bool {
        let mark = self.hasher.hash_one(hash);
        let slot = self.slot(mark);
        slot.is_some_and(|slot| slot.load(Ordering::Relaxed) == mark)
    }

    fn slot(&self, mark: u64) -> Option<&AtomicU64> {
        // The remainder fits into the type that it was made with.
        let index = mark % self.slots.len() as u64;
        self.slots.get(usize::try_from(index).ok()?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_known_until_it_was_wrong() {
        let known = Known::new();
        assert!(!known.was_right(b"a"));
        known.note(b"a", true);
        assert!(known.was_right(b"a") && !known.was_right(b"b"));
        for number in 0..100_000_u32 {
            known.note(&number.to_be_bytes(), false);
        }
        assert!(known.was_right(b"a"));
        known.note(b"a", false);
        assert!(!known.was_right(b"a"));
    }
}
