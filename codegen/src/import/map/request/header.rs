//! The arguments in headers.

use super::{Request, is_scalar};
use crate::import::definition::Value;
use crate::import::document::Parameter;
use crate::import::report::Reason;

impl<'d> Request<'_, '_, 'd> {
    /// A header. None where OpenAPI says that it is not declared as one.
    pub(super) fn header(
        &mut self,
        parameter: &Parameter<'d>,
        others: &[Value],
    ) -> Result<Option<Value>, Reason> {
        const NEVER: [&str; 7] = [
            "accept",
            "content-type",
            "authorization",
            "host",
            "content-length",
            "transfer-encoding",
            "connection",
        ];
        let lower = parameter.name.to_ascii_lowercase();
        let is_known = others
            .iter()
            .any(|other| other.name.eq_ignore_ascii_case(parameter.name));
        if is_known || NEVER.contains(&lower.as_str()) || self.of_credential.contains(&lower) {
            return Ok(None);
        }
        let token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if lower == "cookie" || !parameter.name.bytes().all(token) {
            return Err(Reason::Header);
        }
        let mut value = self.reader.parameter(parameter)?;
        if value.ty.strip_suffix("[]").is_some_and(is_scalar) {
            // Elements stand in one header, with commas between them.
            value = Value {
                ty: "string".to_owned(),
                keys: Vec::new(),
                ..value
            };
        }
        if !is_scalar(&value.ty) {
            return Err(Reason::Header);
        }
        value.required = parameter.required;
        let value = self.settled(value, "header");
        let is_ascii = value
            .keys
            .iter()
            .all(|(key, text)| *key != "const" || text.as_str().is_some_and(str::is_ascii));
        if is_ascii {
            Ok(Some(value))
        } else {
            Err(Reason::Header)
        }
    }
}
