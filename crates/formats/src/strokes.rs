//! Handwritten digits as strokes: JSON lines, one object a line.
//!
//! ```json
//! {"label": 7, "source": "pendigits/tra", "writer": "12", "strokes": [[[0, 3], [45, 2], [20, 90]]]}
//! ```
//!
//! `label` is what was meant, 0 to 9 or the name of a symbol of the person's own; `source` says which collection or person it is from and
//! `writer` whose hand it is (both may be left out). Each stroke is one pen-down to pen-up, a list
//! of `[x, y]` in any unit, y downwards. Empty lines are passed over. Other programs' forms are read
//! as well, in UTF-8 or UTF-16, a line each or all in one JSON list: see `form`, the module beside.
//!
//! Two ways to read: [`read`] stops at the first line that is wrong, [`read_lenient`] passes over
//! wrong lines and says which and why.

mod form;

use serde::Serialize;
use trazo_ink::{Drawing, LIMIT};

use self::form::{Node, Notes, Parsed};
use crate::error::Error;
use crate::guess::Assumed;

/// One labelled drawing.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct StrokeSample {
    /// The digit that was meant, 0 to 9; or, of one person's own, the label of a symbol.
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

/// A line, or an entry of a list, that was passed over.
#[derive(Debug, Clone, PartialEq)]
pub struct SkippedLine {
    /// Its number, from one.
    pub line: usize,
    /// What was wrong with it, in short.
    pub fault: LineFault,
    /// The same as a sentence: an [`Error::BadLine`] or [`Error::BadEntry`].
    pub error: Error,
}

/// What [`read_lenient`] made of a file.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct LenientReading {
    /// The lines that were right, in order.
    pub samples: Vec<StrokeSample>,
    /// The lines that were not.
    pub skipped: Vec<SkippedLine>,
    /// Whether the numbers of those are places in a JSON list and not lines.
    pub listed: bool,
    /// How many of those are right but for a label, which they lack.
    pub unlabelled: usize,
    /// What is not Trazo's own form and was understood all the same.
    pub assumed: Vec<Assumed>,
    /// Names in the place of labels that are no digit's and nobody's, each once, in order: those that could be a symbol's,
    /// at most one more than a person can have. Their lines are among the skipped.
    pub unknown: Vec<String>,
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
/// `bad-line` (`bad-entry` in a list) with the number, what was expected and what was found.
pub fn read(file: &[u8]) -> Result<Vec<StrokeSample>, Error> {
    let mut samples = Vec::new();
    each(file, &mut Notes::new(&|_| None), |place, parsed| {
        let sample = parsed.and_then(|parsed| parsed.labelled(None));
        samples.push(sample.map_err(|wrong| wrong.at(place))?);
        Ok(())
    })?;
    Ok(samples)
}

/// Reads labelled drawings, passing over wrong lines.
pub fn read_lenient(file: &[u8]) -> LenientReading {
    read_known(file, None, &|_| None)
}

/// As [`read_lenient`]; a drawing that has no label is given this one, where one is said, and a name in the place of a
/// label is what `names` says it is, where it says something: a symbol of the person's own.
pub fn read_known(
    file: &[u8],
    label: Option<u8>,
    names: &dyn Fn(&str) -> Option<u8>,
) -> LenientReading {
    let mut reading = LenientReading::default();
    let mut notes = Notes::new(names);
    let read = each(file, &mut notes, |place, parsed| {
        let bare = matches!(&parsed, Ok(parsed) if parsed.label.is_none());
        match parsed.and_then(|parsed| parsed.labelled(label)) {
            Ok(sample) => reading.samples.push(sample),
            Err(wrong) => {
                reading.unlabelled += usize::from(bare);
                reading.listed = matches!(place, Place::Entry(_));
                reading.skipped.push(SkippedLine {
                    line: place.number(),
                    fault: wrong.fault,
                    error: wrong.at(place),
                });
            }
        }
        Ok(())
    });
    debug_assert!(read.is_ok(), "nothing stops a lenient reading");
    reading.assumed = notes.assumed;
    reading.unknown = notes.unknown;
    reading
}

/// Reads drawings that need no label, for a network to read: the label where there is one, and
/// the drawing.
///
/// # Errors
/// As [`read`]; a label that is there has to be right.
pub fn read_unlabelled(file: &[u8]) -> Result<Vec<(Option<u8>, Drawing)>, Error> {
    let mut drawings = Vec::new();
    each(file, &mut Notes::new(&|_| None), |place, parsed| {
        let parsed = parsed.map_err(|wrong| wrong.at(place))?;
        drawings.push((parsed.label, parsed.drawing));
        Ok(())
    })?;
    Ok(drawings)
}

