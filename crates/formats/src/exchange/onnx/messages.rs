//! ONNX's messages, with only the fields that are used here.
//!
//! Source: <https://github.com/onnx/onnx/blob/main/onnx/onnx.proto>. What is read and repeated
//! without bound stays bytes until it has been counted: a message of two bytes would become a
//! struct of a hundred.

use prost::Message;

/// `TensorProto.DataType`.
pub(super) const FLOAT: i32 = 1;
pub(super) const INT32: i32 = 6;
pub(super) const INT64: i32 = 7;
pub(super) const FLOAT16: i32 = 10;
pub(super) const DOUBLE: i32 = 11;
pub(super) const BFLOAT16: i32 = 16;

/// `TensorProto.DataLocation`.
pub(super) const EXTERNAL: i32 = 1;

/// `AttributeProto.AttributeType`.
const KIND_FLOAT: i32 = 1;
const KIND_INT: i32 = 2;
const KIND_INTS: i32 = 7;

#[derive(Clone, PartialEq, Message)]
pub(super) struct ModelProto {
    #[prost(int64, tag = "1")]
    pub(super) ir_version: i64,
    #[prost(string, tag = "2")]
    pub(super) producer_name: String,
    #[prost(message, optional, tag = "7")]
    pub(super) graph: Option<GraphProto>,
    #[prost(message, repeated, tag = "8")]
    pub(super) operator_sets: Vec<OperatorSet>,
    #[prost(bytes = "vec", repeated, tag = "14")]
    pub(super) metadata: Vec<Vec<u8>>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct GraphProto {
    #[prost(message, repeated, tag = "1")]
    pub(super) nodes: Vec<NodeProto>,
    #[prost(string, tag = "2")]
    pub(super) name: String,
    #[prost(bytes = "vec", repeated, tag = "5")]
    pub(super) initializers: Vec<Vec<u8>>,
    #[prost(message, repeated, tag = "11")]
    pub(super) inputs: Vec<ValueInfo>,
    #[prost(message, repeated, tag = "12")]
    pub(super) outputs: Vec<ValueInfo>,
}

/// What of a [`ModelProto`] is read.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ReadModel {
    #[prost(message, required, tag = "7")]
    pub(super) graph: ReadGraph,
    #[prost(bytes = "vec", repeated, tag = "14")]
    pub(super) metadata: Vec<Vec<u8>>,
}

/// What of a [`GraphProto`] is read.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ReadGraph {
    /// [`ReadNode`]s.
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub(super) nodes: Vec<Vec<u8>>,
    /// [`TensorProto`]s.
    #[prost(bytes = "vec", repeated, tag = "5")]
    pub(super) initializers: Vec<Vec<u8>>,
    /// [`ValueInfo`]s.
    #[prost(bytes = "vec", repeated, tag = "11")]
    pub(super) inputs: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "12")]
    pub(super) outputs: Vec<Vec<u8>>,
}

/// What of a [`NodeProto`] is read.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ReadNode {
    #[prost(bytes = "vec", repeated, tag = "1")]
    pub(super) inputs: Vec<Vec<u8>>,
    #[prost(bytes = "vec", repeated, tag = "2")]
    pub(super) outputs: Vec<Vec<u8>>,
    #[prost(string, tag = "4")]
    pub(super) operator: String,
    /// [`ReadAttribute`]s.
    #[prost(bytes = "vec", repeated, tag = "5")]
    pub(super) attributes: Vec<Vec<u8>>,
}

/// What of an [`Attribute`] is read.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ReadAttribute {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(float, optional, tag = "2")]
    pub(super) float: Option<f32>,
    #[prost(int64, optional, tag = "3")]
    pub(super) int: Option<i64>,
    #[prost(bytes = "vec", optional, tag = "4")]
    pub(super) text: Option<Vec<u8>>,
    /// A [`TensorProto`].
    #[prost(bytes = "vec", optional, tag = "5")]
    pub(super) tensor: Option<Vec<u8>>,
    #[prost(int64, repeated, tag = "8")]
    pub(super) ints: Vec<i64>,
    #[prost(bytes = "vec", repeated, tag = "9")]
    pub(super) texts: Vec<Vec<u8>>,
}

