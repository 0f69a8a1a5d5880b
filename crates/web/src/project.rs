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
        Recipe::Mnist28 { pen } => trazo_formats::Recipe::Mnist28 { pen },
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
        trazo_formats::Recipe::Mnist28 { pen } => (ModelId::Digits, Recipe::Mnist28 { pen }),
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
pub(crate) mod tests {
    use super::*;
    use trazo_ink::{Drawing, Point};
    use trazo_learn::{Advance, Teach};
    use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec};

    fn model(id: ModelId, seed: u64) -> Model {
        let (side, recipe) = match id {
            ModelId::Digits => (28, Recipe::Mnist28 { pen: 2.5 }),
            ModelId::Classic => (20, Recipe::PadBits20),
        };
        let layers = vec![LayerSpec::Dense {
            units: 10,
            activation: Activation::Linear,
        }];
        let spec = NetworkSpec {
            input: [side, side, 1],
            layers,
            loss: Loss::CrossEntropy,
        };
        let network = Network::new(spec, seed).expect("a dense layer");
        Model {
            name: id.as_str().into(),
            network,
            recipe,
            lessons: 0,
        }
    }

    /// An engine whose models have random weights.
    pub(crate) fn school() -> School {
        School::new(model(ModelId::Digits, 1), model(ModelId::Classic, 2), 3)
            .expect("the models fit")
    }

    pub(crate) fn stroke(bend: f32) -> Drawing {
        Drawing::from_strokes(vec![vec![
            Point::new(300.0, 200.0),
            Point::new(500.0 + bend, 500.0),
            Point::new(300.0, 800.0),
        ]])
    }

    pub(crate) fn teach(school: &mut School, drawing: &Drawing, label: u8) {
        let begun = school.teach(drawing, label, true, 1_763_800_000_000);
        assert!(matches!(begun, Ok(Teach::Started)), "{begun:?}");
        while !matches!(school.advance(), Ok(Advance::Lesson(_))) {}
    }

    /// Saves and loads again, as the store would.
    fn through_the_store(school: &School, kept: &Kept) -> Project {
        let saved = snapshot(school, kept, 5, |_, _| false).expect("it can be saved");
        let chunks: Vec<Vec<u8>> = saved
            .chunks
            .into_iter()
            .filter_map(|chunk| chunk.bytes)
            .collect();
        read_snapshot(&saved.project, &chunks).expect("what was saved can be read")
    }

    #[test]
    fn a_saved_state_comes_back_bit_for_bit() {
        let mut taught = school();
        for bend in 0..3_u8 {
            teach(&mut taught, &stroke(f32::from(bend) * 90.0), bend);
        }
        taught.set_settings(Settings { original_way: true });
        let project = through_the_store(&taught, &Kept::default());
        let mut fresh = school();
        fresh.restore(project.restored).expect("it fits");
        for id in ModelId::ALL {
            assert_eq!(
                fresh.model(id).network.params(),
                taught.model(id).network.params()
            );
            assert_eq!(fresh.model(id).lessons, taught.model(id).lessons);
        }
        assert!(fresh.memory().iter().eq(taught.memory().iter()));
        assert_eq!(taught.line(ModelId::Digits).points().len(), 4);
        assert_eq!(fresh.line(ModelId::Digits), taught.line(ModelId::Digits));
        assert_eq!(fresh.settings(), taught.settings());
        assert_eq!(fresh.selected(), taught.selected());
    }

    #[test]
    fn a_lesson_writes_one_chunk_of_history_and_a_download_holds_all_of_it() {
        let mut taught = school();
        for bend in 0..20_u8 {
            teach(&mut taught, &stroke(f32::from(bend) * 20.0), bend % 10);
        }
        let kept = Kept::default();
        let before = snapshot(&taught, &kept, 5, |_, _| false).expect("it can be saved");
        let known: Vec<(u64, u64)> = before
            .chunks
            .iter()
            .map(|chunk| (chunk.index, chunk.fingerprint))
            .collect();
        teach(&mut taught, &stroke(500.0), 7);
        let has = |index, fingerprint| known.contains(&(index, fingerprint));
        let after = snapshot(&taught, &kept, 6, has).expect("it can be saved");
        let written = after.chunks.iter().filter(|chunk| chunk.bytes.is_some());
        assert_eq!(written.count(), 2, "one of examples, one of history");

        let file = whole(&taught, &kept).expect("it can be written");
        let mut fresh = school();
        let project = read(&file).expect("it can be read");
        fresh.open_project(project.restored).expect("it fits");
        assert_eq!(fresh.line(ModelId::Digits), taught.line(ModelId::Digits));
        assert!(project.kept.extras.is_empty() && project.kept.settings.is_empty());
    }

    #[test]
    fn models_that_are_as_they_ship_are_not_saved_but_are_downloaded() {
        let mut school = school();
        assert_eq!(
            through_the_store(&school, &Kept::default())
                .restored
                .models
                .len(),
            0
        );
        teach(&mut school, &stroke(0.0), 4);
        let models = through_the_store(&school, &Kept::default()).restored.models;
        assert_eq!(
            models.iter().map(|model| model.0).collect::<Vec<_>>(),
            [ModelId::Digits]
        );
        let download = whole(&school, &Kept::default()).expect("it can be written");
        assert_eq!(
            read(&download)
                .expect("it can be read")
                .restored
                .models
                .len(),
            2
        );
    }

    #[test]
    fn what_a_later_version_adds_to_a_project_is_handed_on() {
        let settings = vec![
            ("ink".to_owned(), "blue".to_owned()),
            (ORIGINAL_WAY.to_owned(), "true".to_owned()),
        ];
        let extras = vec![("thumbnails".to_owned(), vec![1, 2, 3])];
        let file = ProjectFile {
            settings,
            extras,
            ..ProjectFile::default()
        };
        let project = project_of(file).expect("it fits");
        assert!(project.restored.settings.original_way);
        let again = through_the_store(&school(), &project.kept).kept;
        assert_eq!(again.settings, [("ink".to_owned(), "blue".to_owned())]);
        assert_eq!(again.extras, project.kept.extras);
    }

    #[test]
    fn a_change_to_one_example_changes_the_fingerprint_of_its_chunk_only() {
        let mut school = school();
        let example = |bend: u16| Example {
            id: 0,
            label: 1,
            first_read: Some(7),
            taught_at: 7,
            source: "pad".into(),
            content: Content::Strokes(trazo_ink::pack::pack(&stroke(f32::from(bend)))),
        };
        assert_eq!(school.add_examples((0..200).map(example).collect()), 200);
        let fingerprints = |school: &School| -> Vec<(u64, u64)> {
            let saved =
                snapshot(school, &Kept::default(), 0, |_, _| true).expect("it can be saved");
            assert!(
                saved.chunks.iter().all(|chunk| chunk.bytes.is_none()),
                "the store has them all"
            );
            saved
                .chunks
                .iter()
                .map(|chunk| (chunk.index, chunk.fingerprint))
                .collect()
        };
        let before = fingerprints(&school);
        // Ids begin at 1, so the first of four chunks has 63 examples.
        assert_eq!(
            before.iter().map(|chunk| chunk.0).collect::<Vec<_>>(),
            [0, 1, 2, 3]
        );
        school.relabel_example(100, 2).expect("it is there");
        let after = fingerprints(&school);
        let changed: Vec<usize> = (0..4)
            .filter(|&chunk| before[chunk] != after[chunk])
            .collect();
        assert_eq!(changed, [1]);
        school.undo().expect("it can be undone");
        assert_eq!(fingerprints(&school), before);
    }

    #[test]
    fn a_project_whose_model_is_in_the_wrong_place_is_refused() {
        let file =
            model_file(&model(ModelId::Classic, 1), &Kept::default()).expect("it can be written");
        let refused = |id: &str| {
            let models = vec![ProjectModel {
                id: id.into(),
                model: file.clone(),
            }];
            project_of(ProjectFile {
                models,
                ..ProjectFile::default()
            })
            .map(|_| ())
            .map_err(|failure| failure.code)
        };
        assert_eq!(refused("classic"), Ok(()));
        assert_eq!(refused("digits"), Err("shape-mismatch"));
        assert_eq!(refused("letters"), Err("bad-network"));
    }

    #[test]
    fn a_snapshot_of_a_newer_format_is_told_from_a_damaged_one() {
        let mut newer = whole(&school(), &Kept::default()).expect("it can be written");
        // The version is the u16 after the magic; the checksum is made to fit again.
        newer[6] = 200;
        let end = newer.len() - 4;
        let crc = trazo_formats::crc32(&newer[..end]).to_le_bytes();
        newer[end..].copy_from_slice(&crc);
        assert_eq!(read_snapshot(&newer, &[]).map(|_| ()), Err(Unusable::Newer));
        newer[end] ^= 1;
        assert_eq!(
            read_snapshot(&newer, &[]).map(|_| ()),
            Err(Unusable::Damaged)
        );
    }
}
