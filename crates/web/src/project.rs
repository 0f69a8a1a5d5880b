//! The engine's state as files: what is saved, downloaded and opened again.
//!
//! What is saved is a project file in pieces: the models and settings in one, the examples in chunks of 64, so that a
//! lesson writes one chunk and not ten thousand examples. Models that are as they ship are left out, so that a better
//! pretrained model of a later release reaches everyone who has not taught theirs.

use trazo_formats::{
    ModelFile, ProjectFile, ProjectModel, TrainingRecord, read_project, write_project,
};
use trazo_learn::{
    Content, DIGITS, Example, Model, ModelId, Recipe, Restored, Session, Settings, Symbol, Writers,
};

use crate::failure::Failure;
use crate::hand;
use crate::history;
use crate::store::{Chunk, Snapshot, Unusable};

const CHUNK: u64 = 64;
const ORIGINAL_WAY: &str = "original-way";
const LEARN_FROM_UNCORRECTED: &str = "learn-from-uncorrected";
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

    /// What other projects brought is gone; how the models came to be stays.
    pub(crate) fn forget_person(&mut self) {
        self.settings.clear();
        self.extras.clear();
    }

    pub(crate) fn record(&self, name: &str) -> TrainingRecord {
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
    let network = model.network.clone();
    let mut file = ModelFile::new(model.name.as_str(), network, Some(model.recipe))?;
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
    let Some(recipe) = file.recipe() else {
        let sentence = "This model takes numbers, not drawings: the file does not say how a drawing becomes its input.";
        return Err(Failure::new("shape-mismatch", sentence));
    };
    if !file.reads_digits() {
        let sentence = format!(
            "This model does not tell the ten digits from each other, but {}.",
            file.labels()
                .iter()
                .take(20)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ")
        );
        return Err(Failure::new("bad-labels", sentence));
    }
    let id = match recipe {
        Recipe::Mnist28 { .. } => ModelId::Digits,
        Recipe::PadBits20 => ModelId::Classic,
    };
    let lessons = file
        .record
        .get(LESSONS)
        .and_then(|lessons| lessons.parse().ok())
        .unwrap_or(0);
    let model = Model {
        name: file.name.clone(),
        network: file.network().clone(),
        recipe,
        lessons,
    };
    model.check()?;
    Ok((id, model))
}

/// A file's model for a place.
///
/// # Errors
/// `shape-mismatch` where it takes another input than that place gives; what [`model_of`] says.
pub(crate) fn model_for(file: &ModelFile, place: ModelId) -> Result<Model, Failure> {
    let (fits, model) = model_of(file)?;
    let input = match place {
        ModelId::Own => ModelId::Digits,
        shipped => shipped,
    };
    if fits == input {
        return Ok(model);
    }
    let sentence = format!(
        "The model {:?} takes another input than the place {:?} gives.",
        file.name,
        place.as_str()
    );
    Err(Failure::new("shape-mismatch", sentence))
}

fn settings_of(session: &Session, kept: &Kept) -> Vec<(String, String)> {
    let settings = session.settings();
    let ours = [
        (ORIGINAL_WAY, settings.original_way),
        (LEARN_FROM_UNCORRECTED, settings.learn_from_uncorrected),
    ];
    let ours = ours.map(|(key, on)| (key.to_owned(), on.to_string()));
    ours.into_iter()
        .chain(history::settings(session))
        .chain(hand::setting(session))
        .chain(kept.settings.iter().cloned())
        .collect()
}

/// The symbols, where anything tells of one: the history may still when they are gone.
fn symbols_of(session: &Session) -> Option<Vec<Symbol>> {
    let symbols = session.symbols();
    (!symbols.is_empty() || session.tells_of_symbols()).then(|| symbols.to_vec())
}

fn head(session: &Session, kept: &Kept, with_pristine: bool) -> Result<ProjectFile, Failure> {
    let mut models = Vec::new();
    for id in session.models() {
        // What was kept ships with nothing.
        if with_pristine || id == ModelId::Own || !session.is_pristine(id) {
            models.push(ProjectModel {
                id: id.as_str().to_owned(),
                model: model_file(&session.saved_model(id), kept)?,
            });
        }
    }
    Ok(ProjectFile {
        models,
        selected: session.selected().as_str().to_owned(),
        examples: Vec::new(),
        settings: settings_of(session, kept),
        extras: kept.extras.clone(),
        symbols: symbols_of(session),
    })
}

/// Everything in one file, for the person to carry away.
pub(crate) fn whole(session: &Session, kept: &Kept) -> Result<Vec<u8>, Failure> {
    let mut project = head(session, kept, true)?;
    project.examples = session.examples().iter().cloned().collect();
    project.extras.extend(history::extras(session)?);
    project.extras.extend(hand::extras(session)?);
    Ok(write_project(&project)?)
}

/// Examples taught since a moment, as a project without models: what a tab hands to the one that saves.
pub(crate) fn examples_since(session: &Session, taught_at: u64) -> Result<Vec<u8>, Failure> {
    let examples = session
        .examples()
        .iter()
        .filter(|example| example.taught_at >= taught_at)
        .cloned()
        .collect();
    Ok(write_project(&ProjectFile {
        symbols: symbols_of(session),
        examples,
        ..ProjectFile::default()
    })?)
}

