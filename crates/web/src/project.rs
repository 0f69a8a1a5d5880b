//! The engine's state as files: what is saved, downloaded and opened again.
//!
//! What is saved is a project file in pieces: the models and settings in one, the examples in chunks of 64, so that a
//! lesson writes one chunk and not ten thousand examples. Models that are as they ship are left out, so that a better
//! pretrained model of a later release reaches everyone who has not taught theirs.

use trazo_formats::{
    ExampleRecord, InkRecord, ModelFile, ProjectFile, ProjectModel, TrainingRecord, read_project,
    write_project,
};
use trazo_ink::Ink;
use trazo_learn::{Content, Example, Model, ModelId, Recipe, Restored, School, Settings};

use crate::failure::Failure;
use crate::history;
use crate::store::{Chunk, Snapshot, Unusable};

const CHUNK: u64 = 64;
const ORIGINAL_WAY: &str = "original-way";
const LESSONS: &str = "lessons";

/// What this version does not understand in a project and hands on untouched, and how the models came to be.
#[derive(Debug, Clone, Default)]
pub(crate) struct Kept {
    settings: Vec<(String, String)>,
    extras: Vec<(String, Vec<u8>)>,
    /// Training records, by the model's name.
    records: Vec<(String, TrainingRecord)>,
}

/// A project that was read.
#[derive(Debug)]
pub(crate) struct Project {
    pub(crate) restored: Restored,
    pub(crate) kept: Kept,
}

impl Kept {
    pub(crate) fn remember(&mut self, name: &str, record: TrainingRecord) {
        self.records.retain(|(known, _)| known != name);
        self.records.push((name.to_owned(), record));
    }

    fn record(&self, name: &str) -> TrainingRecord {
        self.records
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, record)| record.clone())
            .unwrap_or_default()
    }

    /// Takes over what another project brought; records of models that it does not name stay.
    pub(crate) fn merge(&mut self, other: Self) {
        self.settings = other.settings;
        self.extras = other.extras;
        for (name, record) in other.records {
            self.remember(&name, record);
        }
    }
}

/// The model as a file.
pub(crate) fn model_file(model: &Model, kept: &Kept) -> Result<ModelFile, Failure> {
    let recipe = match model.recipe {
        Recipe::Mnist28 { pen, .. } => trazo_formats::Recipe::Mnist28 { pen },
        Recipe::PadBits20 => trazo_formats::Recipe::PadBits20,
    };
    let mut file = ModelFile::new(model.name.as_str(), &model.network, recipe)?;
    file.record = kept.record(&model.name);
    // A record that was read with the model tells of its lessons then.
    file.record.lines.retain(|(key, _)| key != LESSONS);
    if model.lessons > 0 {
        file.record.set(LESSONS, model.lessons.to_string());
    }
    Ok(file)
}

/// A file's model, and in which place it belongs: what a drawing becomes on its way in decides.
pub(crate) fn model_of(file: &ModelFile) -> Result<(ModelId, Model), Failure> {
    let (id, recipe) = match file.recipe {
        trazo_formats::Recipe::Mnist28 { pen } => {
            let marked = file.marked();
            (ModelId::Digits, Recipe::Mnist28 { pen, marked })
        }
        trazo_formats::Recipe::PadBits20 => (ModelId::Classic, Recipe::PadBits20),
        trazo_formats::Recipe::Raw => {
            let sentence = "This model takes numbers, not drawings: the file does not say how a drawing becomes its input.";
            return Err(Failure::new("shape-mismatch", sentence));
        }
    };
    let lessons = file
        .record
        .get(LESSONS)
        .and_then(|lessons| lessons.parse().ok())
        .unwrap_or(0);
    let model = Model {
        name: file.name.clone(),
        network: file.network()?,
        recipe,
        lessons,
    };
    model.check()?;
    Ok((id, model))
}

fn settings_of(school: &School, kept: &Kept) -> Vec<(String, String)> {
    let original_way = school.settings().original_way.to_string();
    let ours = std::iter::once((ORIGINAL_WAY.to_owned(), original_way));
    ours.chain(history::settings(school))
        .chain(kept.settings.iter().cloned())
        .collect()
}

fn head(school: &School, kept: &Kept, with_pristine: bool) -> Result<ProjectFile, Failure> {
    let mut models = Vec::new();
    for id in ModelId::ALL {
        if with_pristine || !school.is_pristine(id) {
            models.push(ProjectModel {
                id: id.as_str().to_owned(),
                model: model_file(school.model(id), kept)?,
            });
        }
    }
    Ok(ProjectFile {
        models,
        selected: school.selected().as_str().to_owned(),
        examples: Vec::new(),
        settings: settings_of(school, kept),
        extras: kept.extras.clone(),
    })
}

/// Everything in one file, for the person to carry away.
pub(crate) fn whole(school: &School, kept: &Kept) -> Result<Vec<u8>, Failure> {
    let mut project = head(school, kept, true)?;
    project.examples = school.memory().iter().map(record_of).collect();
    project.extras.extend(history::extras(school)?);
    Ok(write_project(&project)?)
}

/// Examples taught since a moment, as a project without models: what a tab hands to the one that saves.
pub(crate) fn examples_since(school: &School, taught_at: u64) -> Result<Vec<u8>, Failure> {
    let examples = school
        .memory()
        .iter()
        .filter(|example| example.taught_at >= taught_at)
        .map(record_of)
        .collect();
    Ok(write_project(&ProjectFile {
        examples,
        ..ProjectFile::default()
    })?)
}

