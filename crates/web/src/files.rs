//! Files out and files in: what a person downloads, and what they open here.

use trazo_formats::strokes::{self, StrokeSample};
use trazo_formats::{
    Encoding, Kind, model_to_pesos, open_model, sniff, write_model, write_onnx, write_safetensors,
};
use trazo_ink::{Drawing, PAD, pack};
use trazo_learn::{Content, Example, ModelId, School};

use crate::failure::Failure;
use crate::project::{self, Kept};

/// Larger files are refused unread. Ten thousand examples and both models are a twentieth of it.
const UPLOAD_LIMIT: usize = 64 << 20;
/// Lines passed over that are told to the person.
const SKIPPED_TOLD: usize = 20;
/// Drawings smaller than this, in pad units, were not drawn on a pad: they are in another unit.
const SMALLEST_ON_A_PAD: f32 = 150.0;
/// What the examples of the pad itself call their source.
const PAD_SOURCE: &str = "pad";

/// A file to download.
#[derive(Debug)]
pub(crate) struct FileOut {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// What an opened file turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Opened {
    pub(crate) kind: &'static str,
    pub(crate) model: Option<ModelId>,
    pub(crate) examples_added: usize,
    pub(crate) skipped: Vec<String>,
}

/// The selected model's weights as a file of the given format.
pub(crate) fn weights(school: &School, kept: &Kept, format: &str) -> Result<FileOut, Failure> {
    let model = project::model_file(school.model(school.selected()), kept)?;
    let name = file_name(&model.name);
    let (extension, bytes) = match format {
        "trazo" => ("trazo", write_model(&model, Encoding::F32)?),
        "safetensors" => ("safetensors", write_safetensors(&model)?),
        "onnx" => ("onnx", write_onnx(&model)?),
        "pesos" => ("pkl", model_to_pesos(&model)?),
        _ => return Err(Failure::new("cannot-write", format!("Trazo does not write weights as {format:?}."))),
    };
    // The original's program looks for this very name.
    let name = if format == "pesos" { "pesos.pkl".into() } else { format!("{name}.{extension}") };
    Ok(FileOut { name, bytes })
}

/// Everything in one file.
pub(crate) fn project(school: &School, kept: &Kept) -> Result<FileOut, Failure> {
    Ok(FileOut {
        name: "trazo-project.trazo".into(),
        bytes: project::whole(school, kept)?,
    })
}

/// The drawings among the examples as JSON lines; pictures have no strokes and are left out.
pub(crate) fn examples(school: &School) -> Result<FileOut, Failure> {
    let mut samples = Vec::new();
    for example in school.memory().iter() {
        if let Some(drawing) = example.drawing()? {
            let source = example.source.clone();
            samples.push(StrokeSample {
                label: example.label,
                source,
                writer: String::new(),
                drawing,
            });
        }
    }
    if samples.is_empty() {
        return Err(Failure::new(
            "no-examples",
            "There are no drawings among the examples yet.",
        ));
    }
    Ok(FileOut {
        name: "trazo-examples.jsonl".into(),
        bytes: strokes::write(&samples)?,
    })
}

/// Opens whatever this is; where that fails, everything stays as it was.
pub(crate) fn open(
    school: &mut School,
    kept: &mut Kept,
    name: &str,
    bytes: &[u8],
    now_ms: u64,
) -> Result<Opened, Failure> {
    if bytes.len() > UPLOAD_LIMIT {
        let sentence = format!(
            "The file has {} bytes, and Trazo opens at most {UPLOAD_LIMIT}.",
            bytes.len()
        );
        return Err(Failure::new("too-large", sentence));
    }
    match sniff(bytes) {
        Kind::TrazoModel | Kind::Safetensors | Kind::Onnx => open_weights(school, kept, "model", bytes),
        Kind::Pickle => open_weights(school, kept, "pesos", bytes),
        Kind::TrazoProject => {
            let project = project::read(bytes)?;
            let examples_added = project.restored.examples.len();
            let model = project.restored.selected;
            school.open_project(project.restored)?;
            kept.merge(project.kept);
            Ok(Opened {
                kind: "project",
                model: Some(model),
                examples_added,
                skipped: Vec::new(),
            })
        }
        Kind::Strokes => Ok(open_examples(school, bytes, name, now_ms)),
        Kind::Empty => Err(Failure::new("empty-file", "The file is empty.")),
        other => Err(Failure::new(
            "unknown-file",
            format!("This is not a file that Trazo opens: {}.", other.sentence()),
        )),
    }
}

fn open_weights(
    school: &mut School,
    kept: &mut Kept,
    kind: &'static str,
    bytes: &[u8],
) -> Result<Opened, Failure> {
    let file = open_model(bytes)?;
    let (id, model) = project::model_of(&file)?;
    school.open_model(id, model)?;
    kept.remember(&file.name, file.record);
    Ok(Opened {
        kind,
        model: Some(id),
        examples_added: 0,
        skipped: Vec::new(),
    })
}

fn open_examples(school: &mut School, bytes: &[u8], name: &str, now_ms: u64) -> Opened {
    let reading = strokes::read_lenient(bytes);
    let mut skipped: Vec<String> = reading
        .skipped
        .iter()
        .take(SKIPPED_TOLD)
        .map(|line| line.error.to_string())
        .collect();
    let passed_over = reading.skipped.len();
    if passed_over > SKIPPED_TOLD {
        skipped.truncate(SKIPPED_TOLD - 1);
        skipped.push(format!(
            "… and {} lines more.",
            passed_over + 1 - SKIPPED_TOLD
        ));
    }
    let examples = reading.samples.into_iter().map(|sample| {
        let content = Content::Strokes(pack::pack(&onto_pad(&sample)));
        let source = if sample.source.is_empty() {
            name.to_owned()
        } else {
            sample.source
        };
        Example {
            id: 0,
            label: sample.label,
            taught_at: now_ms,
            source,
            content,
        }
    });
    let examples_added = school.add_examples(examples.collect());
    Opened {
        kind: "examples",
        model: None,
        examples_added,
        skipped,
    }
}

/// The drawing in pad units. A file does not say its unit: what was drawn on a pad, or could have been, stays where it
/// is (the classic model sees where); anything else is brought to the middle of the pad.
fn onto_pad(sample: &StrokeSample) -> Drawing {
    let drawing = &sample.drawing;
    let on_a_pad = drawing.bounds().is_some_and(|bounds| {
        let inside =
            bounds.left >= 0.0 && bounds.top >= 0.0 && bounds.right <= PAD && bounds.bottom <= PAD;
        inside && (bounds.side() >= SMALLEST_ON_A_PAD || sample.source == PAD_SOURCE)
    });
    if on_a_pad {
        drawing.clone()
    } else {
        drawing.fit()
    }
}

/// A model's name as a file's: letters, digits, and dashes for the rest.
fn file_name(name: &str) -> String {
    let plain = |letter: char| {
        if letter.is_ascii_alphanumeric() {
            letter.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let name: String = name.chars().take(40).map(plain).collect();
    let name = name.trim_matches('-');
    if name.is_empty() {
        "trazo-model".into()
    } else {
        format!("trazo-{name}")
    }
}
