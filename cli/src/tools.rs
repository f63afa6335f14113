//! `toolwright tools`: what is compiled in.

use std::io::{self, Write};

use clap::Args;
use serde_json::{Value, json};
use toolwright_runtime::table::{Catalogue, Effect, Integration, Operation, Tool};

use super::{CommandError, environment};

/// What `toolwright tools` takes.
#[derive(Debug, Args)]
pub(crate) struct Tools {
    /// Only this integration, with what its accounts need.
    integration: Option<String>,
    /// Print JSON: an array of objects with `integration`, `name`, `effect`, `tags`, `tokens` and `tool`.
    #[arg(long, env = "TOOLWRIGHT_JSON")]
    json: bool,
}

impl Tools {
    pub(crate) fn run(self, catalogue: &'static Catalogue) -> Result<(), CommandError> {
        match self.print(catalogue, &mut io::stdout().lock()) {
            // Whoever reads the output has seen enough.
            Err(CommandError::Pipe(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            done => done,
        }
    }

    fn print(
        self,
        catalogue: &'static Catalogue,
        out: &mut impl Write,
    ) -> Result<(), CommandError> {
        let one = self
            .integration
            .as_deref()
            .map(|name| environment::integration(catalogue, name))
            .transpose()?;
        let integrations: Vec<&'static Integration> =
            one.map_or_else(|| catalogue.integrations.to_vec(), |one| vec![one]);
        if self.json {
            let tools: Vec<Value> = integrations
                .iter()
                .flat_map(|i| documented(i).map(|(o, t)| in_json(i, o, t)))
                .collect();
            writeln!(out, "{:#}", Value::Array(tools))?;
            return Ok(());
        }
        for integration in &integrations {
            list(out, integration)?;
        }
        if let Some(integration) = one {
            account(out, integration)?;
        }
        Ok(out.flush()?)
    }
}

fn documented(
    integration: &'static Integration,
) -> impl Iterator<Item = (&'static Operation, &'static Tool)> {
    integration
        .operations
        .iter()
        .filter_map(|operation| Some((*operation, operation.tool.as_ref()?)))
}

fn effect(operation: &Operation) -> &'static str {
    match operation.effect {
        Effect::Read => "read",
        Effect::Create => "create",
        Effect::Update => "update",
        Effect::Delete => "delete",
    }
}

fn in_json(integration: &Integration, operation: &Operation, tool: &Tool) -> Value {
    json!({
        "integration": integration.slug,
        "name": operation.name,
        "effect": effect(operation),
        "tags": operation.tags,
        "tokens": tool.tokens,
        // The compiler wrote it, so it is JSON.
        "tool": serde_json::from_str::<Value>(tool.json).unwrap_or_default(),
    })
}

fn list(out: &mut impl Write, integration: &'static Integration) -> io::Result<()> {
    let tools: Vec<_> = documented(integration).collect();
    let total: usize = tools.iter().map(|(_, tool)| tool.tokens).sum();
    let Integration { label, slug, .. } = integration;
    writeln!(
        out,
        "{label} ({slug}): {} tools, about {total} tokens\n",
        tools.len()
    )?;
    let width = tools
        .iter()
        .map(|(operation, _)| operation.name.len())
        .max()
        .unwrap_or(0);
    for (operation, tool) in tools {
        let (name, effect, tags) = (operation.name, effect(operation), operation.tags.join(", "));
        writeln!(
            out,
            "  {name:width$}  {effect:6}  {:5}  {tags}",
            tool.tokens
        )?;
    }
    writeln!(out)
}

/// What an account of the integration needs, as environment variables.
fn account(out: &mut impl Write, integration: &Integration) -> io::Result<()> {
    writeln!(out, "An account from the environment:\n")?;
    for set in environment::credential_variables(integration) {
        writeln!(out, "  {}", set.join(" and "))?;
    }
    for field in integration.connection {
        let name = environment::variable(integration, field.name);
        let note = match (field.default, &field.discover) {
            (Some(default), _) => format!("; left out: {default}"),
            (None, Some(_)) => "; left out: the vendor is asked".to_owned(),
            (None, None) => "; required".to_owned(),
        };
        writeln!(out, "  {name}: {}{note}", field.title)?;
    }
    writeln!(out)
}
