//! The forms in which people and programs write strokes, and what a text of them holds.
//!
//! | form | example |
//! |---|---|
//! | Trazo's | `{"label": 7, "strokes": [[[x, y], …], …]}` |
//! | with time or pressure, or by name | `[x, y, t]`, `{"x": …, "y": …}` |
//! | Quick, Draw! | `{"word": "seven", "drawing": [[[x, …], [y, …]], …]}` |
//! | signature-pad's `toData()` | `[{"points": [{"x": …, "y": …, "time": …}]}]` |
//! | strokes alone | `[[[x, y], …], …]` |
//!
//! Each a line, or all of them in one JSON list.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use trazo_ink::{Drawing, Point};
use trazo_learn::{LONGEST_NAME, MOST_SYMBOLS};

use super::{LineFault, Wrong, check_drawing};
use crate::guess::Assumed;
use crate::label;

/// A JSON value, as far as strokes can be made of it.
pub(super) enum Node {
    Number(f64),
    /// A list of numbers alone, at least one.
    Row(Vec<f64>),
    List(Vec<Node>),
    Object(Box<Fields>),
    Text(String),
    Null,
    Other(&'static str),
}

/// The fields of an object that mean something here; all others are passed over.
#[derive(Default)]
pub(super) struct Fields {
    x: Option<f64>,
    y: Option<f64>,
    label: Option<Label>,
    source: String,
    writer: String,
    strokes: Option<Node>,
    /// Quick, Draw!'s.
    drawing: Option<Node>,
    /// signature-pad's.
    points: Option<Node>,
}

/// A label as it stands in the file.
enum Label {
    Whole(f64),
    Fraction(f64),
    Text(String),
    Other(&'static str),
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("JSON")
    }

    fn visit_u64<E>(self, found: u64) -> Result<Node, E> {
        Ok(Node::Number(found as f64))
    }

    fn visit_i64<E>(self, found: i64) -> Result<Node, E> {
        Ok(Node::Number(found as f64))
    }

    fn visit_f64<E>(self, found: f64) -> Result<Node, E> {
        Ok(Node::Number(found))
    }

    fn visit_str<E>(self, found: &str) -> Result<Node, E> {
        Ok(Node::Text(found.to_owned()))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Node, E> {
        Ok(Node::Other("a truth value"))
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Node, A::Error> {
        let mut row = Vec::new();
        let mut items = Vec::new();
        while let Some(item) = list.next_element()? {
            match item {
                Node::Number(number) if items.is_empty() => row.push(number),
                item => {
                    items.extend(row.drain(..).map(Node::Number));
                    items.push(item);
                }
            }
        }
        Ok(match row.is_empty() {
            true => Node::List(items),
            false => Node::Row(row),
        })
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut fields = Fields::default();
        let text = |node| match node {
            Node::Text(text) => text,
            _ => String::new(),
        };
        while let Some(key) = map.next_key::<Key>()? {
            match key {
                Key::X => fields.x = number(map.next_value()?),
                Key::Y => fields.y = number(map.next_value()?),
                Key::Label => {
                    let label = map.next_value::<Labelled>()?.0;
                    fields.label = fields.label.or(label);
                }
                Key::Source => fields.source = text(map.next_value()?),
                Key::Writer => fields.writer = text(map.next_value()?),
                Key::Strokes => fields.strokes = Some(map.next_value()?),
                Key::Drawing => fields.drawing = Some(map.next_value()?),
                Key::Points => fields.points = Some(map.next_value()?),
                Key::Other => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(Node::Object(Box::new(fields)))
    }
}

fn number(node: Node) -> Option<f64> {
    match node {
        Node::Number(number) => Some(number),
        _ => None,
    }
}

enum Key {
    X,
    Y,
    Label,
    Source,
    Writer,
    Strokes,
    Drawing,
    Points,
    Other,
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct KeyVisitor;
        impl Visitor<'_> for KeyVisitor {
            type Value = Key;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("a field")
            }

            fn visit_str<E>(self, name: &str) -> Result<Key, E> {
                Ok(match name {
                    "x" => Key::X,
                    "y" => Key::Y,
                    "label" | "word" | "digit" | "class" => Key::Label,
                    "source" => Key::Source,
                    "writer" => Key::Writer,
                    "strokes" | "data" => Key::Strokes,
                    "drawing" => Key::Drawing,
                    "points" => Key::Points,
                    _ => Key::Other,
                })
            }
        }
        deserializer.deserialize_str(KeyVisitor)
    }
}

/// A label tells whole numbers from others, so that `7.0` can be said to be one.
struct Labelled(Option<Label>);

impl<'de> Deserialize<'de> for Labelled {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct LabelVisitor;
        impl<'de> Visitor<'de> for LabelVisitor {
            type Value = Labelled;

            fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
                to.write_str("a label")
            }

            fn visit_u64<E>(self, found: u64) -> Result<Labelled, E> {
                Ok(Labelled(Some(Label::Whole(found as f64))))
            }

            fn visit_i64<E>(self, found: i64) -> Result<Labelled, E> {
                Ok(Labelled(Some(Label::Whole(found as f64))))
            }

            fn visit_f64<E>(self, found: f64) -> Result<Labelled, E> {
                Ok(Labelled(Some(Label::Fraction(found))))
            }

            fn visit_str<E>(self, found: &str) -> Result<Labelled, E> {
                Ok(Labelled(Some(Label::Text(found.to_owned()))))
            }

            fn visit_bool<E>(self, found: bool) -> Result<Labelled, E> {
                let found = if found { "true" } else { "false" };
                Ok(Labelled(Some(Label::Other(found))))
            }

            fn visit_unit<E>(self) -> Result<Labelled, E> {
                Ok(Labelled(None))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Labelled, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Labelled(Some(Label::Other("a list"))))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Labelled, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Labelled(Some(Label::Other("an object"))))
            }
        }
        deserializer.deserialize_any(LabelVisitor)
    }
}

/// What is known of names besides the digits', and what was met on the way.
pub(super) struct Notes<'a> {
    /// What is not Trazo's own form, each once.
    pub(super) assumed: Vec<Assumed>,
    /// The labels that names other than the digits' have.
    names: &'a dyn Fn(&str) -> Option<u8>,
    /// Names that are nobody's, each once, in order: those that could be a symbol's, and one more than there can be.
    pub(super) unknown: Vec<String>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(names: &'a dyn Fn(&str) -> Option<u8>) -> Self {
        Self {
            assumed: Vec::new(),
            names,
            unknown: Vec::new(),
        }
    }

    fn meet(&mut self, name: &str) {
        let name = name.trim();
        let short = name.chars().nth(LONGEST_NAME).is_none();
        let number = |letter: char| letter.is_ascii_digit() || matches!(letter, '.' | '-' | '+');
        let amount =
            name.contains(|letter: char| letter.is_ascii_digit()) && name.chars().all(number);
        if short
            && !name.is_empty()
            && !amount
            && self.unknown.len() <= MOST_SYMBOLS
            && self.unknown.iter().all(|known| known != name)
        {
            self.unknown.push(name.to_owned());
        }
    }

    pub(super) fn say(&mut self, code: &'static str, text: &str) {
        if self.assumed.iter().all(|assumed| assumed.code != code) {
            self.assumed.push(Assumed::new(code, text));
        }
    }
}

/// An entry that is right, but for a label that may be missing.
pub(super) struct Parsed {
    pub(super) label: Option<u8>,
    pub(super) source: String,
    pub(super) writer: String,
    pub(super) drawing: Drawing,
}

impl Node {
    /// The entries of a whole document: those of a list of them, or the document itself.
    pub(super) fn entries(self, notes: &mut Notes<'_>) -> Vec<Node> {
        match self {
            Node::List(items) if !items.is_empty() && !items.iter().all(Node::is_stroke) => {
                notes.say("json-array", "The drawings stand in one JSON list.");
                items
            }
            other => vec![other],
        }
    }