/// `TensorProto`; `raw_data` is little-endian. Numbers may stand in a field of their kind instead
/// (half precision in `int32_data`, as bits).
#[derive(Clone, PartialEq, Message)]
pub(super) struct TensorProto {
    #[prost(int64, repeated, tag = "1")]
    pub(super) dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    pub(super) data_type: i32,
    #[prost(float, repeated, tag = "4")]
    pub(super) float_data: Vec<f32>,
    #[prost(int32, repeated, tag = "5")]
    pub(super) int32_data: Vec<i32>,
    #[prost(int64, repeated, tag = "7")]
    pub(super) int64_data: Vec<i64>,
    #[prost(string, tag = "8")]
    pub(super) name: String,
    #[prost(bytes = "vec", tag = "9")]
    pub(super) raw_data: Vec<u8>,
    #[prost(double, repeated, tag = "10")]
    pub(super) double_data: Vec<f64>,
    /// Where the numbers are, as [`Entry`]s: `location`, `offset`, `length`.
    #[prost(bytes = "vec", repeated, tag = "13")]
    pub(super) external_data: Vec<Vec<u8>>,
    #[prost(int32, tag = "14")]
    pub(super) data_location: i32,
}

/// `StringStringEntryProto`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Entry {
    #[prost(string, tag = "1")]
    pub(super) key: String,
    #[prost(string, tag = "2")]
    pub(super) value: String,
}

/// `OperatorSetIdProto`; no domain means ONNX's own operators.
#[derive(Clone, PartialEq, Message)]
pub(super) struct OperatorSet {
    #[prost(int64, tag = "2")]
    pub(super) version: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct NodeProto {
    #[prost(string, repeated, tag = "1")]
    pub(super) inputs: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub(super) outputs: Vec<String>,
    #[prost(string, tag = "4")]
    pub(super) operator: String,
    #[prost(message, repeated, tag = "5")]
    pub(super) attributes: Vec<Attribute>,
}

/// `AttributeProto`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Attribute {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(float, optional, tag = "2")]
    pub(super) float: Option<f32>,
    #[prost(int64, optional, tag = "3")]
    pub(super) int: Option<i64>,
    #[prost(int64, repeated, packed = "false", tag = "8")]
    pub(super) ints: Vec<i64>,
    #[prost(int32, tag = "20")]
    pub(super) kind: i32,
}

/// `ValueInfoProto`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct ValueInfo {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(message, optional, tag = "2")]
    pub(super) kind: Option<TypeProto>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct TypeProto {
    #[prost(message, optional, tag = "1")]
    pub(super) tensor: Option<TensorType>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct TensorType {
    #[prost(int32, tag = "1")]
    pub(super) element: i32,
    #[prost(message, optional, tag = "2")]
    pub(super) shape: Option<TensorShape>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct TensorShape {
    #[prost(message, repeated, tag = "1")]
    pub(super) dimensions: Vec<Dimension>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Dimension {
    #[prost(int64, optional, tag = "1")]
    pub(super) value: Option<i64>,
    #[prost(string, optional, tag = "2")]
    pub(super) name: Option<String>,
}

impl Attribute {
    pub(super) fn of_int(name: &str, value: i64) -> Self {
        Self {
            name: name.to_owned(),
            int: Some(value),
            kind: KIND_INT,
            ..Self::default()
        }
    }

    pub(super) fn of_float(name: &str, value: f32) -> Self {
        Self {
            name: name.to_owned(),
            float: Some(value),
            kind: KIND_FLOAT,
            ..Self::default()
        }
    }

    pub(super) fn of_ints(name: &str, values: &[usize]) -> Self {
        let ints = values.iter().map(|&value| value as i64).collect();
        Self {
            name: name.to_owned(),
            ints,
            kind: KIND_INTS,
            ..Self::default()
        }
    }
}

impl Dimension {
    pub(super) fn of(size: usize) -> Self {
        Self {
            value: Some(size as i64),
            name: None,
        }
    }

    pub(super) fn named(name: &str) -> Self {
        Self {
            value: None,
            name: Some(name.to_owned()),
        }
    }
}

impl ValueInfo {
    pub(super) fn floats(name: &str, dimensions: Vec<Dimension>) -> Self {
        let tensor = TensorType {
            element: FLOAT,
            shape: Some(TensorShape { dimensions }),
        };
        Self {
            name: name.to_owned(),
            kind: Some(TypeProto {
                tensor: Some(tensor),
            }),
        }
    }
}
