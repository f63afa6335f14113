//! What a revision had, as far as the compiler of today can tell: one that is stricter than that of the
//! day refuses definitions that were sound, and nobody can mend them any more.

use std::collections::BTreeMap;

use crate::compile;
use crate::diagnostics::Severity;
use crate::load::Sources;
use crate::lock::{self, Entry};
use crate::render::Place;
use crate::surface::{Surface, surfaces};

/// The tools of a revision.
#[derive(Debug)]
pub struct Past {
    /// Those of the definitions that compile.
    pub surfaces: Vec<Surface>,
    /// Those of the others, as `tools.lock` of the revision has them.
    pub locked: Vec<Entry>,
    /// The definitions that do not compile.
    pub unread: Vec<Unread>,
}

/// A definition of a revision that does not compile today.
#[derive(Debug)]
pub struct Unread {
    /// The folder: the slug of the integration. Empty where there is no definition at all.
    pub folder: String,
    /// How many of its tools are known by `tools.lock`.
    pub tools: usize,
    /// The first error: `v1:definitions/acme/users.yaml:3:5: D014: there is no key …`
    pub why: String,
}

impl Past {
    /// Compiles the definitions of a revision, without the folders that have errors. `lock` is its
    /// `tools.lock`; empty where it has none.
    #[must_use]
    pub fn read(mut sources: Sources, lock: &str) -> Self {
        let mut refused = BTreeMap::new();
        let mut compilation = compile(&sources);
        // Each round has fewer files: an error stands in one of them.
        while compilation.diagnostics.has_errors() && !sources.files.is_empty() {
            for error in compilation.diagnostics.sorted() {
                if error.severity == Severity::Error {
                    let place = Place::of(error.primary.span, &sources);
                    let folder = sources.folder(error.primary.span.file).to_owned();
                    let why = format!("{place}: {}: {}", error.code, error.message);
                    refused.entry(folder).or_insert(why);
                }
            }
            let is_sound = |folder: &String| !refused.contains_key(folder);
            sources.files.retain(|file| is_sound(&file.folder));
            compilation = compile(&sources);
        }
        let surfaces = surfaces(&compilation);
        let mut locked = lock::read(lock);
        locked.retain(|entry| surfaces.iter().all(|known| known.slug != entry.integration));
        let tools = |folder: &str| {
            let of_it = |entry: &&Entry| folder.is_empty() || entry.integration == folder;
            locked.iter().filter(of_it).count()
        };
        let unread = refused.into_iter().map(|(folder, why)| Unread {
            tools: tools(&folder),
            folder,
            why,
        });
        Self {
            unread: unread.collect(),
            surfaces,
            locked,
        }
    }

    /// What is said of an integration whose definition was there and does not compile.
    pub(super) fn unread(&self, slug: &str) -> Option<&Unread> {
        self.unread.iter().find(|unread| unread.folder == slug)
    }
}