    /// Whether this is a stroke and not a drawing: a list of points, or one of signature-pad's.
    fn is_stroke(&self) -> bool {
        match self {
            Node::List(points) => points.iter().all(|point| match point {
                Node::Row(_) => true,
                Node::Object(fields) => fields.x.is_some(),
                _ => false,
            }),
            Node::Object(fields) => {
                fields.points.is_some() && fields.strokes.is_none() && fields.label.is_none()
            }
            _ => false,
        }
    }

    /// A drawing, with its label where there is one.
    pub(super) fn parse(&self, notes: &mut Notes<'_>) -> Result<Parsed, Wrong> {
        let blank = Fields::default();
        let (fields, strokes) = match self {
            Node::Object(fields) => {
                let strokes = match fields.as_ref() {
                    Fields {
                        strokes: Some(strokes),
                        ..
                    } => strokes_of(strokes, notes)?,
                    Fields {
                        drawing: Some(drawing),
                        ..
                    } => match columns_of(drawing) {
                        Some(strokes) => {
                            let text = "Quick, Draw!'s form: the x of a stroke, then its y.";
                            notes.say("quick-draw", text);
                            strokes
                        }
                        None => strokes_of(drawing, notes)?,
                    },
                    Fields {
                        points: Some(points),
                        ..
                    } => vec![stroke_of(points, notes)?],
                    _ => return Err(shape("an object without strokes")),
                };
                (fields.as_ref(), strokes)
            }
            Node::List(_) => {
                let text = "Strokes stand alone, without a label.";
                let strokes = strokes_of(self, notes)?;
                notes.say("strokes-alone", text);
                (&blank, strokes)
            }
            other => return Err(shape(other.described())),
        };
        let drawing = Drawing { strokes };
        // Before the label: nobody is to be asked for the name of a drawing that is none.
        check_drawing(&drawing)?;
        Ok(Parsed {
            label: fields
                .label
                .as_ref()
                .map(|label| label.digit(notes))
                .transpose()?,
            source: fields.source.clone(),
            writer: fields.writer.clone(),
            drawing,
        })
    }

    fn described(&self) -> &'static str {
        match self {
            Node::Number(_) => "a number",
            Node::Row(_) => "a list of numbers",
            Node::List(_) => "a list",
            Node::Object(_) => "an object",
            Node::Text(_) => "text",
            Node::Null => "null",
            Node::Other(what) => what,
        }
    }
}

impl Label {
    fn digit(&self, notes: &mut Notes<'_>) -> Result<u8, Wrong> {
        if let Self::Text(text) = self
            && let Some(symbol) = (notes.names)(text.trim())
        {
            return Ok(symbol);
        }
        let (digit, found) = match self {
            Self::Whole(number) => (label::whole(*number), number.to_string()),
            Self::Fraction(number) => {
                let digit = label::whole(*number);
                if digit.is_some() {
                    notes.say("label-float", "Labels such as 7.0 were taken for digits.");
                }
                (digit, number.to_string())
            }
            Self::Text(text) => {
                let digit = label::digit(text);
                if digit.is_some()
                    && text
                        .trim()
                        .starts_with(|letter: char| letter.is_ascii_digit())
                {
                    notes.say(
                        "label-text",
                        "Labels in quotes, such as \"7\", were taken for digits.",
                    );
                } else if digit.is_some() {
                    notes.say(
                        "label-word",
                        "Labels in words, such as \"seven\", were taken for digits.",
                    );
                } else {
                    notes.meet(text);
                }
                (digit, format!("{text:?}"))
            }
            Self::Other(what) => (None, (*what).to_owned()),
        };
        digit.ok_or_else(|| {
            let found: String = found.chars().take(40).collect();
            let problem = format!("expected a label from 0 to 9, found {found}");
            Wrong::new(LineFault::Label, problem)
        })
    }
}