/// Where in the file something stands, from one.
#[derive(Clone, Copy)]
enum Place {
    Line(usize),
    Entry(usize),
}

impl Place {
    fn number(self) -> usize {
        match self {
            Self::Line(number) | Self::Entry(number) => number,
        }
    }
}

/// Goes through the drawings of a file: lines of JSON, or one document over several lines.
fn each(
    file: &[u8],
    notes: &mut Notes<'_>,
    mut take: impl FnMut(Place, Result<Parsed, Wrong>) -> Result<(), Error>,
) -> Result<(), Error> {
    let text = form::text(file);
    if text.len() != file.len() && !file.starts_with(b"\xef\xbb\xbf") {
        notes.say("utf-16", "The text is UTF-16.");
    }
    if let Some(document) = document(&text) {
        for (index, entry) in document.entries(notes).into_iter().enumerate() {
            take(Place::Entry(index + 1), entry.parse(notes))?;
        }
        return Ok(());
    }
    for (line, bytes) in lines(&text) {
        let node =
            serde_json::from_slice::<Node>(bytes).map_err(|error| form::shape(describe(&error)));
        take(Place::Line(line), node.and_then(|node| node.parse(notes)))?;
    }
    Ok(())
}

/// The file as one JSON document: a list, or an object that goes over several lines. What begins
/// with an object in a line of its own is lines of JSON.
fn document(text: &[u8]) -> Option<Node> {
    let (_, first) = lines(text).next()?;
    let alone = lines(text).nth(1).is_none();
    if first.starts_with(b"{") && (alone || serde_json::from_slice::<Node>(first).is_ok()) {
        return None;
    }
    serde_json::from_slice(text).ok()
}

/// Writes drawings, one line each; whole coordinates are written as whole numbers.
///
/// # Errors
/// `cannot-write` for a drawing that [`read`] would refuse: no ink, a coordinate that is not
/// finite or beyond [`LIMIT`], a label beyond 9.
pub fn write<'a>(samples: impl IntoIterator<Item = &'a StrokeSample>) -> Result<Vec<u8>, Error> {
    write_named(samples, &|_| None)
}

/// The same where `names` says what labels beyond 9 are called: that is written in their place.
///
/// # Errors
/// As [`write`]; a label beyond 9 without a name.
pub fn write_named<'a, 'n>(
    samples: impl IntoIterator<Item = &'a StrokeSample>,
    names: &dyn Fn(u8) -> Option<&'n str>,
) -> Result<Vec<u8>, Error> {
    let mut file = Vec::new();
    for (index, sample) in samples.into_iter().enumerate() {
        let refuse = |problem: String| Error::CannotWrite {
            format: "strokes",
            problem: format!("sample {index}: {problem}"),
        };
        let label = match (sample.label, names(sample.label)) {
            (digit @ ..=9, _) => WrittenLabel::Digit(digit),
            (_, Some(name)) => WrittenLabel::Name(name),
            (label, None) => return Err(refuse(format!("the label is {label}, not a digit"))),
        };
        check_drawing(&sample.drawing).map_err(|wrong| refuse(wrong.problem))?;
        let strokes = sample.drawing.strokes.iter();
        let line = WrittenLine {
            label,
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
fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    text.split(|&byte| byte == b'\n')
        .enumerate()
        .map(|(index, line)| (index + 1, line.trim_ascii()))
        .filter(|(_, line)| !line.is_empty())
}

#[derive(Serialize)]
#[serde(untagged)]
enum WrittenLabel<'a> {
    Digit(u8),
    Name(&'a str),
}

#[derive(Serialize)]
struct WrittenLine<'a> {
    label: WrittenLabel<'a>,
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

    fn at(self, place: Place) -> Error {
        let problem = self.problem;
        match place {
            Place::Line(line) => Error::BadLine { line, problem },
            Place::Entry(entry) => Error::BadEntry { entry, problem },
        }
    }
}

impl Parsed {
    /// With the label that stands there, or the one that is said for those without.
    fn labelled(self, otherwise: Option<u8>) -> Result<StrokeSample, Wrong> {
        let none = || Wrong::new(LineFault::Label, "expected a label from 0 to 9, found none");
        Ok(StrokeSample {
            label: self.label.or(otherwise).ok_or_else(none)?,
            source: self.source,
            writer: self.writer,
            drawing: self.drawing,
        })
    }
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
