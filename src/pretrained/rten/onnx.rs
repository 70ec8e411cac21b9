//! A network to the bytes of an ONNX file, which is what rten reads.
//!
//! In: nodes and constants, each under a name. Out: protocol buffers as ONNX defines them
//! (github.com/onnx/onnx, `onnx.proto3`), held in memory only. Writes the few fields that are
//! needed here, and knows no model.

/// ONNX's numbers for types of tensors.
const FLOAT: u64 = 1;
const UINT8: u64 = 2;
const INT8: u64 = 3;
const INT32: u64 = 6;
const INT64: u64 = 7;

/// ONNX's numbers for types of attributes.
const ATTRIBUTE_FLOAT: u64 = 1;
const ATTRIBUTE_INT: u64 = 2;
const ATTRIBUTE_INTS: u64 = 7;

/// The version of the file format and of the operators.
const IR_VERSION: u64 = 9;
const OPERATORS: u64 = 20;

/// An attribute of a node.
#[derive(Debug, Clone, Copy)]
pub(super) enum Attribute<'a> {
    Int(i64),
    Ints(&'a [i64]),
    Float(f32),
}

/// A network in the making.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: Message,
    constants: Message,
    inputs: Message,
    outputs: Message,
    /// Nodes so far: their results are named by number.
    count: usize,
}

impl Graph {
    /// An input of whole numbers, of one dimension and any length.
    pub(super) fn input(&mut self, name: &str) -> String {
        self.inputs.message(11, &value(name, INT32));
        name.to_owned()
    }

    /// Names a result as the network's output.
    pub(super) fn output(&mut self, name: &str) {
        let mut own = Message::default();
        own.text(1, name);
        self.outputs.message(12, &own);
    }

    /// A node with one result, whose name is returned.
    pub(super) fn node(
        &mut self,
        operator: &str,
        inputs: &[&str],
        attributes: &[(&str, Attribute<'_>)],
    ) -> String {
        let result = format!("{}-{operator}", self.count);
        self.count += 1;
        let mut node = Message::default();
        inputs.iter().for_each(|input| node.text(1, input));
        // The node itself stays without a name: one name would stand for two things.
        node.text(2, &result);
        node.text(4, operator);
        for (name, attribute) in attributes {
            let mut own = Message::default();
            own.text(1, name);
            match *attribute {
                Attribute::Float(value) => {
                    own.float(2, value);
                    own.number(20, ATTRIBUTE_FLOAT);
                }
                Attribute::Int(value) => {
                    own.number(3, value as u64);
                    own.number(20, ATTRIBUTE_INT);
                }
                Attribute::Ints(values) => {
                    values.iter().for_each(|&value| own.number(8, value as u64));
                    own.number(20, ATTRIBUTE_INTS);
                }
            }
            node.message(5, &own);
        }
        self.nodes.message(1, &node);
        result
    }

    pub(super) fn floats<'v>(
        &mut self,
        name: &str,
        shape: &[usize],
        values: impl IntoIterator<Item = &'v f32>,
    ) -> String {
        self.constant(name, FLOAT, shape, values.into_iter().flat_map(|value| value.to_le_bytes()))
    }

    pub(super) fn int8s(&mut self, name: &str, shape: &[usize], values: &[i8]) -> String {
        self.constant(name, INT8, shape, values.iter().flat_map(|value| value.to_le_bytes()))
    }

    pub(super) fn uint8(&mut self, name: &str, value: u8) -> String {
        self.constant(name, UINT8, &[], [value])
    }

    pub(super) fn int64s(&mut self, name: &str, values: &[i64]) -> String {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes());
        self.constant(name, INT64, &[values.len()], bytes)
    }

    fn constant(
        &mut self,
        name: &str,
        kind: u64,
        shape: &[usize],
        bytes: impl IntoIterator<Item = u8>,
    ) -> String {
        let mut tensor = Message::default();
        shape.iter().for_each(|&side| tensor.number(1, side as u64));
        tensor.number(2, kind);
        tensor.text(8, name);
        let bytes: Vec<u8> = bytes.into_iter().collect();
        tensor.bytes(9, &bytes);
        self.constants.message(5, &tensor);
        name.to_owned()
    }

    /// The bytes of the file.
    pub(super) fn finish(self) -> Vec<u8> {
        let mut graph = self.nodes;
        graph.text(2, "encoder");
        graph.0.extend(self.constants.0);
        graph.0.extend(self.inputs.0);
        graph.0.extend(self.outputs.0);
        let mut operators = Message::default();
        operators.number(2, OPERATORS);
        let mut model = Message::default();
        model.number(1, IR_VERSION);
        model.message(7, &graph);
        model.message(8, &operators);
        model.0
    }
}

/// What a network says of an input of one dimension.
fn value(name: &str, kind: u64) -> Message {
    let (mut any, mut shape, mut tensor) =
        (Message::default(), Message::default(), Message::default());
    any.text(2, "tokens");
    shape.message(1, &any);
    tensor.number(1, kind);
    tensor.message(2, &shape);
    let (mut kind, mut value) = (Message::default(), Message::default());
    kind.message(1, &tensor);
    value.text(1, name);
    value.message(2, &kind);
    value
}

/// A message of protocol buffers: fields, each behind its number and the kind of what follows.
#[derive(Debug, Default)]
struct Message(Vec<u8>);

impl Message {
    /// Seven bits a byte, the lowest first; all but the last have the highest bit set.
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(value as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn number(&mut self, field: u64, value: u64) {
        self.varint(field << 3);
        self.varint(value);
    }

    fn bytes(&mut self, field: u64, bytes: &[u8]) {
        self.varint(field << 3 | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, field: u64, text: &str) {
        self.bytes(field, text.as_bytes());
    }

    fn message(&mut self, field: u64, message: &Self) {
        self.bytes(field, &message.0);
    }

    fn float(&mut self, field: u64, value: f32) {
        self.varint(field << 3 | 5);
        self.0.extend_from_slice(&value.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::Message;

    #[test]
    fn numbers_and_texts_are_written_as_protocol_buffers_define_them() {
        let mut message = Message::default();
        message.number(1, 150);
        message.text(2, "testing");
        message.float(3, 1.0);
        let expected: &[u8] = b"\x08\x96\x01\x12\x07testing\x1d\x00\x00\x80\x3f";
        assert_eq!(message.0, expected);
        let mut whole = Message::default();
        whole.number(1, -1_i64 as u64);
        assert_eq!(whole.0, [0x08, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
    }
}
