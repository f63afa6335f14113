//! Findings to a patch: as many of the changes as leave definitions that compile.

use std::collections::{BTreeMap, BTreeSet};

use super::edit::edited;
use super::{Finding, Kind, Mend};
use crate::compile;
use crate::diagnostics::Severity;
use crate::load::{SourceFile, Sources};
use crate::parse::tree;
use crate::span::{FileId, Node};

/// What mends definitions.
#[derive(Debug, Default)]
pub struct Patch {
    /// The files that are different.
    pub files: Vec<Change>,
    /// The findings that it mends, by index.
    pub mended: BTreeSet<usize>,
    /// The findings that could not be mended, by index, and why.
    pub dropped: Vec<(usize, String)>,
}

/// A file before and after.
#[derive(Debug)]
pub struct Change {
    /// Its path, as it is shown.
    pub path: String,
    /// Its text.
    pub before: String,
    /// The text that takes its place.
    pub after: String,
}

/// Makes a patch of definitions. An edit after which a definition does not compile, or a tool is none any
/// more, is dropped.
#[must_use]
pub fn patch(sources: &Sources, findings: &[Finding]) -> Patch {
    let mut mends: Vec<(usize, &Mend)> = findings
        .iter()
        .enumerate()
        .filter_map(|(index, finding)| Some((index, finding.mend.as_ref()?)))
        .collect();
    if mends.is_empty() {
        return Patch::default();
    }
    let files: BTreeSet<FileId> = mends.iter().map(|(_, mend)| mend.at.file).collect();
    let trees = files.into_iter().filter_map(|file| {
        let source = sources.file(file)?;
        Some((file, tree(file, &source.text)?))
    });
    let mut settling = Settling {
        sources,
        trees: trees.collect(),
        tools: tools(sources).unwrap_or_default(),
        dropped: Vec::new(),
    };
    // Of these there may be many, and each would cost a compilation.
    mends.retain(|(index, mend)| {
        let finding = findings.get(*index);
        let lost = finding.and_then(|finding| undescribed(finding, mend, &settling.tools));
        let why = lost.map(|lost| (*index, no_tool(lost)));
        settling.dropped.extend(why);
        lost.is_none()
    });
    let kept = settling.keep(Vec::new(), &mends);
    let changes = settling.texts(&kept).unwrap_or_default();
    let changes = changes.into_iter().filter_map(|(file, after)| {
        let source = sources.file(file)?;
        Some(Change {
            path: source.path.clone(),
            before: source.text.clone(),
            after,
        })
    });
    Patch {
        files: changes
            .filter(|change| change.before != change.after)
            .collect(),
        mended: kept.iter().map(|(index, _)| *index).collect(),
        dropped: settling.dropped,
    }
}

/// What deciding about edits needs at hand.
struct Settling<'a> {
    sources: &'a Sources,
    trees: BTreeMap<FileId, Node>,
    /// The tools that there are before.
    tools: BTreeSet<String>,
    dropped: Vec<(usize, String)>,
}

/// A change, by the index of its finding.
type Indexed<'m> = (usize, &'m Mend);

impl Settling<'_> {
    /// Those of some changes that can be made besides others. Halves are tried where not all can be made,
    /// so that few bad ones among many cost few compilations.
    fn keep<'m>(&mut self, others: Vec<Indexed<'m>>, tried: &[Indexed<'m>]) -> Vec<Indexed<'m>> {
        let all = [others.as_slice(), tried].concat();
        let problem = match self.problem(&all) {
            None => return all,
            Some(problem) => problem,
        };
        match tried {
            [] => others,
            [(index, _)] => {
                self.dropped.push((*index, problem));
                others
            }
            _ => {
                let (first, second) = tried.split_at(tried.len() / 2);
                let others = self.keep(others, first);
                self.keep(others, second)
            }
        }
    }

    /// Why some changes cannot be made.
    fn problem(&self, mends: &[Indexed<'_>]) -> Option<String> {
        let Some(texts) = self.texts(mends) else {
            return Some("it cannot be written where it belongs".to_owned());
        };
        let texts: BTreeMap<FileId, String> = texts.into_iter().collect();
        let files = self.sources.iter().map(|(id, file)| SourceFile {
            path: file.path.clone(),
            folder: file.folder.clone(),
            text: texts.get(&id).unwrap_or(&file.text).clone(),
            fault: None,
            modified: None,
        });
        let changed = Sources {
            files: files.collect(),
        };
        match tools(&changed) {
            Err(problem) => Some(problem),
            Ok(tools) => {
                let lost = self.tools.difference(&tools).next()?;
                Some(no_tool(lost))
            }
        }
    }

    /// The files with changes made in them.
    fn texts(&self, mends: &[Indexed<'_>]) -> Option<Vec<(FileId, String)>> {
        let mut by_file: BTreeMap<FileId, Vec<&Mend>> = BTreeMap::new();
        for (_, mend) in mends {
            by_file.entry(mend.at.file).or_default().push(mend);
        }
        let texts = by_file.into_iter().map(|(file, mends)| {
            let source = self.sources.file(file)?;
            Some((file, edited(&source.text, self.trees.get(&file)?, &mends)?))
        });
        texts.collect()
    }
}

/// The tool that gets an argument without a description, which makes it none.
fn undescribed<'f>(
    finding: &'f Finding,
    mend: &Mend,
    tools: &BTreeSet<String>,
) -> Option<&'f String> {
    let is_argument = matches!(finding.kind, Kind::NewParameter | Kind::RequiredParameter);
    let is_undescribed =
        matches!(&mend.change, super::Change::Add(value) if value.description.is_none());
    let operation = finding.operation.as_ref();
    operation.filter(|name| is_argument && is_undescribed && tools.contains(*name))
}

fn no_tool(name: &str) -> String {
    format!("`{name}` would be no tool any more before somebody describes it")
}

/// The tools of definitions.
///
/// # Errors
/// The first thing that is wrong with them.
fn tools(sources: &Sources) -> Result<BTreeSet<String>, String> {
    let compilation = compile(sources);
    let found = compilation.diagnostics.sorted().into_iter();
    let mut errors = found.filter(|found| found.severity == Severity::Error);
    if let Some(first) = errors.next() {
        return Err(format!("{} {}", first.code, first.message));
    }
    let operations = compilation
        .integrations
        .iter()
        .flat_map(|one| &one.operations);
    let tools = operations.filter(|operation| operation.tool.is_some());
    Ok(tools.map(|operation| operation.name.clone()).collect())
}