fn strokes_of(node: &Node, notes: &mut Notes<'_>) -> Result<Vec<Vec<Point>>, Wrong> {
    match node {
        Node::List(strokes) => strokes
            .iter()
            .map(|stroke| stroke_of(stroke, notes))
            .collect(),
        other => Err(shape(format!("{} for the strokes", other.described()))),
    }
}

fn stroke_of(node: &Node, notes: &mut Notes<'_>) -> Result<Vec<Point>, Wrong> {
    match node {
        Node::List(points) => points.iter().map(|point| point_of(point, notes)).collect(),
        Node::Object(fields) => match &fields.points {
            Some(points) => {
                notes.say(
                    "signature-pad",
                    "signature-pad's form: strokes are objects with points.",
                );
                stroke_of(points, notes)
            }
            None => Err(shape("an object without points for a stroke")),
        },
        other => Err(shape(format!("{} for a stroke", other.described()))),
    }
}

fn point_of(node: &Node, notes: &mut Notes<'_>) -> Result<Point, Wrong> {
    let (x, y) = match node {
        Node::Row(numbers) => match numbers.as_slice() {
            [x, y] => (*x, *y),
            [x, y, ..] => {
                let text = "Of each point the first two numbers are x and y; time or pressure are passed over.";
                notes.say("point-extra", text);
                (*x, *y)
            }
            _ => return Err(shape("a point of one number")),
        },
        Node::Object(fields) => match (fields.x, fields.y) {
            (Some(x), Some(y)) => {
                notes.say("point-objects", "Points are objects with x and y.");
                (x, y)
            }
            _ => return Err(shape("a point without x or y")),
        },
        other => return Err(shape(format!("{} for a point", other.described()))),
    };
    Ok(Point {
        x: x as f32,
        y: y as f32,
    })
}

/// Quick, Draw!'s strokes: the x of all points, their y and perhaps their times, as many of each.
fn columns_of(node: &Node) -> Option<Vec<Vec<Point>>> {
    let Node::List(strokes) = node else {
        return None;
    };
    let strokes = strokes.iter().map(|stroke| {
        let Node::List(columns) = stroke else {
            return None;
        };
        let (Node::Row(x), Node::Row(y)) = (columns.first()?, columns.get(1)?) else {
            return None;
        };
        let times = match columns.get(2) {
            None => true,
            Some(Node::Row(times)) => times.len() == x.len(),
            Some(_) => false,
        };
        let points = x.iter().zip(y).map(|(&x, &y)| Point {
            x: x as f32,
            y: y as f32,
        });
        (x.len() == y.len() && times && columns.len() <= 3).then(|| points.collect())
    });
    strokes.collect()
}

/// It is no drawing in a form that is known.
pub(super) fn shape(found: impl fmt::Display) -> Wrong {
    let problem = format!(
        "expected an object {{\"label\", \"source\", \"writer\", \"strokes\": [[[x, y], …], …]}}, found {found}"
    );
    Wrong::new(LineFault::NotADrawing, problem)
}

/// The text of a file, in UTF-8: a byte order mark is passed over, UTF-16 is turned.
pub(super) fn text(file: &[u8]) -> std::borrow::Cow<'_, [u8]> {
    let little = match file {
        [0xff, 0xfe, ..] | [b'{' | b'[', 0, ..] => true,
        [0xfe, 0xff, ..] | [0, b'{' | b'[', ..] => false,
        // Windows editors put a byte order mark before UTF-8.
        _ => return file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file).into(),
    };
    let units = file.as_chunks::<2>().0.iter().map(|bytes| match little {
        true => u16::from_le_bytes(*bytes),
        false => u16::from_be_bytes(*bytes),
    });
    let letters = char::decode_utf16(units).map(|letter| letter.unwrap_or('\u{fffd}'));
    let text: String = letters.filter(|&letter| letter != '\u{feff}').collect();
    text.into_bytes().into()
}
