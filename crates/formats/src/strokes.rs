//! Handwritten digits as strokes: JSON lines, one object a line.
//!
//! ```json
//! {"label": 7, "source": "pendigits/tra", "writer": "12", "strokes": [[[0, 3], [45, 2], [20, 90]]]}
//! ```
//!
//! `label` is what was meant, 0 to 9; `source` says which collection or person it is from and
//! `writer` whose hand it is (both may be left out). Each stroke is one pen-down to pen-up, a list
//! of `[x, y]` in any unit, y downwards. Empty lines are passed over.
//!
//! Two ways to read: [`read`] stops at the first line that is wrong, [`read_lenient`] passes over
//! wrong lines and says which and why.

use std::fmt;

use serde::de::{Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize};
use trazo_ink::{Drawing, LIMIT, Point};

use crate::error::Error;

/// One labelled drawing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StrokeSample {
    /// The digit that was meant, 0 to 9.
    pub label: u8,
    /// The collection or donor it is from, such as `unipen/apa`; may be empty.
    pub source: String,
    /// Whose hand it is, within the source; may be empty.
    pub writer: String,
    /// The strokes, in the unit of the file.
    pub drawing: Drawing,
}

/// What may be wrong with a line: for a program to tell in words of its own. The sentence for a
/// report, with what was found, is the error's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineFault {
    /// It is no JSON object with strokes of `[x, y]`.
    NotADrawing,
    /// The label is missing or no digit from 0 to 9.
    Label,
    /// There is no stroke, or one without points.
    NoInk,
    /// A coordinate is not finite, or beyond [`LIMIT`].
    Coordinates,
}

impl LineFault {
    /// A stable name.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotADrawing => "not-a-drawing",
            Self::Label => "label",
            Self::NoInk => "no-ink",
            Self::Coordinates => "coordinates",
        }
    }
}

/// A line that was passed over.
#[derive(Debug, Clone, PartialEq)]
pub struct SkippedLine {
    /// Line number, from one.
    pub line: usize,
    /// What was wrong with it, in short.
    pub fault: LineFault,
    /// The same as a sentence: an [`Error::BadLine`].
    pub error: Error,
}

/// What [`read_lenient`] made of a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LenientReading {
    /// The lines that were right, in order.
    pub samples: Vec<StrokeSample>,
    /// The lines that were not.
    pub skipped: Vec<SkippedLine>,
}

/// Reads labelled drawings, and stops at the first wrong line.
///
/// ```
/// let file = br#"{"label": 1, "strokes": [[[5, 0], [5, 9]]]}"#;
/// let samples = trazo_formats::strokes::read(file)?;
/// assert_eq!(samples[0].label, 1);
/// # Ok::<(), trazo_formats::Error>(())
/// ```
///
/// # Errors
/// `bad-line` with the line's number, what was expected and what was found.
pub fn read(file: &[u8]) -> Result<Vec<StrokeSample>, Error> {
    lines(file)
        .map(|(line, bytes)| sample(bytes).map_err(|wrong| wrong.at(line)))
        .collect()
}

/// Reads labelled drawings, passing over wrong lines.
pub fn read_lenient(file: &[u8]) -> LenientReading {
    let mut reading = LenientReading::default();
    for (line, bytes) in lines(file) {
        match sample(bytes) {
            Ok(sample) => reading.samples.push(sample),
            Err(wrong) => reading.skipped.push(SkippedLine {
                line,
                fault: wrong.fault,
                error: wrong.at(line),
            }),
        }
    }
    reading
}

/// Reads drawings that need no label, for a network to read: the label where there is one, and
/// the drawing.
///
/// # Errors
/// As [`read`]; a label that is there has to be right.
pub fn read_unlabelled(file: &[u8]) -> Result<Vec<(Option<u8>, Drawing)>, Error> {
    lines(file)
        .map(|(line, bytes)| {
            let parsed = parse(bytes).map_err(|wrong| wrong.at(line))?;
            Ok((parsed.label, parsed.drawing))
        })
        .collect()
}

/// Writes drawings, one line each; whole coordinates are written as whole numbers.
///
/// # Errors
/// `cannot-write` for a drawing that [`read`] would refuse: no ink, a coordinate that is not
/// finite or beyond [`LIMIT`], a label beyond 9.
pub fn write<'a>(samples: impl IntoIterator<Item = &'a StrokeSample>) -> Result<Vec<u8>, Error> {
    let mut file = Vec::new();
    for (index, sample) in samples.into_iter().enumerate() {
        let refuse = |problem: String| Error::CannotWrite {
            format: "strokes",
            problem: format!("sample {index}: {problem}"),
        };
        if sample.label > 9 {
            return Err(refuse(format!(
                "the label is {}, not a digit",
                sample.label
            )));
        }
        check_drawing(&sample.drawing).map_err(|wrong| refuse(wrong.problem))?;
        let strokes = sample.drawing.strokes.iter();
        let line = WrittenLine {
            label: sample.label,
            source: &sample.source,
            writer: &sample.writer,
            strokes: strokes
                .map(|stroke| {
                    stroke
                        .iter()
                        .map(|p| [Coordinate(p.x), Coordinate(p.y)])
                        .collect()
                })
                .collect(),
        };
        let line = serde_json::to_vec(&line).map_err(|error| refuse(error.to_string()))?;
        file.extend_from_slice(&line);
        file.push(b'\n');
    }
    Ok(file)
}

/// The lines that hold something, with their numbers from one.
fn lines(file: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    // Windows editors put a byte order mark before the text.
    let text = file.strip_prefix(b"\xef\xbb\xbf").unwrap_or(file);
    text.split(|&byte| byte == b'\n')
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim_ascii()))
        .filter(|(_, line)| !line.is_empty())
}