/// What is to be saved. `has` says which chunks are stored already (index, fingerprint).
/// `taken_at`: now, in milliseconds since 1970.
pub(crate) fn snapshot(
    session: &Session,
    kept: &Kept,
    taken_at: u64,
    has: impl Fn(u64, u64) -> bool,
) -> Result<Snapshot, Failure> {
    let project = write_project(&head(session, kept, false)?)?;
    let examples: Vec<&Example> = session.examples().iter().collect();
    let chunks = examples
        .chunk_by(|a, b| a.id / CHUNK == b.id / CHUNK)
        .map(|chunk| {
            let index = chunk.first().map_or(0, |example| example.id / CHUNK);
            let fingerprint = fingerprint(chunk);
            let bytes = if has(index, fingerprint) {
                None
            } else {
                let examples: Vec<Example> = chunk.iter().copied().cloned().collect();
                let beyond = |label: u8| usize::from(label) >= DIGITS;
                let symbols = examples
                    .iter()
                    .any(|e| beyond(e.label) || e.first_read.is_some_and(beyond));
                Some(write_project(&ProjectFile {
                    examples,
                    // The models' piece has them: here it is enough to say that there are.
                    symbols: symbols.then(Vec::new),
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
    chunks.extend(history::chunks(session, &has)?);
    chunks.extend(hand::chunks(session, &has)?);
    Ok(Snapshot {
        taken_at,
        project,
        chunks,
    })
}

/// A sum of all that is saved of the examples: equal for equal ones, and quicker than to serialise them. Not a checksum
/// (those are the store's).
fn fingerprint(chunk: &[&Example]) -> u64 {
    let mut words = Vec::new();
    let halves = |number: u64| [number as u32, (number >> 32) as u32];
    for example in chunk {
        words.extend(halves(example.id));
        words.extend(halves(example.taught_at));
        words.push(example.label.into());
        let parts: [&[u8]; 3] = match &example.content {
            Content::Strokes(bytes) => [bytes, &[], example.source.as_bytes()],
            Content::Picture { mnist, bits } => {
                [&mnist.pixels, &bits.pixels, example.source.as_bytes()]
            }
        };
        for part in parts {
            words.push(part.len() as u32);
            let (fours, rest) = part.as_chunks::<4>();
            words.extend(fours.iter().map(|four| u32::from_le_bytes(*four)));
            words.extend(rest.iter().map(|&byte| u32::from(byte)));
        }
    }
    trazo_learn::history::sum(&words)
}

/// A project file, downloaded or given by someone.
pub(crate) fn read(bytes: &[u8]) -> Result<Project, Failure> {
    project_of(read_project(bytes)?)
}

/// What the store found. What a later version wrote is left alone: bytes of its format, and what
/// only it has a place for; any other fault counts as damage.
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
    project_of(file).map_err(|failure| match failure.code {
        LATER => Unusable::Newer,
        _ => Unusable::Damaged,
    })
}

/// The code of what a later version of Trazo wrote.
const LATER: &str = "from-the-future";

/// A place for a model that this version does not have: a later one does. It is refused by name, not
/// lost in silence.
fn place(id: &str) -> Result<ModelId, Failure> {
    ModelId::parse(id).ok_or_else(|| {
        let sentence = format!(
            "The project holds a model called {id:?}, which this Trazo has no place for. Open it with a newer Trazo."
        );
        Failure::new(LATER, sentence)
    })
}

fn project_of(file: ProjectFile) -> Result<Project, Failure> {
    let mut kept = Kept::default();
    let mut history = Vec::new();
    let mut models = Vec::new();
    for entry in &file.models {
        let id = place(&entry.id)?;
        let model = model_for(&entry.model, id)?;
        kept.remember(&model.name, entry.model.record.clone());
        models.push((id, model));
    }
    let mut settings = Settings::default();
    let mut writers = Writers::default();
    for (key, value) in file.settings {
        match key.as_str() {
            ORIGINAL_WAY => settings.original_way = value == "true",
            LEARN_FROM_UNCORRECTED => settings.learn_from_uncorrected = value == "true",
            _ => {
                let rest = history::take_setting(key, value, &mut history);
                let rest =
                    rest.and_then(|(key, value)| hand::take_setting(key, value, &mut writers));
                kept.settings.extend(rest);
            }
        }
    }
    let mut hand = Vec::new();
    for (key, bytes) in file.extras {
        if let Some((key, bytes)) = history::take_extra(key, bytes, &mut history)? {
            kept.extras
                .extend(hand::take_extra(key, bytes, &mut hand, &mut writers)?);
        }
    }
    let selected = match file.selected.as_str() {
        // Chunks of examples, and what one tab hands to another, have no models.
        "" => ModelId::Digits,
        id => place(id)?,
    };
    Ok(Project {
        restored: Restored {
            models,
            selected,
            examples: file.examples,
            hand,
            writers,
            settings,
            history,
            symbols: file.symbols.unwrap_or_default(),
        },
        kept,
    })
}

#[cfg(test)]
pub(crate) mod tests;
