//! Three tools instead of all: one finds tools by words, one tells how a tool is called, one calls
//! it. A model then reads a few hundred tokens of tools instead of many thousand.

use std::cmp::Reverse;

use bytes::Bytes;
use serde_json::{Map, Value, json};
use toolwright_runtime::error::{Error, ErrorKind, RateLimit};
use toolwright_runtime::json::Json;
use toolwright_runtime::outcome::{Data, Outcome};
use toolwright_runtime::table::{Operation, Tool};

use super::dispatch::Task;
use super::toolset::Toolset;

/// How many tools a search finds, unless it says otherwise, and at most.
const USUAL: usize = 10;
const MOST: usize = 50;

/// How many words of a query count.
const WORDS: usize = 20;

/// What follows the opening members in the answer to `tools/list`.
pub(super) fn list() -> Bytes {
    let read_only = json!({ "readOnlyHint": true, "openWorldHint": false });
    let name = json!({ "type": "string", "description": "The tool's name, from search_tools." });
    let tools = json!([
        {
            "name": "search_tools",
            "title": "Search tools",
            "description": "Finds tools of this server by words and returns the name, title and \
                description of each, the best first. Without a query it returns the first ones by \
                name. How a tool is called is in get_tool_schema.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "query": { "type": "string", "description": "Words of what is to be done, such as `list users`." },
                    "limit": { "type": "integer", "minimum": 1, "maximum": MOST, "description": "How many tools at most; 10 if nothing is said." },
                },
                "additionalProperties": false,
            },
            "annotations": read_only,
        },
        {
            "name": "get_tool_schema",
            "title": "Get a tool's schema",
            "description": "Returns one tool as a tools/list would: its description, the schema of \
                its arguments and that of its result.",
            "inputSchema": {
                "type": "object",
                "properties": { "name": name },
                "required": ["name"],
                "additionalProperties": false,
            },
            "annotations": read_only,
        },
        {
            "name": "call_tool",
            "title": "Call a tool",
            "description": "Calls a tool by name and returns its result. The arguments are those \
                of the schema in get_tool_schema.",
            "inputSchema": {
                "type": "object",
                "properties": {
                    "name": name,
                    "arguments": { "type": "object", "description": "The tool's arguments." },
                },
                "required": ["name"],
                "additionalProperties": false,
            },
            // What it does is what the tool that is called does.
            "annotations": { "readOnlyHint": false, "destructiveHint": true, "openWorldHint": true },
        },
    ]);
    format!(r#""tools":{tools}}}}}"#).into()
}

/// The tool that is called and what it is to do; `None` where there is no such tool. Of `call_tool`
/// it is the tool that this calls, if that is there.
pub(super) fn call(
    name: &str,
    arguments: Map<String, Value>,
    toolset: &Toolset,
) -> Option<(&'static str, Task)> {
    Some(match name {
        "search_tools" => {
            let found = search(&arguments, toolset).map(|rows| page(&rows));
            ("search_tools", Task::Done(found))
        }
        "get_tool_schema" => {
            let found = tool(&arguments, &["name"], toolset);
            let schema = found.map(|(_, tool)| schema(tool));
            ("get_tool_schema", Task::Done(schema))
        }
        "call_tool" => match inner(arguments, toolset) {
            Ok((operation, arguments)) => (operation.name, Task::Ask(operation, arguments)),
            Err(error) => ("call_tool", Task::Done(Err(error))),
        },
        _ => return None,
    })
}

