//! The codes and tokens that a simulated vendor has handed out.

use std::collections::VecDeque;
use std::fmt;
use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, Instant};

/// How many codes, access tokens and refresh tokens are kept, each; the oldest end first.
const KEPT: usize = 1000;

/// How long a code is good. Vendors say from one to ten minutes.
const CODE_LIFE: Duration = Duration::from_secs(120);

/// What a person has agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grant {
    /// The data center of the account.
    pub(super) center: Option<&'static str>,
    /// The kind of token, by its number.
    pub(super) kind: usize,
    /// Whether refresh tokens were asked for.
    pub(super) is_offline: bool,
}

/// A code and what it is good for.
#[derive(Debug)]
pub(super) struct Code {
    pub(super) grant: Grant,
    pub(super) redirect_uri: String,
    /// The PKCE challenge (RFC 7636, S256).
    pub(super) challenge: Option<String>,
}

/// Tokens that were handed out.
pub(super) struct Issued {
    pub(super) grant: Grant,
    pub(super) access: String,
    pub(super) refresh: Option<String>,
    /// Seconds.
    pub(super) expires_in: Option<u32>,
}

/// An access token.
struct Access {
    grant: Grant,
    until: Option<Instant>,
    /// The refresh token that it ends with.
    refresh: Option<String>,
}

/// What was handed out and is still good.
#[derive(Default)]
pub(super) struct Ledger {
    codes: Shelf<(Code, Instant)>,
    access: Shelf<Access>,
    refresh: Shelf<Grant>,
    made: u64,
    random: RandomState,
}

impl Ledger {
    /// A new code.
    pub(super) fn code(&mut self, code: Code) -> String {
        let name = self.name("code");
        self.codes.put(name.clone(), (code, Instant::now()));
        name
    }

    /// Redeems a code of a data center. Whatever comes of it, it is used up.
    pub(super) fn redeem(&mut self, name: &str, center: Option<&str>) -> Option<Code> {
        let (code, made) = self
            .codes
            .take(name, |(code, _)| code.grant.center == center)?;
        (made.elapsed() < CODE_LIFE).then_some(code)
    }

    /// A new access token, with a refresh token where these are to be had.
    pub(super) fn issue(
        &mut self,
        grant: Grant,
        expires_in: Option<u32>,
        refreshes: bool,
    ) -> Issued {
        let refresh = (refreshes && grant.is_offline).then(|| self.name("refresh"));
        if let Some(refresh) = &refresh {
            self.refresh.put(refresh.clone(), grant);
        }
        let access = self.renew(grant, expires_in, refresh.clone());
        Issued {
            grant,
            access,
            refresh,
            expires_in,
        }
    }

    /// A new access token that ends with a refresh token.
    pub(super) fn renew(
        &mut self,
        grant: Grant,
        expires_in: Option<u32>,
        refresh: Option<String>,
    ) -> String {
        let life = expires_in.map(|seconds| Duration::from_secs(seconds.into()));
        let until = life.and_then(|life| Instant::now().checked_add(life));
        let name = self.name("access");
        let access = Access {
            grant,
            until,
            refresh,
        };
        self.access.put(name.clone(), access);
        name
    }

    /// What a good access token is good for.
    pub(super) fn access(&self, name: &str) -> Option<Grant> {
        let access = self.access.get(name)?;
        let is_over = access.until.is_some_and(|until| until <= Instant::now());
        (!is_over).then_some(access.grant)
    }

    /// What a refresh token of a data center is good for.
    pub(super) fn refresh(&self, name: &str, center: Option<&str>) -> Option<Grant> {
        let grant = self.refresh.get(name).copied()?;
        (grant.center == center).then_some(grant)
    }

    /// Ends a refresh token, and leaves the access tokens it gave.
    pub(super) fn rotate(&mut self, name: &str) {
        self.refresh.take(name, |_| true);
    }

    /// Ends a token of a data center, and what was had with it (RFC 7009 section 2.1).
    pub(super) fn revoke(&mut self, name: &str, center: Option<&str>) {
        self.access
            .take(name, |access| access.grant.center == center);
        if self
            .refresh
            .take(name, |grant| grant.center == center)
            .is_some()
        {
            self.access
                .retain(|access| access.refresh.as_deref() != Some(name));
        }
    }

