//! Files out and files in: what a person downloads, and what they open here.

use trazo_formats::strokes::{self, LineFault, StrokeSample};
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
pub(crate) const PAD_SOURCE: &str = "pad";

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
    /// Examples of the file that were here before.
    pub(crate) examples_known: usize,
    /// Lines that were passed over, the first [`SKIPPED_TOLD`] of them: their numbers, and why.
    pub(crate) skipped: Vec<(usize, LineFault)>,
    /// How many were passed over in all.
    pub(crate) passed_over: usize,
}

/// The selected model's weights as a file of the given format. They go without the examples, so they carry what the
/// memory says as well.
pub(crate) fn weights(school: &mut School, kept: &Kept, format: &str) -> Result<FileOut, Failure> {
    let model = project::model_file(&school.carried()?, kept)?;
    let name = file_name(&model.name);
    let (extension, bytes) = match format {
        "trazo" => ("trazo", write_model(&model, Encoding::F32)?),
        "safetensors" => ("safetensors", write_safetensors(&model)?),
        "onnx" => ("onnx", write_onnx(&model)?),
        "pesos" => ("pkl", model_to_pesos(&model)?),
        _ => {
            return Err(Failure::new(
                "cannot-write",
                format!("Trazo does not write weights as {format:?}."),
            ));
        }
    };
    // The original's program looks for this very name.
    let name = if format == "pesos" {
        "pesos.pkl".into()
    } else {
        format!("{name}.{extension}")
    };
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
        Kind::TrazoModel | Kind::Safetensors | Kind::Onnx => {
            open_weights(school, kept, "model", bytes)
        }
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
                examples_known: 0,
                skipped: Vec::new(),
                passed_over: 0,
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
        examples_known: 0,
        skipped: Vec::new(),
        passed_over: 0,
    })
}

fn open_examples(school: &mut School, bytes: &[u8], name: &str, now_ms: u64) -> Opened {
    let reading = strokes::read_lenient(bytes);
    let told = reading.skipped.iter().take(SKIPPED_TOLD);
    let skipped = told.map(|line| (line.line, line.fault)).collect();
    let passed_over = reading.skipped.len();
    let read = reading.samples.len();
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
            first_read: None,
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
        examples_known: read - examples_added,
        skipped,
        passed_over,
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::tests::{school, stroke, teach};
    use trazo_ink::Point;

    fn try_open(school: &mut School, bytes: &[u8]) -> Result<Opened, &'static str> {
        open(school, &mut Kept::default(), "a file", bytes, 9).map_err(|failure| failure.code)
    }

    #[test]
    fn what_is_downloaded_opens_again() {
        let mut taught = school();
        teach(&mut taught, &stroke(10.0), 3);
        teach(&mut taught, &stroke(200.0), 5);
        let kept = Kept::default();
        for format in ["trazo", "safetensors", "onnx"] {
            let file = weights(&mut taught, &kept, format).expect("it can be written");
            let mut other = school();
            let opened = try_open(&mut other, &file.bytes).expect("it can be read");
            assert_eq!(
                (opened.kind, opened.model),
                ("model", Some(ModelId::Digits)),
                "{format}"
            );
            let params = |school: &School| school.model(ModelId::Digits).network.params().to_vec();
            let carried = taught.carried().expect("it can be carried");
            assert_eq!(params(&other), carried.network.params(), "{format}");
            other.undo().expect("it can be undone");
            assert!(other.is_pristine(ModelId::Digits));
        }
        let mut other = school();
        let opened = try_open(
            &mut other,
            &project(&taught, &kept).expect("it can be written").bytes,
        );
        assert_eq!(
            opened.map(|opened| (opened.kind, opened.examples_added)),
            Ok(("project", 2))
        );
        assert_eq!(
            other.model(ModelId::Digits).lessons,
            taught.model(ModelId::Digits).lessons
        );
        let opened = try_open(
            &mut other,
            &examples(&taught).expect("there are some").bytes,
        );
        assert_eq!(
            opened.map(|opened| (opened.examples_added, opened.examples_known)),
            Ok((0, 2)),
            "they are there already"
        );
        let mut empty = school();
        let opened = try_open(
            &mut empty,
            &examples(&taught).expect("there are some").bytes,
        );
        assert_eq!(opened.map(|opened| opened.examples_added), Ok(2));
        let drawings = |school: &School| {
            school
                .memory()
                .iter()
                .map(|e| (e.label, e.content.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(drawings(&empty), drawings(&taught));
    }

    #[test]
    fn files_that_are_not_ours_leave_everything_as_it_was() {
        let mut school = school();
        teach(&mut school, &stroke(10.0), 3);
        let before = project::whole(&school, &Kept::default()).expect("it can be written");
        let mut cut = before.clone();
        cut.truncate(before.len() / 2);
        let mut flipped = before.clone();
        flipped[before.len() / 2] ^= 1;
        let cases: [(&[u8], &str); 7] = [
            (b"", "empty-file"),
            (b"hello", "unknown-file"),
            (b"\x89PNG\r\n\x1a\n", "unknown-file"),
            (b"<!doctype html>", "unknown-file"),
            (&cut, "cut-short"),
            (&flipped, "bad-checksum"),
            (&vec![0; UPLOAD_LIMIT + 1], "too-large"),
        ];
        for (bytes, code) in cases {
            assert_eq!(try_open(&mut school, bytes), Err(code));
            assert_eq!(
                project::whole(&school, &Kept::default()).as_ref(),
                Ok(&before),
                "{code}"
            );
        }
    }

    #[test]
    fn lines_that_are_wrong_are_passed_over_and_told() {
        let mut file = String::from("{\"label\": 1, \"strokes\": [[[0, 0], [3, 400]]]}\n");
        file.push_str(&"{\"label\": \"A\", \"strokes\": []}\n".repeat(30));
        let opened = try_open(&mut school(), file.as_bytes()).expect("the first line is right");
        assert_eq!((opened.examples_added, opened.passed_over), (1, 30));
        assert_eq!(opened.skipped.len(), SKIPPED_TOLD);
        assert_eq!(opened.skipped[1], (3, LineFault::Label));
    }

    #[test]
    fn drawings_in_another_unit_come_to_the_middle_of_the_pad_and_others_stay() {
        let sample = |side: f32, source: &str| {
            let line = vec![Point::new(0.0, 0.0), Point::new(side, side / 2.0)];
            let drawing = Drawing::from_strokes(vec![line]);
            StrokeSample {
                label: 1,
                source: source.into(),
                writer: String::new(),
                drawing,
            }
        };
        for (side, source, stays) in [
            (300.0, "", true),
            (20.0, "", false),
            (20.0, "pad", true),
            (5000.0, "pad", false),
        ] {
            let sample = sample(side, source);
            assert_eq!(
                onto_pad(&sample) == sample.drawing,
                stays,
                "{side} {source}"
            );
            assert!(
                onto_pad(&sample)
                    .points()
                    .all(|point| point.x >= 0.0 && point.x <= PAD)
            );
        }
    }

    #[test]
    fn a_file_is_named_after_its_model() {
        for (name, file) in [
            ("digits", "trazo-digits"),
            ("Mía / 7", "trazo-m-a---7"),
            ("…", "trazo-model"),
        ] {
            assert_eq!(file_name(name), file);
        }
    }
}
