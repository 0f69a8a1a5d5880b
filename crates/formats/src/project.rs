//! Everything a person has: models, examples, settings. What the page saves, a person can
//! download; it goes on where it was.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use trazo_ink::{Ink, pad};
use trazo_learn::{Content, Example, Symbol};

use crate::container::{
    PROJECT_VERSION, begin_postcard, from_postcard, no_more, to_postcard, unwrap_to, wrap, wrap_as,
};
use crate::error::Error;
use crate::model::wire::ModelV1;
use crate::model::{Encoding, ModelFile};
use crate::sniff::FileKind;

const PICTURE_SIDE: usize = 28;
const PICTURE_LEN: usize = PICTURE_SIDE * PICTURE_SIDE;
const BITS_SIDE: usize = pad::CLASSIC_SIDE;
const BITS_LEN: usize = BITS_SIDE * BITS_SIDE;
const PACKED_BITS_LEN: usize = BITS_LEN / 8;

/// JavaScript, to which the page's numbers go, keeps no larger whole number exactly.
pub(crate) const LARGEST_ID: u64 = (1 << 53) - 1;

/// The latest moment that a JavaScript `Date` can be, in milliseconds since 1970 (ECMA-262, "Time
/// Values and Time Range").
pub(crate) const LATEST_MS: u64 = 8_640_000_000_000_000;

/// Everything a person has.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ProjectFile {
    /// The models as they are now, no id twice.
    pub models: Vec<ProjectModel>,
    /// Id of the model in use. May name one that ships with the page and so is not in the file.
    pub selected: String,
    /// What was taught, oldest first, no id twice; ids are below 2^53, moments at most 8.64e15. Labels are digits where
    /// there are no symbols.
    pub examples: Vec<Example>,
    /// Settings as (key, value); unknown ones are kept.
    pub settings: Vec<(String, String)>,
    /// Whatever else has to survive, as (name, bytes): unknown ones are kept, so that a later
    /// version can add something without a new format.
    pub extras: Vec<(String, Vec<u8>)>,
    /// The person's own symbols; `None` where nothing in it tells of one. Which labels they have is checked by whoever puts
    /// a project together: of what is saved in pieces one has the symbols, and others the examples.
    pub symbols: Option<Vec<Symbol>>,
}

/// A model in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct ProjectModel {
    /// What the page calls it: `digits`, `classic`, `own`.
    pub id: String,
    /// The model; its weights are written bit for bit.
    pub model: ModelFile,
}

/// Writes a project; weights are kept bit for bit.
///
/// # Errors
/// Whatever [`read_project`] would refuse is not written.
pub fn write_project(project: &ProjectFile) -> Result<Vec<u8>, Error> {
    check(project)?;
    let models = project.models.iter().map(|entry| {
        Ok((
            entry.id.as_str(),
            ModelV1::from_model(&entry.model, Encoding::F32)?,
        ))
    });
    let examples = project.examples.iter().enumerate().map(|(index, example)| {
        let (ink, bits20) = match &example.content {
            Content::Strokes(bytes) => (InkV1::Strokes(bytes), None),
            Content::Picture { mnist, bits } => (
                InkV1::Picture28(&mnist.pixels),
                Some(pack_bits(index, &bits.pixels)?),
            ),
        };
        Ok(ExampleV1 {
            id: example.id,
            label: example.label,
            answer: example.first_read,
            taught_at_ms: example.taught_at,
            source: &example.source,
            ink,
            bits20,
        })
    });
    let v1 = ProjectV1 {
        models: models.collect::<Result<_, Error>>()?,
        selected: &project.selected,
        examples: examples.collect::<Result<_, Error>>()?,
        settings: project
            .settings
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_str()))
            .collect(),
        extras: project
            .extras
            .iter()
            .map(|(k, v)| (k.as_str(), v.as_slice()))
            .collect(),
    };
    let Some(symbols) = &project.symbols else {
        return Ok(wrap(FileKind::Project, &to_postcard(&v1)?));
    };
    let symbols = symbols.iter().map(|symbol| SymbolV2 {
        label: symbol.label,
        name: &symbol.name,
        key: symbol.key,
    });
    let payload = to_postcard(&ProjectV2 {
        v1,
        symbols: symbols.collect(),
    })?;
    Ok(wrap_as(PROJECT_VERSION, FileKind::Project, &payload))
}