fn search(arguments: &Map<String, Value>, toolset: &Toolset) -> Result<Vec<Value>, Error> {
    check(arguments, &["query", "limit"])?;
    let query = match arguments.get("query") {
        None | Some(Value::Null) => "",
        Some(Value::String(query)) => query,
        Some(_) => return Err(invalid("`query` must be a string.")),
    };
    let limit = match arguments.get("limit") {
        None | Some(Value::Null) => USUAL,
        Some(limit) => limit
            .as_u64()
            .and_then(|limit| usize::try_from(limit).ok())
            .filter(|limit| (1..=MOST).contains(limit))
            .ok_or_else(|| invalid(&format!("`limit` must be a number from 1 to {MOST}.")))?,
    };
    let query = query.to_lowercase();
    let words: Vec<&str> = words(&query).take(WORDS).collect();
    let mut found: Vec<(usize, &'static Operation, &'static Tool)> = documented(toolset)
        .map(|(operation, tool)| (score(&words, operation, tool), operation, tool))
        .filter(|(score, ..)| *score > 0 || words.is_empty())
        .collect();
    found.sort_by_key(|(score, operation, _)| (Reverse(*score), operation.name));
    let row = |(_, operation, tool): &(usize, &'static Operation, &'static Tool)| {
        json!({
            "name": operation.name,
            "title": tool.title,
            "description": tool.description,
        })
    };
    Ok(found.iter().take(limit).map(row).collect())
}

/// How well a tool answers to words: those of its name count most.
fn score(words: &[&str], operation: &Operation, tool: &Tool) -> usize {
    let texts = [(operation.name, 4), (tool.title, 2), (tool.description, 1)];
    let texts = texts.map(|(text, weight)| (text.to_lowercase(), weight));
    let score = |word: &&str| {
        let weights = texts.iter().filter(|(text, _)| text.contains(*word));
        weights.map(|(_, weight)| weight).sum::<usize>()
    };
    words.iter().map(score).sum()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let words = text.split(|letter: char| !letter.is_alphanumeric());
    // `users` finds `user` and the other way round.
    let stems = words.map(|word| word.trim_end_matches('s'));
    stems.filter(|stem| stem.len() > 1)
}

fn inner(
    mut arguments: Map<String, Value>,
    toolset: &Toolset,
) -> Result<(&'static Operation, Map<String, Value>), Error> {
    let (operation, _) = tool(&arguments, &["name", "arguments"], toolset)?;
    match arguments.remove("arguments") {
        None | Some(Value::Null) => Ok((operation, Map::new())),
        Some(Value::Object(inner)) => Ok((operation, inner)),
        Some(_) => Err(invalid("`arguments` must be an object.")),
    }
}

/// The tool that is named.
fn tool(
    arguments: &Map<String, Value>,
    known: &[&str],
    toolset: &Toolset,
) -> Result<(&'static Operation, &'static Tool), Error> {
    check(arguments, known)?;
    let Some(name) = arguments.get("name").and_then(Value::as_str) else {
        return Err(invalid(
            "`name` must be the name of a tool, from search_tools.",
        ));
    };
    let found = toolset.find(name);
    found
        .and_then(|operation| Some((operation, operation.tool.as_ref()?)))
        .ok_or_else(|| {
            let near = toolset.nearest(name);
            let near = near.map_or_else(String::new, |near| format!(" Did you mean {near}?"));
            let name: String = name.chars().take(64).collect();
            invalid(&format!("There is no tool {name}.{near}"))
                .with_hint("search_tools finds tools.")
        })
}

fn check(arguments: &Map<String, Value>, known: &[&str]) -> Result<(), Error> {
    match arguments
        .keys()
        .find(|name| !known.contains(&name.as_str()))
    {
        None => Ok(()),
        Some(name) => {
            let name: String = name.chars().take(64).collect();
            let known = known.join(", ");
            Err(invalid(&format!(
                "There is no argument `{name}`; there are {known}."
            )))
        }
    }
}

fn documented(toolset: &Toolset) -> impl Iterator<Item = (&'static Operation, &'static Tool)> {
    let operations = toolset.operations().iter().copied();
    operations.filter_map(|operation| Some((operation, operation.tool.as_ref()?)))
}

fn page(rows: &[Value]) -> Outcome {
    done(Data::Page {
        result: rows.iter().map(Json::from).collect(),
        next_cursor: None,
        interrupted: None,
        cut: false,
    })
}

fn schema(tool: &Tool) -> Outcome {
    // What was compiled is JSON.
    let tool: Value = serde_json::from_str(tool.json).unwrap_or_default();
    done(Data::Record(Json::from(&tool)))
}

fn done(data: Data) -> Outcome {
    Outcome {
        data,
        rate_limit: RateLimit::default(),
    }
}

fn invalid(message: &str) -> Error {
    Error::new(ErrorKind::InvalidArgument, message)
}
