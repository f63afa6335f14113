//! What the compiler makes of the real definitions and of its goldens agrees with itself.

use serde_json::{Map, Value, json};
use toolwright::CATALOGUE;
use toolwright::runtime::table::{Catalogue, Integration, Operation, Shape};
use toolwright_server::sandbox::Sandbox;

use crate::obstacle::{generated as obstacle, small};

fn operations() -> impl Iterator<Item = (&'static Integration, &'static Operation)> {
    [&CATALOGUE, &obstacle::CATALOGUE, &small::CATALOGUE]
        .into_iter()
        .flat_map(|catalogue: &'static Catalogue| catalogue.integrations)
        .flat_map(|integration| integration.operations.iter().map(|o| (*integration, *o)))
}

#[tokio::test]
async fn their_simulated_vendors_start() {
    for catalogue in [&CATALOGUE, &small::CATALOGUE] {
        let sandbox = Sandbox::start(catalogue)
            .await
            .expect("the data makes sense");
        let with_data = catalogue
            .integrations
            .iter()
            .filter(|i| i.sandbox.is_some())
            .count();
        assert_eq!(sandbox.accounts().len(), with_data);
    }
}

/// The JSON Schema that clients check arguments with, and the tables that the runtime checks them
/// with, are two texts of one compiler. They say the same of any value.
#[test]
fn emitted_schemas_and_tables_agree() {
    let mut random = Random(0x2545_f491_4f6c_dd1d);
    let (mut accepted, mut refused) = (0, 0);
    for (integration, operation) in operations() {
        let Some(tool) = &operation.tool else {
            continue;
        };
        let tool: Value = serde_json::from_str(tool.json).expect("a tool is JSON");
        let schema = jsonschema::validator_for(&tool["inputSchema"]).expect("a schema");
        for _ in 0..300 {
            let arguments = random.arguments(operation);
            let by_table =
                toolwright::runtime::validate::arguments(integration, operation, &arguments)
                    .is_ok();
            let by_schema = schema.is_valid(&Value::Object(arguments.clone()));
            assert_eq!(by_table, by_schema, "{}: {arguments:?}", operation.name);
            accepted += usize::from(by_table);
            refused += usize::from(!by_table);
        }
    }
    assert!(
        accepted > 500 && refused > 500,
        "{accepted} accepted, {refused} refused"
    );
}

/// A small generator (xorshift64*), so that a failure can be repeated.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) % limit
    }

    fn arguments(&mut self, operation: &Operation) -> Map<String, Value> {
        let mut arguments = Map::new();
        for arg in operation.args {
            // Mostly what is required, sometimes what is not.
            if self.below(10) < if arg.required { 9 } else { 3 } {
                arguments.insert(arg.name.to_owned(), self.near(&arg.shape));
            }
        }
        if self.below(20) == 0 {
            arguments.insert("unheard_of".to_owned(), json!(1));
        }
        arguments
    }

    /// A value of a shape, or something near it.
    fn near(&mut self, shape: &Shape) -> Value {
        if self.below(12) == 0 {
            let anything = [
                json!(null),
                json!(true),
                json!(1),
                json!(1.0),
                json!(1.5),
                json!(-1),
                json!(""),
                json!("x"),
                json!([]),
                json!({}),
                json!(["x"]),
                json!({ "x": 1 }),
                json!("é\n"),
            ];
            let index = usize::try_from(self.below(anything.len() as u64)).unwrap();
            return anything[index].clone();
        }
        match shape {
            Shape::String(rule) => {
                let known = rule.one_of.len() as u64;
                if known > 0 && self.below(8) > 0 {
                    let index = usize::try_from(self.below(known)).unwrap();
                    return json!(rule.one_of[index]);
                }
                match rule.identifier {
                    Some(kind) if self.below(4) > 0 => json!(kind.example),
                    _ => json!("a".repeat(usize::try_from(self.below(70)).unwrap())),
                }
            }
            Shape::Text(_) | Shape::Any => json!("text"),
            Shape::Integer { min, max } | Shape::Number { min, max } => {
                let from = min.unwrap_or(-5) - 1;
                let to = max.unwrap_or(from.saturating_add(20)) + 2;
                let span = u64::try_from(to.saturating_sub(from)).unwrap_or(1).max(1);
                let number = from + i64::try_from(self.below(span)).unwrap();
                match self.below(6) {
                    0 => json!(number as f64),
                    1 => json!(number as f64 + 0.5),
                    _ => json!(number),
                }
            }
            Shape::Boolean => json!(self.below(2) == 0),
            Shape::Array { items, min, max } => {
                let from = u64::from(min.unwrap_or(0).saturating_sub(1));
                let to = u64::from(max.map_or(3, |max| max.min(12)) + 2);
                let count = from + self.below(to.saturating_sub(from).max(1));
                (0..count).map(|_| self.near(items)).collect()
            }
            Shape::Map(values) => {
                let count = self.below(3);
                (0..count)
                    .map(|n| (format!("key{n}"), self.near(values)))
                    .collect()
            }
            Shape::Object(object) => {
                let mut members = Map::new();
                for field in object.fields {
                    if self.below(10) < if field.required { 9 } else { 5 } {
                        members.insert(field.name.to_owned(), self.near(&field.shape));
                    }
                }
                Value::Object(members)
            }
        }
    }
}