/// Reads a project.
///
/// # Errors
/// What [`crate::read_model`] says of a file and of each model in it; `bad-example` with the
/// position of the first example that is wrong.
pub fn read_project(file: &[u8]) -> Result<ProjectFile, Error> {
    let (version, payload) = unwrap_to(PROJECT_VERSION, file, FileKind::Project)?;
    // Both versions begin alike, and are read by one piece of code: it is in what a first visit downloads.
    let (read, rest): (ProjectV1<'_>, _) = begin_postcard(payload)?;
    let symbols = match version {
        1 => no_more(rest).map(|()| None)?,
        _ => Some(from_postcard::<Vec<SymbolV2<'_>>>(rest)?),
    };
    let symbols = symbols.map(|symbols| {
        let symbols = symbols.into_iter().map(|symbol| Symbol {
            label: symbol.label,
            name: symbol.name.to_owned(),
            key: symbol.key,
        });
        symbols.collect()
    });
    let models = read.models.into_iter().map(|(id, model)| {
        Ok(ProjectModel {
            id: id.to_owned(),
            model: model.into_model(payload.len())?,
        })
    });
    let examples = read
        .examples
        .into_iter()
        .enumerate()
        .map(|(index, example)| {
            let bits = match example.bits20 {
                Some(bytes) => unpack_bits(index, &bytes)?,
                None => vec![0; BITS_LEN],
            };
            let square = |side, pixels| Ink {
                width: side,
                height: side,
                pixels,
            };
            Ok(Example {
                id: example.id,
                label: example.label,
                first_read: example.answer,
                taught_at: example.taught_at_ms,
                source: example.source.to_owned(),
                content: match example.ink {
                    InkV1::Strokes(bytes) => Content::Strokes(bytes.to_vec()),
                    InkV1::Picture28(pixels) => Content::Picture {
                        mnist: square(PICTURE_SIDE, pixels.to_vec()),
                        bits: square(BITS_SIDE, bits),
                    },
                },
            })
        });
    let project = ProjectFile {
        models: models.collect::<Result<_, Error>>()?,
        selected: read.selected.to_owned(),
        examples: examples.collect::<Result<_, Error>>()?,
        settings: read
            .settings
            .iter()
            .map(|&(k, v)| (k.to_owned(), v.to_owned()))
            .collect(),
        extras: read
            .extras
            .iter()
            .map(|&(k, v)| (k.to_owned(), v.to_vec()))
            .collect(),
        symbols,
    };
    check(&project)?;
    Ok(project)
}

/// Checks what both writer and reader hold to.
fn check(project: &ProjectFile) -> Result<(), Error> {
    let mut ids = BTreeSet::new();
    if let Some(twice) = project
        .models
        .iter()
        .find(|entry| !ids.insert(entry.id.as_str()))
    {
        return Err(Error::Malformed {
            problem: format!("the model {:?} is there twice", twice.id),
        });
    }
    let mut ids = BTreeSet::new();
    for (index, example) in project.examples.iter().enumerate() {
        let wrong = |problem: String| Err(Error::BadExample { index, problem });
        if !ids.insert(example.id) {
            return wrong(format!("its number {} was already used", example.id));
        }
        if example.id > LARGEST_ID {
            return wrong(format!("its number {} is beyond {LARGEST_ID}", example.id));
        }
        if example.taught_at > LATEST_MS {
            return wrong(format!(
                "its moment {} is beyond {LATEST_MS}, the latest date",
                example.taught_at
            ));
        }
        // 255 says «no digit» elsewhere.
        let last = if project.symbols.is_some() { 254 } else { 9 };
        if example.label > last {
            return wrong(format!("its label is {}, beyond {last}", example.label));
        }
        if let Some(answer) = example.first_read.filter(|answer| *answer > last) {
            return wrong(format!("its answer is {answer}, beyond {last}"));
        }
        match &example.content {
            Content::Picture { mnist, .. } if mnist.pixels.len() != PICTURE_LEN => {
                return wrong(format!(
                    "its picture has {} pixels, and 28x28 are {PICTURE_LEN}",
                    mnist.pixels.len()
                ));
            }
            Content::Picture { .. } => {}
            Content::Strokes(bytes) => {
                if let Err(error) = trazo_ink::pack::unpack(bytes) {
                    return wrong(format!("its strokes cannot be read ({error})"));
                }
            }
        }
    }
    Ok(())
}

/// 400 pixels, 0 or 255, as 50 bytes, first pixel in the lowest bit.
fn pack_bits(index: usize, pixels: &[u8]) -> Result<Vec<u8>, Error> {
    if pixels.len() != BITS_LEN || pixels.iter().any(|&pixel| pixel != 0 && pixel != 255) {
        return Err(Error::BadExample {
            index,
            problem: "its 20x20 picture is not 400 pixels of 0 or 255".into(),
        });
    }
    let pack = |eight: &[u8]| {
        eight
            .iter()
            .enumerate()
            .fold(0_u8, |byte, (bit, &pixel)| byte | (pixel & 1) << bit)
    };
    Ok(pixels.chunks(8).map(pack).collect())
}

fn unpack_bits(index: usize, bytes: &[u8]) -> Result<Vec<u8>, Error> {
    if bytes.len() != PACKED_BITS_LEN {
        return Err(Error::BadExample {
            index,
            problem: format!("its 20x20 picture has {} bytes instead of 50", bytes.len()),
        });
    }
    let pixel = |byte: u8, bit: u8| if byte >> bit & 1 == 1 { 255 } else { 0 };
    Ok(bytes
        .iter()
        .flat_map(|&byte| (0..8).map(move |bit| pixel(byte, bit)))
        .collect())
}

/// Version 1 of a project's payload; like [`ModelV1`], it never changes.
#[derive(Serialize, Deserialize)]
struct ProjectV1<'a> {
    #[serde(borrow)]
    models: Vec<(&'a str, ModelV1<'a>)>,
    #[serde(borrow)]
    selected: &'a str,
    #[serde(borrow)]
    examples: Vec<ExampleV1<'a>>,
    #[serde(borrow)]
    settings: Vec<(&'a str, &'a str)>,
    #[serde(borrow)]
    extras: Vec<(&'a str, &'a [u8])>,
}

/// Version 2: version 1, and then the symbols. It never changes either.
#[derive(Serialize)]
struct ProjectV2<'a> {
    v1: ProjectV1<'a>,
    symbols: Vec<SymbolV2<'a>>,
}

#[derive(Serialize, Deserialize)]
struct SymbolV2<'a> {
    label: u8,
    name: &'a str,
    key: Option<char>,
}

#[derive(Serialize, Deserialize)]
struct ExampleV1<'a> {
    id: u64,
    label: u8,
    answer: Option<u8>,
    taught_at_ms: u64,
    #[serde(borrow)]
    source: &'a str,
    #[serde(borrow)]
    ink: InkV1<'a>,
    bits20: Option<Vec<u8>>,
}

#[derive(Serialize, Deserialize)]
enum InkV1<'a> {
    Strokes(#[serde(borrow)] &'a [u8]),
    Picture28(#[serde(borrow)] &'a [u8]),
}
