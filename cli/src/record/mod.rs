//! `toolwright record`: answers of a vendor as files, without what is in them.

mod folder;
mod skeleton;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use serde_json::Value;
use toolwright_runtime::table::Catalogue;

use self::folder::Folder;
pub(crate) use self::skeleton::skeleton;
use super::CommandError;
use super::reading::{Answers, Reading};
use super::recording::Recording;

/// What `toolwright record` takes.
#[derive(Debug, Args)]
pub(crate) struct Record {
    /// The folder for the recordings: `DIR/zesty/list_all_zesty_instances.json`, further answers
    /// as `….2.json`. Older ones of the same operation are replaced.
    #[arg(long, value_name = "DIR", env = "TOOLWRIGHT_RECORDINGS")]
    out: PathBuf,
    /// Keep new values of fields with an `enum`, if they look like words. No other value is kept.
    #[arg(long, env = "TOOLWRIGHT_ENUM_VALUES")]
    enum_values: bool,
    #[command(flatten)]
    reading: Reading,
}

impl Record {
    pub(crate) async fn run(self, catalogue: &'static Catalogue) -> Result<(), CommandError> {
        let folder = Folder(self.out);
        let keeps_words = self.enum_values;
        // An operation can be named twice, with other arguments.
        let mut recorded: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
        let mut take = |answers: Answers| {
            let Answers {
                integration,
                operation,
                pages,
            } = answers;
            let recordings = pages.iter().map(|page| {
                let body = page.body.as_ref();
                let recording = Recording {
                    integration,
                    operation,
                    body: body.map(|body| skeleton(&operation.response, body, keeps_words)),
                };
                recording.to_json(page.status)
            });
            let all = recorded.entry(operation.name).or_default();
            all.extend(recordings);
            folder.write(integration.slug, operation.name, all)
        };
        self.reading
            .run(catalogue, "toolwright record", &mut take)
            .await
    }
}