/// The shape of a line. Fields that are not named here are passed over.
#[derive(Deserialize)]
struct ReadLine {
    label: Option<Label>,
    #[serde(default)]
    source: String,
    #[serde(default)]
    writer: String,
    strokes: Vec<Vec<[f64; 2]>>,
}

/// A label as it stands in the file: a digit, or what is there instead. What is no number is a wrong label, not a wrong
/// line.
struct Label(Result<u8, String>);

impl<'de> Deserialize<'de> for Label {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(LabelVisitor)
    }
}

struct LabelVisitor;

impl LabelVisitor {
    fn other(found: String) -> Label {
        Label(Err(found.chars().take(40).collect()))
    }
}

impl<'de> Visitor<'de> for LabelVisitor {
    type Value = Label;

    fn expecting(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str("a label")
    }

    fn visit_u64<E>(self, found: u64) -> Result<Label, E> {
        Ok(match u8::try_from(found) {
            Ok(digit) if digit <= 9 => Label(Ok(digit)),
            _ => Self::other(found.to_string()),
        })
    }

    fn visit_i64<E>(self, found: i64) -> Result<Label, E> {
        Ok(Self::other(found.to_string()))
    }

    fn visit_f64<E>(self, found: f64) -> Result<Label, E> {
        Ok(Self::other(found.to_string()))
    }

    fn visit_str<E>(self, found: &str) -> Result<Label, E> {
        Ok(Self::other(format!("\"{found}\"")))
    }

    fn visit_bool<E>(self, found: bool) -> Result<Label, E> {
        Ok(Self::other(found.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut found: A) -> Result<Label, A::Error> {
        while found.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Self::other("a list".into()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut found: A) -> Result<Label, A::Error> {
        while found.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Self::other("an object".into()))
    }
}

#[derive(Serialize)]
struct WrittenLine<'a> {
    label: u8,
    source: &'a str,
    writer: &'a str,
    strokes: Vec<Vec<[Coordinate; 2]>>,
}

/// A coordinate that is written without a fraction where it has none.
struct Coordinate(f32);

impl Serialize for Coordinate {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        // `check_drawing` has kept it within a million, so the cast is exact; -0 stays a float.
        let whole = self.0 as i32;
        if whole as f32 == self.0 && (whole != 0 || self.0.is_sign_positive()) {
            serializer.serialize_i32(whole)
        } else {
            serializer.serialize_f32(self.0)
        }
    }
}

/// What is wrong with a line, wherever it stands.
struct Wrong {
    fault: LineFault,
    problem: String,
}

impl Wrong {
    fn new(fault: LineFault, problem: impl Into<String>) -> Self {
        Self {
            fault,
            problem: problem.into(),
        }
    }

    fn at(self, line: usize) -> Error {
        Error::BadLine {
            line,
            problem: self.problem,
        }
    }
}

/// A line that is right, but for a label that may be missing.
struct Parsed {
    label: Option<u8>,
    source: String,
    writer: String,
    drawing: Drawing,
}

fn parse(bytes: &[u8]) -> Result<Parsed, Wrong> {
    let read: ReadLine = serde_json::from_slice(bytes).map_err(|error| {
        let problem = format!(
            "expected an object {{\"label\", \"source\", \"writer\", \"strokes\": [[[x, y], …], …]}}, found: {}",
            describe(&error)
        );
        Wrong::new(LineFault::NotADrawing, problem)
    })?;
    let label = match read.label {
        None => None,
        Some(Label(found)) => Some(found.map_err(|found| {
            let problem = format!("expected a label from 0 to 9, found {found}");
            Wrong::new(LineFault::Label, problem)
        })?),
    };
    let drawing = Drawing {
        strokes: read
            .strokes
            .iter()
            .map(|stroke| {
                stroke
                    .iter()
                    .map(|&[x, y]| Point {
                        x: x as f32,
                        y: y as f32,
                    })
                    .collect()
            })
            .collect(),
    };
    check_drawing(&drawing)?;
    Ok(Parsed {
        label,
        source: read.source,
        writer: read.writer,
        drawing,
    })
}

/// A line with a label.
fn sample(bytes: &[u8]) -> Result<StrokeSample, Wrong> {
    let parsed = parse(bytes)?;
    let label = parsed
        .label
        .ok_or_else(|| Wrong::new(LineFault::Label, "expected a label from 0 to 9, found none"))?;
    Ok(StrokeSample {
        label,
        source: parsed.source,
        writer: parsed.writer,
        drawing: parsed.drawing,
    })
}

fn check_drawing(drawing: &Drawing) -> Result<(), Wrong> {
    if drawing.strokes.is_empty() {
        return Err(Wrong::new(
            LineFault::NoInk,
            "expected at least one stroke, found none",
        ));
    }
    for (index, stroke) in drawing.strokes.iter().enumerate() {
        if stroke.is_empty() {
            let problem = format!("expected points in stroke {index}, found an empty stroke");
            return Err(Wrong::new(LineFault::NoInk, problem));
        }
        if let Some((at, point)) = stroke
            .iter()
            .enumerate()
            .find(|(_, point)| !point.is_usable())
        {
            let problem = format!(
                "expected coordinates from {} to {LIMIT}, found [{}, {}] (stroke {index}, point {at})",
                -LIMIT, point.x, point.y
            );
            return Err(Wrong::new(LineFault::Coordinates, problem));
        }
    }
    Ok(())
}

/// What serde_json says, without its own line number: it always sees one line.
fn describe(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.split(" at line ").next().unwrap_or_default();
    format!("{text} (column {})", error.column())
}

#[cfg(test)]
mod tests;