/// What is to be saved. `has` says which chunks are stored already (index, fingerprint).
/// `taken_at`: now, in milliseconds since 1970.
pub(crate) fn snapshot(
    school: &School,
    kept: &Kept,
    taken_at: u64,
    has: impl Fn(u64, u64) -> bool,
) -> Result<Snapshot, Failure> {
    let project = write_project(&head(school, kept, false)?)?;
    let examples: Vec<&Example> = school.memory().iter().collect();
    let chunks = examples
        .chunk_by(|a, b| a.id / CHUNK == b.id / CHUNK)
        .map(|chunk| {
            let index = chunk.first().map_or(0, |example| example.id / CHUNK);
            let fingerprint = fingerprint(chunk);
            let bytes = if has(index, fingerprint) {
                None
            } else {
                let examples = chunk.iter().map(|example| record_of(example)).collect();
                Some(write_project(&ProjectFile {
                    examples,
                    ..ProjectFile::default()
                })?)
            };
            Ok(Chunk {
                index,
                fingerprint,
                bytes,
            })
        });
    let mut chunks = chunks.collect::<Result<Vec<_>, Failure>>()?;
    chunks.extend(history::chunks(school, &has)?);
    Ok(Snapshot {
        taken_at,
        project,
        chunks,
    })
}

/// FNV-1a over 64-bit words of all that is saved of the examples: equal for equal ones, and quicker than to serialise
/// them. Not a checksum (those are the store's).
fn fingerprint(chunk: &[&Example]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut word = |word: u64| {
        hash = (hash ^ word)
            .wrapping_mul(0x0000_0100_0000_01b3)
            .rotate_left(29)
    };
    for example in chunk {
        word(example.id);
        word(u64::from(example.label) << 56 ^ example.taught_at);
        let parts: [&[u8]; 3] = match &example.content {
            Content::Strokes(bytes) => [bytes, &[], example.source.as_bytes()],
            Content::Picture { mnist, bits } => {
                [&mnist.pixels, &bits.pixels, example.source.as_bytes()]
            }
        };
        for part in parts {
            word(part.len() as u64);
            for bytes in part.chunks(8) {
                let mut eight = [0; 8];
                eight[..bytes.len()].copy_from_slice(bytes);
                word(u64::from_le_bytes(eight));
            }
        }
    }
    hash
}

/// A project file, downloaded or given by someone.
pub(crate) fn read(bytes: &[u8]) -> Result<Project, Failure> {
    project_of(read_project(bytes)?)
}

/// What the store found. Bytes of the future are left alone; any other fault counts as damage.
pub(crate) fn read_snapshot(project: &[u8], chunks: &[Vec<u8>]) -> Result<Project, Unusable> {
    let usable = |bytes: &[u8]| {
        read_project(bytes).map_err(|error| match error {
            trazo_formats::Error::FromTheFuture { damaged: false, .. } => Unusable::Newer,
            _ => Unusable::Damaged,
        })
    };
    let mut file = usable(project)?;
    for chunk in chunks {
        let mut chunk = usable(chunk)?;
        file.examples.append(&mut chunk.examples);
        file.extras.append(&mut chunk.extras);
    }
    project_of(file).map_err(|_| Unusable::Damaged)
}

fn project_of(file: ProjectFile) -> Result<Project, Failure> {
    let mut kept = Kept::default();
    let mut history = Vec::new();
    let mut models = Vec::new();
    for entry in &file.models {
        // The id is where it was; a model this version has no place for is refused by name, not lost in silence.
        let Some(id) = ModelId::parse(&entry.id) else {
            let sentence = format!(
                "The project holds a model called {:?}, which this Trazo has no place for.",
                entry.id
            );
            return Err(Failure::new("bad-network", sentence));
        };
        let (fits, model) = model_of(&entry.model)?;
        if fits != id {
            let sentence = format!(
                "The project's model {:?} takes another input than that place gives.",
                entry.id
            );
            return Err(Failure::new("shape-mismatch", sentence));
        }
        kept.remember(&model.name, entry.model.record.clone());
        models.push((id, model));
    }
    let mut settings = Settings::default();
    for (key, value) in file.settings {
        if key == ORIGINAL_WAY {
            settings.original_way = value == "true";
        } else {
            kept.settings
                .extend(history::take_setting(key, value, &mut history));
        }
    }
    for (key, bytes) in file.extras {
        kept.extras
            .extend(history::take_extra(key, bytes, &mut history));
    }
    let selected = ModelId::parse(&file.selected).unwrap_or(ModelId::Digits);
    let examples = file.examples.into_iter().map(example_of).collect();
    Ok(Project {
        restored: Restored {
            models,
            selected,
            examples,
            settings,
            history,
        },
        kept,
    })
}

fn record_of(example: &Example) -> ExampleRecord {
    let (ink, bits20) = match &example.content {
        Content::Strokes(bytes) => (InkRecord::Strokes(bytes.clone()), None),
        Content::Picture { mnist, bits } => (
            InkRecord::Picture28(mnist.pixels.clone()),
            Some(bits.pixels.clone()),
        ),
    };
    ExampleRecord {
        id: example.id,
        label: example.label,
        answer: example.first_read,
        taught_at_ms: example.taught_at,
        source: example.source.clone(),
        ink,
        bits20,
    }
}

pub(crate) fn example_of(record: ExampleRecord) -> Example {
    let content = match record.ink {
        InkRecord::Strokes(bytes) => Content::Strokes(bytes),
        InkRecord::Picture28(pixels) => Content::Picture {
            mnist: Ink {
                width: 28,
                height: 28,
                pixels,
            },
            bits: Ink {
                width: 20,
                height: 20,
                pixels: record.bits20.unwrap_or_else(|| vec![0; 400]),
            },
        },
    };
    Example {
        id: record.id,
        label: record.label,
        first_read: record.answer,
        taught_at: record.taught_at_ms,
        source: record.source,
        content,
    }
}

#[cfg(test)]
pub(crate) mod tests;
