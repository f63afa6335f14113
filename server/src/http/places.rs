//! How many connections each address has.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::Client;

/// The open connections of each address that has any.
#[derive(Clone, Debug, Default)]
pub(super) struct Places(Arc<Mutex<HashMap<Client, usize>>>);

/// The place of one connection, until this is dropped.
#[derive(Debug)]
pub(super) struct Place {
    places: Places,
    client: Client,
}

impl Places {
    /// A place for one more connection of an address, which may have as many as are `left` for all.
    /// So one address gets half of them at most, a second one half of the rest, and so on.
    pub(super) fn take(&self, client: Client, left: usize) -> Option<Place> {
        let mut open = self.open();
        let count = open.get(&client).copied().unwrap_or(0);
        if count >= left {
            return None;
        }
        open.insert(client, count + 1);
        Some(Place {
            places: self.clone(),
            client,
        })
    }

    /// The numbers, which are never half changed.
    fn open(&self) -> MutexGuard<'_, HashMap<Client, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.places.open();
        if let Some(count) = open.get_mut(&self.client) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.client);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_gets_half_of_what_is_left() {
        const ALL: usize = 64;
        let places = Places::default();
        let mut taken = Vec::new();
        let mut greedy = |address: u8| {
            let client = Client::new([192, 0, 2, address].into());
            let before = taken.len();
            while let Some(place) = places.take(client, ALL - taken.len()) {
                taken.push(place);
            }
            taken.len() - before
        };
        assert_eq!((greedy(1), greedy(2), greedy(3)), (32, 16, 8));
        drop(taken);
        assert!(places.open().is_empty());
    }
}
