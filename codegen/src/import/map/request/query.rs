//! The arguments in the query.

use serde_json::json;

use super::value::Wire;
use super::{Request, is_scalar};
use crate::check::text::passes;
use crate::import::definition::Value;
use crate::import::document::{Parameter, Style};
use crate::import::report::Reason;
use crate::import::schema::{Kind, Schema};

impl<'d> Request<'_, '_, 'd> {
    /// The arguments that a query parameter becomes: more than one where an object is taken apart.
    pub(super) fn query(&mut self, parameter: &Parameter<'d>) -> Result<Vec<Value>, Reason> {
        let schema = Schema::read(self.reader.resolver, parameter.schema)?;
        if !passes(parameter.name) {
            return Err(Reason::Name);
        }
        if schema.kind == Some(Kind::Object) {
            return self.taken_apart(parameter, &schema);
        }
        let value = self.reader.parameter(parameter)?;
        let is_list = value.ty.strip_suffix("[]").is_some_and(is_scalar);
        let mut value = match (is_list || is_scalar(&value.ty), parameter.style) {
            (false, _) => return Err(Reason::StructuredQuery),
            (true, Style::Other | Style::DeepObject) if is_list => return Err(Reason::QueryStyle),
            (true, _) => value,
        };
        if is_list && parameter.style == Style::Repeat {
            value.keys.push(("list", json!("repeat")));
        }
        value.required = parameter.required;
        Ok(vec![self.settled(value, "query")])
    }

    /// `filter[name]=x` for each property of `filter`, or `name=x` where the object itself has no name on
    /// the wire.
    fn taken_apart(
        &mut self,
        parameter: &Parameter<'d>,
        schema: &Schema<'d>,
    ) -> Result<Vec<Value>, Reason> {
        let mut values = Vec::new();
        for (name, property) in &schema.properties {
            let wire_name = match parameter.style {
                Style::DeepObject => format!("{}[{name}]", parameter.name),
                Style::Repeat => (*name).to_owned(),
                Style::Csv | Style::Other => return Err(Reason::StructuredQuery),
            };
            let required = parameter.required && schema.required.contains(name);
            match self.reader.argument(&wire_name, property, "", Wire::Text) {
                Ok(value) if is_scalar(&value.ty) && passes(name) => {
                    values.push(self.settled(Value { required, ..value }, "query"));
                }
                Ok(_) if required => return Err(Reason::StructuredQuery),
                Err(reason) if required => return Err(reason),
                Ok(_) => self.reader.leave_out(Reason::StructuredQuery),
                Err(reason) => self.reader.leave_out(reason),
            }
        }
        if values.is_empty() {
            Err(Reason::StructuredQuery)
        } else {
            Ok(values)
        }
    }
}
