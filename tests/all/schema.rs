//! A row against the JSON Schema that is committed, and that against the types.
//!
//! Knows the keywords that the crate's own schema uses, and panics on any other, so that nothing
//! passes unread. Written here because the `jsonschema` crate switches `float_roundtrip` on in
//! `serde_json` for every test and example: they would then read numbers in another way than the
//! library does for its users.

use serde_json::{Map, Value};

/// The schema that other programs read.
const COMMITTED: &str = include_str!("../../digest.schema.json");

/// What is wrong with a row by the committed schema, with the place of each fault; empty when it is
/// valid.
pub(crate) fn faults(row: &Value) -> Vec<String> {
    let schema: Value = serde_json::from_str(COMMITTED).unwrap();
    let mut found = Vec::new();
    Check { root: &schema }.check(&schema, row, "", &mut found);
    found
}

struct Check<'s> {
    root: &'s Value,
}

impl Check<'_> {
    fn check(&self, schema: &Value, value: &Value, place: &str, found: &mut Vec<String>) {
        for (keyword, argument) in schema.as_object().unwrap() {
            let fault = match keyword.as_str() {
                "$schema" | "$defs" | "title" | "description" | "default" => None,
                "$ref" => {
                    let pointer = argument.as_str().unwrap().strip_prefix('#').unwrap();
                    self.check(self.root.pointer(pointer).unwrap(), value, place, found);
                    None
                }
                "anyOf" => {
                    (self.valid(argument, value) == 0).then(|| "is none of several".to_owned())
                }
                "oneOf" => {
                    let valid = self.valid(argument, value);
                    (valid != 1).then(|| format!("is {valid} of several, expected 1"))
                }
                "properties" | "additionalProperties" => {
                    self.fields(schema, keyword, value, place, found);
                    None
                }
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check(argument, item, &format!("{place}/{index}"), found);
                    }
                    None
                }
                "required" => value.as_object().and_then(|fields| missing(argument, fields)),
                "type" => {
                    let wanted =
                        argument.as_array().map_or(std::slice::from_ref(argument), |all| all);
                    let fits = wanted.iter().any(|kind| is_of_type(value, kind.as_str().unwrap()));
                    (!fits).then(|| format!("is {value}, expected {argument}"))
                }
                "const" => (value != argument).then(|| format!("is {value}, expected {argument}")),
                "minimum" => limit(value, argument, |value, least| value >= least),
                "maximum" => limit(value, argument, |value, most| value <= most),
                // Where a number is kept; its range is told by `minimum` and `maximum`.
                "format" if ["uint", "uint8", "float"].map(Value::from).contains(argument) => None,
                other => panic!("the schema uses {other:?}: {argument}, which is not known here"),
            };
            found.extend(fault.map(|fault| format!("{place}: {fault}")));
        }
    }

    /// How many of several schemas a value is valid by.
    fn valid(&self, schemas: &Value, value: &Value) -> usize {
        let is_valid = |schema: &&Value| {
            let mut found = Vec::new();
            self.check(schema, value, "", &mut found);
            found.is_empty()
        };
        schemas.as_array().unwrap().iter().filter(is_valid).count()
    }

    /// The fields that `properties` names, or those that it does not name.
    fn fields(
        &self,
        schema: &Value,
        keyword: &str,
        value: &Value,
        place: &str,
        found: &mut Vec<String>,
    ) {
        for (name, field) in value.as_object().into_iter().flatten() {
            let named = schema.get("properties").and_then(|named| named.get(name));
            let chosen = match keyword {
                "properties" => named,
                _ => named.is_none().then(|| &schema["additionalProperties"]),
            };
            if let Some(chosen) = chosen {
                self.check(chosen, field, &format!("{place}/{name}"), found);
            }
        }
    }
}

fn missing(required: &Value, fields: &Map<String, Value>) -> Option<String> {
    let mut names = required.as_array().unwrap().iter().map(|name| name.as_str().unwrap());
    names.find(|name| !fields.contains_key(*name)).map(|name| format!("has no {name:?}"))
}

fn is_of_type(value: &Value, kind: &str) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "number" => value.is_number(),
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        other => panic!("{other:?} is no type of JSON Schema"),
    }
}

/// What is wrong with a number beside its limit; anything else has none.
fn limit(value: &Value, limit: &Value, holds: impl Fn(f64, f64) -> bool) -> Option<String> {
    let number = value.as_f64()?;
    (!holds(number, limit.as_f64().unwrap())).then(|| format!("is {value}, beyond {limit}"))
}

#[cfg(feature = "schema")]
#[test]
fn the_committed_schema_is_the_one_the_types_give() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("digest.schema.json");
    let expected = format!("{}\n", standfirst::digest::schema());
    if std::env::var_os("STANDFIRST_UPDATE").is_some() {
        std::fs::write(&path, &expected).unwrap();
    }
    assert!(
        std::fs::read_to_string(&path).unwrap_or_default() == expected,
        "{} is not what standfirst::digest::schema() gives; look at the change and run the tests \
         once with STANDFIRST_UPDATE=1",
        path.display()
    );
}