    /// Ends every access token.
    pub(super) fn end_access(&mut self) {
        self.access.retain(|_| false);
    }

    /// Ends every refresh token.
    pub(super) fn end_refresh(&mut self) {
        self.refresh.retain(|_| false);
    }

    /// Moves every account from its data center to another.
    pub(super) fn move_accounts(&mut self, to: impl Fn(&'static str) -> &'static str) {
        let moved = |grant: &mut Grant| grant.center = grant.center.map(&to);
        self.codes.each(|(code, _)| moved(&mut code.grant));
        self.access.each(|access| moved(&mut access.grant));
        self.refresh.each(moved);
    }

    /// A name that another sandbox does not have. It opens nothing but made-up data, so 64 bits do.
    fn name(&mut self, what: &str) -> String {
        self.made = self.made.saturating_add(1);
        let random = self.random.hash_one(self.made);
        format!("{what}-{}-{random:016x}", self.made)
    }
}

impl fmt::Debug for Ledger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ledger")
            .field("made", &self.made)
            .finish_non_exhaustive()
    }
}

/// Named things in the order in which they came.
struct Shelf<T>(VecDeque<(String, T)>);

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self(VecDeque::new())
    }
}

impl<T> Shelf<T> {
    fn put(&mut self, name: String, thing: T) {
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back((name, thing));
    }

    fn each(&mut self, change: impl Fn(&mut T)) {
        self.0.iter_mut().for_each(|(_, thing)| change(thing));
    }

    fn get(&self, name: &str) -> Option<&T> {
        let mut things = self.0.iter();
        things
            .find(|(known, _)| known == name)
            .map(|(_, thing)| thing)
    }

    /// Takes the thing of that name away, if it is the right one.
    fn take(&mut self, name: &str, is_right: impl Fn(&T) -> bool) -> Option<T> {
        let mut things = self.0.iter();
        let position = things.position(|(known, thing)| known == name && is_right(thing))?;
        self.0.remove(position).map(|(_, thing)| thing)
    }

    fn retain(&mut self, keep: impl Fn(&T) -> bool) {
        self.0.retain(|(_, thing)| keep(thing));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRANT: Grant = Grant {
        center: None,
        kind: 0,
        is_offline: true,
    };

    #[test]
    fn an_access_token_is_good_until_it_expires() {
        let mut ledger = Ledger::default();
        let dead = ledger.issue(GRANT, Some(0), false).access;
        let good = ledger.issue(GRANT, Some(3600), false).access;
        let forever = ledger.issue(GRANT, None, false).access;
        assert_eq!(ledger.access(&dead), None);
        assert_eq!(ledger.access(&good), Some(GRANT));
        assert_eq!(ledger.access(&forever), Some(GRANT));
        assert!(!format!("{ledger:?}").contains(&good));
    }

    #[test]
    fn a_code_is_good_for_two_minutes() {
        let mut ledger = Ledger::default();
        let code = || Code {
            grant: GRANT,
            redirect_uri: String::new(),
            challenge: None,
        };
        for (age, is_good) in [(Duration::ZERO, true), (CODE_LIFE, false)] {
            let made = Instant::now().checked_sub(age).unwrap();
            ledger.codes.put("code".to_owned(), (code(), made));
            assert_eq!(ledger.redeem("code", None).is_some(), is_good);
        }
    }

    #[test]
    fn only_so_many_are_kept() {
        let mut ledger = Ledger::default();
        let first = ledger.issue(GRANT, None, true);
        for _ in 0..KEPT {
            ledger.issue(GRANT, None, true);
        }
        assert_eq!(ledger.access(&first.access), None);
        assert_eq!(ledger.refresh(&first.refresh.unwrap(), None), None);
        assert_eq!(ledger.access.0.len(), KEPT);
    }

    #[test]
    fn sandboxes_do_not_know_each_others_tokens() {
        let mut ledgers = [Ledger::default(), Ledger::default()];
        let [first, second] = ledgers
            .each_mut()
            .map(|ledger| ledger.issue(GRANT, None, false).access);
        assert_ne!(first, second);
    }
}
