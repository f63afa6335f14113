//! Operations on a command line, each with the arguments that follow it.

use clap::error::ErrorKind;
use clap::{Arg, ArgAction, ArgMatches, Args, Command, Error, FromArgMatches};
use serde_json::{Map, Value};

const OPERATION: &str = "operations";
const ARGUMENTS: &str = "arguments";

/// The operations that are named; none means as many as can be called.
#[derive(Clone, Debug, Default)]
pub(crate) struct Given(pub(crate) Vec<GivenOperation>);

/// An operation that is named.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct GivenOperation {
    pub(crate) name: String,
    /// Its arguments, as far as they are given.
    pub(crate) arguments: Map<String, Value>,
}

impl Args for Given {
    fn augment_args(command: Command) -> Command {
        let operations = Arg::new(OPERATION)
            .value_name("OPERATION")
            .num_args(0..)
            .action(ArgAction::Append)
            .help(
                "Operations to call; without any, all that read and need no argument, and those \
                 whose identifiers were in answers before",
            );
        let arguments = Arg::new(ARGUMENTS)
            .long("arguments")
            .value_name("JSON")
            .action(ArgAction::Append)
            .requires(OPERATION)
            .help("Arguments of the operation before it: a JSON object")
            .value_parser(|text: &str| serde_json::from_str::<Map<String, Value>>(text));
        command.arg(operations).arg(arguments)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Given {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let names = matches.get_many::<String>(OPERATION).into_iter().flatten();
        let places = matches.indices_of(OPERATION).into_iter().flatten();
        let named: Vec<(usize, &String)> = places.zip(names).collect();
        let mut given: Vec<GivenOperation> = named
            .iter()
            .map(|(_, name)| GivenOperation {
                name: (*name).clone(),
                arguments: Map::new(),
            })
            .collect();
        let objects = matches
            .get_many::<Map<String, Value>>(ARGUMENTS)
            .into_iter()
            .flatten();
        let places = matches.indices_of(ARGUMENTS).into_iter().flatten();
        for (place, object) in places.zip(objects) {
            let before = named.iter().rposition(|(named, _)| *named < place);
            let operation = before.and_then(|index| given.get_mut(index));
            let operation = operation.ok_or_else(|| {
                let sentence = "--arguments stands behind the operation that they are of\n";
                Error::raw(ErrorKind::MissingRequiredArgument, sentence)
            })?;
            operation.arguments.extend(object.clone());
        }
        Ok(Self(given))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn given(arguments: &[&str]) -> Result<Vec<(String, Value)>, Error> {
        let command = Given::augment_args(Command::new("test")).no_binary_name(true);
        let matches = command.try_get_matches_from(arguments)?;
        let Given(given) = Given::from_arg_matches(&matches)?;
        let pair = |one: GivenOperation| (one.name, Value::Object(one.arguments));
        Ok(given.into_iter().map(pair).collect())
    }

    #[test]
    fn arguments_belong_to_the_operation_before_them() {
        let pair = |name: &str, arguments| (name.to_owned(), arguments);
        let (a, b) = (r#"{"id": "1"}"#, r#"{"q": "x"}"#);
        assert_eq!(
            given(&["one", "--arguments", a, "two", "three", "--arguments", b]).unwrap(),
            [
                pair("one", json!({"id": "1"})),
                pair("two", json!({})),
                pair("three", json!({"q": "x"})),
            ]
        );
        assert_eq!(given(&[]).unwrap(), []);
        assert!(given(&["--arguments", a]).is_err());
        assert!(given(&["--arguments", a, "one"]).is_err());
        assert!(given(&["one", "--arguments", "[]"]).is_err());
    }
}
