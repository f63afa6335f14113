//! The path of an operation, and the arguments in it.

use serde_json::{Value as Json, json};

use super::value::Wire;
use super::{Refused, Request, constant, is_scalar};
use crate::import::definition::{Method, Value};
use crate::import::document::{Operation, Place};
use crate::import::report::Reason;
use crate::import::schema::{Kind, Schema};
use crate::notation;

impl<'d> Request<'_, '_, 'd> {
    pub(super) fn path(
        &mut self,
        operation: &Operation<'d>,
        prefix: &str,
        method: &mut Method,
    ) -> Result<(), Refused> {
        let constants = constants(operation).into_iter();
        method
            .query
            .extend(constants.map(|(name, value)| constant(name, json!(value))));
        let path = operation.path.split(['?', '#']).next().unwrap_or_default();
        let mut written = String::from(prefix);
        let mut rest = path;
        let mut known: Vec<(String, String)> = Vec::new();
        while let Some((before, after)) = rest.split_once('{') {
            let (name, tail) = after
                .split_once('}')
                .ok_or((Reason::Path, path.to_owned()))?;
            written.push_str(before);
            let seen = known
                .iter()
                .find(|(seen, _)| seen == name)
                .map(|(_, ours)| ours.clone());
            let ours = match seen {
                Some(ours) => ours,
                None => {
                    let value = self.path_argument(operation, name)?;
                    let ours = value.name.clone();
                    method.path.push(value);
                    known.push((name.to_owned(), ours.clone()));
                    ours
                }
            };
            written.push_str(&format!("{{{ours}}}"));
            rest = tail;
        }
        written.push_str(rest);
        method.http = format!("{} {written}", operation.verb);
        match notation::request_line(&method.http) {
            Ok(_) => Ok(()),
            Err(_) => Err((Reason::Path, path.to_owned())),
        }
    }

    /// A variable of the path. One that is not declared is a text.
    fn path_argument(&mut self, operation: &Operation<'d>, name: &str) -> Result<Value, Refused> {
        let refused = |reason| (reason, name.to_owned());
        let plain = |name: &str| {
            name.trim_start_matches(['+', '*'])
                .trim_end_matches(['+', '*'])
                .to_owned()
        };
        let declared = operation.parameters.iter().find(|parameter| {
            parameter.place == Place::Path && plain(parameter.name) == plain(name)
        });
        let (schema, about) = declared.map_or((&Json::Null, ""), |parameter| {
            (parameter.schema, parameter.description)
        });
        let schema_read = Schema::read(self.reader.resolver, schema).map_err(refused)?;
        let mut ours = self.names.take(&plain(name), "path");
        while self.reserved.contains(&ours) {
            ours = self.names.take(&ours, "path");
        }
        let mut value = match schema_read.kind {
            // Elements of a list stand in one segment, with commas between them.
            Some(Kind::Array) => self.reader.argument(&ours, &Json::Null, about, Wire::Text),
            Some(Kind::Object) => Err(Reason::PathParameter),
            _ => self.reader.argument(&ours, schema, about, Wire::Text),
        }
        .map_err(refused)?;
        if !is_scalar(&value.ty) {
            return Err(refused(Reason::PathParameter));
        }
        let spans_segments = value.keys.iter().any(|(key, pattern)| {
            *key == "pattern"
                && pattern
                    .as_str()
                    .is_some_and(|pattern| pattern.replace("[^/]", "").contains('/'))
        });
        if spans_segments || name.starts_with('+') || name.ends_with('+') {
            value.keys.push(("segments", json!(true)));
        }
        Ok(value)
    }
}

/// What some documents write behind the path, as far as it is no parameter: `?version=2`.
pub(super) fn constants<'d>(operation: &Operation<'d>) -> Vec<(&'d str, &'d str)> {
    let path = operation.path.split('#').next().unwrap_or_default();
    let query = path.split_once('?').map_or("", |(_, query)| query);
    let pairs = query.split('&').filter(|pair| !pair.is_empty());
    let is_constant = |(name, value): &(&str, &str)| {
        let mut declared = operation.parameters.iter();
        !value.contains('{')
            && !declared.any(|parameter| (parameter.name, parameter.place) == (*name, Place::Query))
    };
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .filter(is_constant)
        .collect()
}
