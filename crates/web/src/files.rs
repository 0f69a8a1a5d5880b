//! Files out and files in: what a person downloads, and what they open here.

use serde::Serialize;
use trazo_formats::strokes::{self, LenientReading, LineFault, StrokeSample};
use trazo_formats::{
    Answers, Assumed, Encoding, Error, Kind, idx, model_to_pesos, open_model_with, read_archive,
    sniff, unpacked, write_archive, write_json, write_model, write_npz, write_onnx,
    write_safetensors,
};
use trazo_ink::{Drawing, Ink, PAD, normalize, pack, picture};
use trazo_learn::{Content, DIGITS, Example, MOST_SYMBOLS, Model, ModelId, Session, Symbol};
use tsify::Tsify;
use wasm_bindgen::prelude::*;

use crate::failure::Failure;
use crate::project::{self, Kept};

/// Larger files are refused unread. Ten thousand examples and both models are a twentieth of it.
pub(crate) const UPLOAD_LIMIT: usize = 64 << 20;
/// Lines passed over that are told to the person.
const SKIPPED_TOLD: usize = 20;
/// Pictures of one file that are taken: each takes a millisecond, and nobody is answered meanwhile.
const PICTURES_TAKEN: usize = 1000;
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

/// A file to open, or one that came together with it.
#[derive(Debug, Clone, Copy)]
struct FileIn<'a> {
    name: &'a str,
    bytes: &'a [u8],
}

/// What a person answered to a [`Question`] about the same file.
#[derive(Debug, Clone, Default)]
struct Said {
    /// The digit that drawings without a label are.
    label: Option<u8>,
    activation: Option<String>,
    padding: Option<String>,
    pool: Option<String>,
    /// The choice of the question about names that no symbol has.
    symbols: Option<String>,
}

/// What an opened file turned out to be.
#[derive(Debug, Default, PartialEq, Eq)]
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
    /// Whether `skipped` counts the entries of a list, not lines.
    listed: bool,
    /// What the file did not say and was taken for granted.
    assumed: Vec<Assumed>,
    /// Names of the other files of which something was used.
    parts: Vec<String>,
}

/// What a file leaves open: to be asked, and answered in [`Said`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Question {
    about: &'static str,
    choices: Vec<String>,
    text: String,
}

/// Why a file was not taken.
#[derive(Debug, PartialEq, Eq)]
enum Refused {
    /// It is no use to Trazo, or damaged.
    Because(Failure),
    /// Something has to be known first.
    Asks(Question),
}

impl<E: Into<Failure>> From<E> for Refused {
    fn from(error: E) -> Self {
        Self::Because(error.into())
    }
}

/// An error of a reader, with what can be done about it.
fn refused(error: Error) -> Refused {
    match &error {
        Error::Undecided {
            about,
            choices,
            problem,
        } => Refused::Asks(Question {
            about,
            choices: choices.clone(),
            text: problem.clone(),
        }),
        _ => error.into(),
    }
}

/// The selected model as it leaves without the examples: having learned what they say.
fn exported(session: &mut Session) -> Result<Model, Failure> {
    loop {
        if let Some(model) = session.export()? {
            return Ok(model);
        }
    }
}

/// The selected model's weights as a file of the given format. They go without the examples, so they carry what the
/// memory says as well.
pub(crate) fn weights(
    session: &mut Session,
    kept: &Kept,
    format: &str,
) -> Result<FileOut, Failure> {
    let format = WeightsFormat::parse(format).ok_or_else(|| {
        Failure::new(
            "cannot-write",
            format!("Trazo does not write weights as {format:?}."),
        )
    })?;
    let model = project::model_file(&exported(session)?, kept)?;
    let name = file_name(&model.name);
    let (name, bytes) = match format {
        WeightsFormat::Trazo => (format!("{name}.trazo"), write_model(&model, Encoding::F32)?),
        WeightsFormat::Safetensors => (format!("{name}.safetensors"), write_safetensors(&model)?),
        WeightsFormat::Onnx => (format!("{name}.onnx"), write_onnx(&model)?),
        WeightsFormat::Npz => (format!("{name}.npz"), write_npz(&model)?),
        WeightsFormat::Json => (format!("{name}.json"), write_json(&model)?),
        // The original's program looks for this very name.
        WeightsFormat::Pesos => ("pesos.pkl".into(), model_to_pesos(&model)?),
    };
    Ok(FileOut { name, bytes })
}

/// Everything in one file.
pub(crate) fn project(session: &Session, kept: &Kept) -> Result<FileOut, Failure> {
    Ok(FileOut {
        name: "trazo-project.trazo".into(),
        bytes: project::whole(session, kept)?,
    })
}

/// The drawings among the examples as JSON lines; pictures have no strokes and are left out.
pub(crate) fn examples(session: &Session) -> Result<FileOut, Failure> {
    let mut samples = Vec::new();
    for example in session.examples().iter() {
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
        return Err(no_examples());
    }
    Ok(FileOut {
        name: "trazo-examples.jsonl".into(),
        bytes: strokes::write_named(&samples, &|label| {
            let symbols = session.symbols().iter();
            let mut named = symbols.filter(|symbol| symbol.label == label);
            named.next().map(|symbol| symbol.name.as_str())
        })?,
    })
}

/// The digits among the examples as 28x28 pictures in MNIST's format: an archive of the file of pictures and the file
/// of labels.
pub(crate) fn example_pictures(session: &Session) -> Result<FileOut, Failure> {
    let mut pixels = Vec::new();
    let mut labels = Vec::new();
    for example in session.examples().iter() {
        // MNIST's labels are digits.
        if usize::from(example.label) >= DIGITS {
            continue;
        }
        let ink = match (&example.content, example.drawing()?) {
            (Content::Picture { mnist, .. }, _) => Some(mnist.clone()),
            (_, Some(drawing)) => normalize::digit_ink(&drawing),
            _ => None,
        };
        if let Some(ink) = ink {
            pixels.extend(ink.pixels);
            labels.push(example.label);
        }
    }
    if labels.is_empty() {
        return Err(no_examples());
    }
    let (pixels, labels) = (
        idx::write_images(28, 28, &pixels),
        idx::write_labels(&labels),
    );
    let bytes = write_archive(&[
        ("train-images-idx3-ubyte", &pixels),
        ("train-labels-idx1-ubyte", &labels),
    ])?;
    Ok(FileOut {
        name: "trazo-examples-idx.zip".into(),
        bytes,
    })
}

fn no_examples() -> Failure {
    Failure::new(
        "no-examples",
        "There are no drawings among the examples yet.",
    )
}

/// The formats in which weights leave.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum WeightsFormat {
    /// Trazo's own.
    Trazo,
    /// Hugging Face's.
    Safetensors,
    /// Open Neural Network Exchange.
    Onnx,
    /// An archive of NumPy arrays.
    Npz,
    /// Text.
    Json,
    /// The original's pickle, which holds a network of its shape alone.
    Pesos,
}

impl WeightsFormat {
    /// By its name in JavaScript.
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "trazo" => Self::Trazo,
            "safetensors" => Self::Safetensors,
            "onnx" => Self::Onnx,
            "npz" => Self::Npz,
            "json" => Self::Json,
            "pesos" => Self::Pesos,
            _ => return None,
        })
    }
}

/// What came of one of several files.
#[derive(Default, Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct FileOutcome {
    name: String,
    /// What was taken; `null` where nothing was. A "part" belongs to another file of the same call.
    #[tsify(type = "\"model\" | \"project\" | \"pesos\" | \"examples\" | \"part\" | null")]
    kind: Option<&'static str>,
    #[tsify(type = "ModelId | null")]
    model: Option<&'static str>,
    examples_added: usize,
    examples_known: usize,
    /// The first 20 lines of a file of examples that were passed over, and why.
    skipped: Vec<SkippedLine>,
    passed_over: usize,
    /// What `skipped` counts: "lines" of a text or "entries" of a list.
    #[tsify(type = "\"lines\" | \"entries\"")]
    counted: &'static str,
    /// What the file did not say and was taken for granted: a code to translate, and an English sentence.
    #[tsify(type = "{ code: string; text: string }[]")]
    assumed: Vec<AssumedView>,
    /// The file leaves something open: ask, and open it again with the answer.
    #[tsify(
        type = "{ about: \"label\" | \"symbols\" | \"activation\" | \"padding\" | \"pool\"; choices: string[]; text: string } | null"
    )]
    question: Option<Question>,
    #[tsify(type = "{ code: string; message: string; about: string | null } | null")]
    error: Option<ErrorView>,
}

/// One outcome a file, in order.
#[derive(Serialize, Tsify)]
#[serde(transparent)]
pub struct FileOutcomes(Vec<FileOutcome>);

/// A line of a file of examples that was passed over.
#[derive(Serialize, Tsify)]
pub struct SkippedLine {
    /// From one.
    line: usize,
    /// It is no drawing in the file's form; its label is none from 0 to 9; it has no ink; or a coordinate is absurd.
    #[tsify(type = "\"not-a-drawing\" | \"label\" | \"no-ink\" | \"coordinates\"")]
    fault: &'static str,
}

#[derive(Serialize)]
struct AssumedView {
    code: &'static str,
    text: String,
}

#[derive(Serialize)]
struct ErrorView {
    code: &'static str,
    message: String,
    about: Option<String>,
}

impl FileOutcome {
    fn of(name: &str, result: Result<Opened, Refused>) -> Self {
        let mut outcome = Self {
            name: name.to_owned(),
            counted: "lines",
            ..Self::default()
        };
        match result {
            Ok(opened) => {
                outcome.kind = Some(opened.kind);
                outcome.model = opened.model.map(ModelId::as_str);
                outcome.examples_added = opened.examples_added;
                outcome.examples_known = opened.examples_known;
                outcome.passed_over = opened.passed_over;
                let skipped = opened.skipped.into_iter().map(|(line, fault)| SkippedLine {
                    line,
                    fault: fault.code(),
                });
                outcome.skipped = skipped.collect();
                if opened.listed {
                    outcome.counted = "entries";
                }
                let assumed = opened.assumed.into_iter();
                let view = |Assumed { code, text }| AssumedView { code, text };
                outcome.assumed = assumed.map(view).collect();
            }
            Err(Refused::Asks(question)) => outcome.question = Some(question),
            Err(Refused::Because(Failure {
                code,
                message,
                about,
            })) => {
                outcome.error = Some(ErrorView {
                    code,
                    message,
                    about,
                });
            }
        }
        outcome
    }

    fn part(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: Some("part"),
            counted: "lines",
            ..Self::default()
        }
    }
}

/// Opens files, whatever they are, one after the other, and says of each what came of it: see `Engine::open_files`.
pub(crate) fn open_files(
    session: &mut Session,
    kept: &mut Kept,
    files: &js_sys::Array,
    answers: &JsValue,
    now_ms: u64,
) -> FileOutcomes {
    let given: Vec<(String, Vec<u8>)> = files.iter().map(|file| given(&file)).collect();
    let files: Vec<FileIn<'_>> = given
        .iter()
        .map(|(name, bytes)| FileIn { name, bytes })
        .collect();
    FileOutcomes(open_all(session, kept, &files, &Said::of(answers), now_ms))
}

fn field(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &name.into()).unwrap_or_default()
}

/// A file as JavaScript gives it; what it lacks is empty. Of a path the last part is its name.
fn given(file: &JsValue) -> (String, Vec<u8>) {
    let field = |name: &str| field(file, name);
    let bytes = field("bytes").dyn_into::<js_sys::Uint8Array>();
    let name = field("name").as_string().unwrap_or_default();
    (name, bytes.map(|bytes| bytes.to_vec()).unwrap_or_default())
}

impl Said {
    /// As JavaScript gives it; a label may be a number or a text.
    fn of(answers: &JsValue) -> Self {
        let text = |name: &str| {
            let said = field(answers, name);
            said.as_string()
                .or_else(|| said.as_f64().map(|number| number.to_string()))
        };
        Self {
            label: text("label")
                .and_then(|label| label.parse().ok())
                .filter(|&label| label <= 9),
            activation: text("activation"),
            padding: text("padding"),
            pool: text("pool"),
            symbols: text("symbols"),
        }
    }
}

/// Opens files that were given together. One of which another made use is a part of that one, in
/// whatever order they come.
fn open_all(
    session: &mut Session,
    kept: &mut Kept,
    files: &[FileIn<'_>],
    said: &Said,
    now_ms: u64,
) -> Vec<FileOutcome> {
    let mut parts: Vec<String> = Vec::new();
    let mut outcomes: Vec<FileOutcome> = Vec::new();
    for file in files {
        if parts.iter().any(|part| part == file.name) {
            outcomes.push(FileOutcome::part(file.name));
            continue;
        }
        let opened = open_with(session, kept, *file, files, said, now_ms);
        if let Ok(opened) = &opened {
            parts.extend(opened.parts.iter().cloned());
        }
        outcomes.push(FileOutcome::of(file.name, opened));
    }
    // Some came before the file that needed them, and were no use alone.
    for outcome in &mut outcomes {
        if outcome.error.is_some() && parts.contains(&outcome.name) {
            *outcome = FileOutcome::part(&outcome.name);
        }
    }
    outcomes
}

/// Opens whatever this is; where that fails, everything stays as it was. `beside` are the files that
/// came together with it.
fn open_with(
    session: &mut Session,
    kept: &mut Kept,
    file: FileIn<'_>,
    beside: &[FileIn<'_>],
    said: &Said,
    now_ms: u64,
) -> Result<Opened, Refused> {
    let length = file.bytes.len();
    if length > UPLOAD_LIMIT {
        let sentence =
            format!("The file has {length} bytes, and Trazo opens at most {UPLOAD_LIMIT}.");
        return Err(Failure::new("too-large", sentence).into());
    }
    let (bytes, packed) = unpacked(file.bytes)?;
    let kind = sniff(&bytes);
    if kind == Kind::Zip
        && let Some(IdxFiles { pictures, labels }) = idx_files(&bytes)?
    {
        return open_pictures(session, &pictures, &labels, file.name, now_ms);
    }
    let mut opened = match kind {
        kind @ (Kind::TrazoModel
        | Kind::Safetensors
        | Kind::Onnx
        | Kind::Json
        | Kind::Npy
        | Kind::Zip
        | Kind::Pickle) => {
            let mut opened = open_weights(session, kept, &bytes, beside, said)?;
            // The original's weights are called what they are.
            opened.kind = if kind == Kind::Pickle {
                "pesos"
            } else {
                "model"
            };
            Ok(opened)
        }
        Kind::TrazoProject => {
            let project = project::read(&bytes)?;
            let examples_added = project.restored.examples.len();
            let model = project.restored.selected;
            session.open_project(project.restored)?;
            kept.merge(project.kept);
            Ok(Opened {
                kind: "project",
                model: Some(model),
                examples_added,
                ..Opened::default()
            })
        }
        Kind::Strokes => open_examples(session, &bytes, file.name, said, now_ms),
        Kind::Idx => {
            let (other, beside) = counterpart(file.name, &bytes, beside)?;
            let (pictures, labels) = match idx::read_images(&bytes) {
                Ok(_) => (&bytes[..], &beside[..]),
                Err(_) => (&beside[..], &bytes[..]),
            };
            let mut opened = open_pictures(session, pictures, labels, file.name, now_ms)?;
            opened.parts.push(other);
            Ok(opened)
        }
        Kind::Empty => Err(Failure::new("empty-file", "The file is empty.").into()),
        other => {
            let sentence = format!("This is not a file that Trazo opens: {}.", other.sentence());
            Err(Failure::new("unknown-file", sentence).into())
        }
    }?;
    if packed {
        let text = "The file was packed, and is unpacked first.".into();
        opened.assumed.insert(0, Assumed { code: "gzip", text });
    }
    Ok(opened)
}

fn open_weights(
    session: &mut Session,
    kept: &mut Kept,
    bytes: &[u8],
    beside: &[FileIn<'_>],
    said: &Said,
) -> Result<Opened, Refused> {
    let mut answers = Answers::default();
    let said = [
        ("activation", &said.activation),
        ("padding", &said.padding),
        ("pool", &said.pool),
    ];
    for (about, answer) in said {
        if let Some(answer) = answer {
            answers.answer(about, answer).map_err(refused)?;
        }
    }
    let beside: Vec<(&str, &[u8])> = beside.iter().map(|one| (one.name, one.bytes)).collect();
    let opened = open_model_with(bytes, &answers, &beside).map_err(refused)?;
    let file = opened.model;
    let (id, model) = project::model_of(&file)?;
    session.open_model(id, model)?;
    kept.remember(&file.name, file.record);
    Ok(Opened {
        model: Some(id),
        assumed: opened.assumed,
        parts: opened.parts,
        ..Opened::default()
    })
}

fn open_examples(
    session: &mut Session,
    bytes: &[u8],
    name: &str,
    said: &Said,
    now_ms: u64,
) -> Result<Opened, Refused> {
    let known = session.symbols().to_vec();
    let reading = strokes::read_known(bytes, said.label, &|name| label_of(&known, name));
    if reading.samples.is_empty() && reading.unlabelled > 0 {
        let drawings = reading.unlabelled;
        return Err(Refused::Asks(Question {
            about: "label",
            choices: (0..10).map(|digit| digit.to_string()).collect(),
            text: format!("The file does not say which digit it is ({drawings} without a label)."),
        }));
    }
    let unknown = &reading.unknown;
    // A collection of hundreds of words is no one person's signs.
    if !unknown.is_empty() && known.len() + unknown.len() <= MOST_SYMBOLS {
        let names = unknown.join("  ");
        match &said.symbols {
            Some(choice) if *choice == names => {
                let unknown = unknown.clone();
                return open_symbols(session, bytes, name, said, now_ms, &unknown);
            }
            Some(_) => {}
            None => {
                let mut choices = vec![names];
                if !reading.samples.is_empty() {
                    choices.push(WITHOUT_SYMBOLS.into());
                }
                return Err(Refused::Asks(Question {
                    about: "symbols",
                    choices,
                    text: "The file has names for labels that are none of your symbols.".into(),
                }));
            }
        }
    }
    let read = reading.samples.len();
    let examples_added = session.add_examples(examples_of(&reading, name, now_ms))?;
    Ok(opened_examples(reading, read, examples_added))
}

/// To the question about names: no new symbols.
const WITHOUT_SYMBOLS: &str = "0–9";

fn label_of(symbols: &[Symbol], name: &str) -> Option<u8> {
    let symbol = symbols.iter().find(|symbol| symbol.name == name);
    symbol.map(|symbol| symbol.label)
}

/// Takes the examples of a file and its names as new symbols.
fn open_symbols(
    session: &mut Session,
    bytes: &[u8],
    name: &str,
    said: &Said,
    now_ms: u64,
    names: &[String],
) -> Result<Opened, Refused> {
    let known = session.symbols().to_vec();
    let new = names.iter();
    let new = new.map(|name| (name.as_str(), session.offered_key(name)));
    let new: Vec<(&str, Option<char>)> = new.collect();
    let mut reading = LenientReading::default();
    let added = session.add_with_symbols(&new, |added| {
        let all = [&known, added].concat();
        reading = strokes::read_known(bytes, said.label, &|name| label_of(&all, name));
        examples_of(&reading, name, now_ms)
    })?;
    let read = reading.samples.len();
    Ok(opened_examples(reading, read, added))
}

fn opened_examples(reading: LenientReading, read: usize, examples_added: usize) -> Opened {
    let told = reading.skipped.iter().take(SKIPPED_TOLD);
    let skipped = told.map(|line| (line.line, line.fault)).collect();
    Opened {
        kind: "examples",
        examples_added,
        examples_known: read - examples_added,
        skipped,
        passed_over: reading.skipped.len(),
        listed: reading.listed,
        assumed: reading.assumed,
        ..Opened::default()
    }
}

/// What was read, as examples.
fn examples_of(reading: &LenientReading, name: &str, now_ms: u64) -> Vec<Example> {
    let example = |sample: &StrokeSample| Example {
        id: 0,
        label: sample.label,
        first_read: None,
        taught_at: now_ms,
        source: match sample.source.as_str() {
            "" => name.to_owned(),
            source => source.to_owned(),
        },
        content: Content::Strokes(pack::pack(&onto_pad(sample))),
    };
    reading.samples.iter().map(example).collect()
}

/// The two IDX files of a set of digits.
struct IdxFiles {
    pictures: Vec<u8>,
    labels: Vec<u8>,
}

/// The two IDX files of an archive, where it holds such.
fn idx_files(archive: &[u8]) -> Result<Option<IdxFiles>, Refused> {
    let (mut pictures, mut labels) = (None, None);
    for (_, bytes) in read_archive(archive)? {
        if sniff(&bytes) == Kind::Idx {
            let place = match idx::read_labels(&bytes) {
                Ok(_) => &mut labels,
                Err(_) => &mut pictures,
            };
            *place = Some(bytes);
        }
    }
    let pair = pictures.zip(labels);
    Ok(pair.map(|(pictures, labels)| IdxFiles { pictures, labels }))
}

/// The file that goes with one of MNIST's, by its name: labels with pictures and the other way round.
fn counterpart(
    name: &str,
    bytes: &[u8],
    beside: &[FileIn<'_>],
) -> Result<(String, Vec<u8>), Refused> {
    let wanted = match idx::read_labels(bytes) {
        Ok(_) => name.replace("labels", "images").replace("idx1", "idx3"),
        Err(_) => name.replace("images", "labels").replace("idx3", "idx1"),
    };
    let Some(other) = beside.iter().find(|other| other.name == wanted) else {
        let sentence = format!(
            "Pictures and their labels are two files in this format: open {wanted:?} together with it."
        );
        let failure = Failure::new("needs-file", sentence);
        return Err(Failure {
            about: Some(wanted),
            ..failure
        }
        .into());
    };
    Ok((wanted, unpacked(other.bytes)?.0.into_owned()))
}

/// Takes pictures with labels among the examples.
fn open_pictures(
    session: &mut Session,
    pictures: &[u8],
    labels: &[u8],
    name: &str,
    now_ms: u64,
) -> Result<Opened, Refused> {
    let (pictures, labels) = idx::read_labelled(pictures, labels)?;
    let (width, height) = (pictures.columns, pictures.rows);
    let mut examples = Vec::new();
    let mut skipped = Vec::new();
    let pairs = pictures.iter().zip(labels).take(PICTURES_TAKEN);
    for (line, (pixels, &label)) in (1..).zip(pairs) {
        // MNIST's own are what the networks are shown already.
        let mnist = match (width, height) {
            (28, 28) => Ok(Ink {
                width,
                height,
                pixels: pixels.to_vec(),
            }),
            _ => picture::picture_ink(width, height, pixels),
        };
        match (mnist, picture::picture_bits(width, height, pixels)) {
            (Ok(mnist), Ok(bits)) => examples.push(Example {
                id: 0,
                label,
                first_read: None,
                taught_at: now_ms,
                source: name.to_owned(),
                content: Content::Picture { mnist, bits },
            }),
            _ => skipped.push((line, LineFault::NoInk)),
        }
    }
    let read = examples.len();
    let examples_added = session.add_examples(examples)?;
    let passed_over = skipped.len();
    skipped.truncate(SKIPPED_TOLD);
    let mut assumed = Vec::new();
    if pictures.count > PICTURES_TAKEN {
        assumed.push(Assumed {
            code: "first-pictures",
            text: format!(
                "Only the first {PICTURES_TAKEN} of {} pictures were taken.",
                pictures.count
            ),
        });
    }
    Ok(Opened {
        kind: "examples",
        examples_added,
        examples_known: read - examples_added,
        skipped,
        passed_over,
        listed: true,
        assumed,
        ..Opened::default()
    })
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
    use crate::project::tests::{session, stroke, teach};
    use trazo_ink::Point;

    fn open_said(session: &mut Session, bytes: &[u8], said: &Said) -> Result<Opened, Refused> {
        let name = "a file";
        let file = FileIn { name, bytes };
        open_with(session, &mut Kept::default(), file, &[], said, 9)
    }

    fn try_open(session: &mut Session, bytes: &[u8]) -> Result<Opened, &'static str> {
        open_said(session, bytes, &Said::default()).map_err(|refused| match refused {
            Refused::Because(failure) => failure.code,
            Refused::Asks(question) => question.about,
        })
    }

    #[test]
    fn what_is_downloaded_opens_again() {
        let mut taught = session();
        teach(&mut taught, &stroke(10.0), 3);
        teach(&mut taught, &stroke(200.0), 5);
        let kept = Kept::default();
        for format in ["trazo", "safetensors", "onnx", "npz", "json"] {
            let file = weights(&mut taught, &kept, format).expect("it can be written");
            let mut other = session();
            let opened = try_open(&mut other, &file.bytes).expect("it can be read");
            assert_eq!(
                (opened.kind, opened.model),
                ("model", Some(ModelId::Digits)),
                "{format}"
            );
            let params =
                |session: &Session| session.model(ModelId::Digits).network.params().to_vec();
            let exported = exported(&mut taught).expect("it can be exported");
            assert_eq!(params(&other), exported.network.params(), "{format}");
            other.undo().expect("it can be undone");
            assert!(other.is_pristine(ModelId::Digits));
        }
        let mut other = session();
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
        let mut empty = session();
        let opened = try_open(
            &mut empty,
            &examples(&taught).expect("there are some").bytes,
        );
        assert_eq!(opened.map(|opened| opened.examples_added), Ok(2));
        let drawings = |session: &Session| {
            session
                .examples()
                .iter()
                .map(|e| (e.label, e.content.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(drawings(&empty), drawings(&taught));
    }

    #[test]
    fn files_that_are_not_ours_leave_everything_as_it_was() {
        let mut session = session();
        teach(&mut session, &stroke(10.0), 3);
        let before = project::whole(&session, &Kept::default()).expect("it can be written");
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
            assert_eq!(try_open(&mut session, bytes), Err(code));
            assert_eq!(
                project::whole(&session, &Kept::default()).as_ref(),
                Ok(&before),
                "{code}"
            );
        }
    }

    #[test]
    fn lines_that_are_wrong_are_passed_over_and_told() {
        let mut file = String::from("{\"label\": 1, \"strokes\": [[[0, 0], [3, 400]]]}\n");
        file.push_str(&"{\"label\": 12, \"strokes\": [[[0, 0], [3, 400]]]}\n".repeat(30));
        let opened = try_open(&mut session(), file.as_bytes()).expect("the first line is right");
        assert_eq!((opened.examples_added, opened.passed_over), (1, 30));
        assert_eq!(opened.skipped.len(), SKIPPED_TOLD);
        assert_eq!(opened.skipped[1], (3, LineFault::Label));
    }

    #[test]
    fn a_drawing_without_a_label_is_asked_for_it_and_then_taken() {
        let pad = br#"[{"points": [{"x": 0, "y": 0}, {"x": 3, "y": 400}]}]"#;
        let mut session = session();
        assert_eq!(try_open(&mut session, pad), Err("label"));
        assert_eq!(session.examples().len(), 0);
        let said = Said {
            label: Some(7),
            ..Said::default()
        };
        let opened = open_said(&mut session, pad, &said).expect("the label is said");
        assert_eq!((opened.examples_added, opened.passed_over), (1, 0));
        let codes: Vec<_> = opened.assumed.iter().map(|one| one.code).collect();
        assert_eq!(codes, ["signature-pad", "point-objects", "strokes-alone"]);
    }

    #[test]
    fn names_are_asked_about_and_left_out_where_the_person_wants_digits_alone() {
        let line = |label: &str, strokes: &str| {
            format!("{{\"label\": {label}, \"strokes\": {strokes}}}\n")
        };
        let drawn = "[[[0, 0], [3, 400]]]";
        let named = line("\"plus\"", drawn);
        let file = [line("7", drawn), named.clone(), named.clone()].concat();
        let asked = |session: &mut Session, file: &str, choice: Option<&str>| {
            let symbols = choice.map(str::to_owned);
            let said = Said {
                symbols,
                ..Said::default()
            };
            open_said(session, file.as_bytes(), &said)
        };
        let mut session = session();
        let Err(Refused::Asks(question)) = asked(&mut session, &file, None) else {
            panic!("the name is nobody's");
        };
        assert_eq!((question.about, session.examples().len()), ("symbols", 0));
        assert_eq!(question.choices, ["plus", WITHOUT_SYMBOLS]);
        let opened = asked(&mut session, &file, Some(WITHOUT_SYMBOLS)).expect("there is a 7");
        assert_eq!((opened.examples_added, opened.passed_over), (1, 2));
        assert_eq!(
            opened.skipped,
            [(2, LineFault::Label), (3, LineFault::Label)]
        );
        assert!(session.symbols().is_empty());
        // Of names alone nothing would be left.
        let Err(Refused::Asks(question)) = asked(&mut session, &named, None) else {
            panic!("the name is nobody's");
        };
        assert_eq!(question.choices, ["plus"]);
        let opened = asked(&mut session, &file, Some("plus")).expect("it is a symbol");
        assert_eq!((opened.examples_added, opened.examples_known), (2, 1));
        assert_eq!(session.symbols()[0].name, "plus");
    }

    #[test]
    fn of_a_drawing_that_is_none_nobody_is_asked_for_the_name() {
        let file =
            "{\"label\": \"plus\", \"strokes\": []}\n{\"label\": \"heart\", \"strokes\": [[]]}\n";
        let mut session = session();
        let opened = try_open(&mut session, file.as_bytes()).expect("it is told what is wrong");
        assert_eq!(opened.examples_added, 0);
        assert_eq!(
            opened.skipped,
            [(1, LineFault::NoInk), (2, LineFault::NoInk)]
        );
    }

    #[test]
    fn examples_as_pictures_are_an_archive_of_what_mnist_has() {
        let mut taught = session();
        assert_eq!(
            example_pictures(&taught)
                .map_err(|failure| failure.code)
                .err(),
            Some("no-examples")
        );
        teach(&mut taught, &stroke(10.0), 3);
        teach(&mut taught, &stroke(200.0), 5);
        let file = example_pictures(&taught).expect("there are some");
        let mut other = session();
        let opened = try_open(&mut other, &file.bytes).expect("it can be read");
        assert_eq!((opened.kind, opened.examples_added), ("examples", 2));
        let members = read_archive(&file.bytes).expect("it is an archive");
        let [(_, images), (_, labels)] = members.as_slice() else {
            panic!("{} files", members.len());
        };
        let (images, labels) = idx::read_labelled(images, labels).expect("they belong together");
        assert_eq!((images.count, images.rows, images.columns), (2, 28, 28));
        assert_eq!(labels, [3, 5]);
    }

    #[test]
    fn pictures_and_labels_in_two_files_are_asked_for_by_name_and_taken_together() {
        let mut taught = session();
        teach(&mut taught, &stroke(10.0), 3);
        let archive = example_pictures(&taught).expect("there is one").bytes;
        let files = read_archive(&archive).expect("it is an archive");
        let [(pictures, pixels), (labels, digits)] = files.as_slice() else {
            panic!("{} files", files.len());
        };
        let file = |name, bytes| FileIn { name, bytes };
        let (pictures, labels) = (file(pictures, pixels), file(labels, digits));
        let mut other = session();
        let mut open = |files: &[FileIn<'_>]| -> Vec<(Option<&str>, Option<&str>)> {
            let said = Said::default();
            let outcomes = open_all(&mut other, &mut Kept::default(), files, &said, 9);
            let told = outcomes.into_iter().map(|outcome| {
                let code = outcome.error.map(|error| error.code);
                (outcome.kind, code)
            });
            told.collect()
        };
        assert_eq!(open(&[pictures]), [(None, Some("needs-file"))]);
        let (taken, part) = ((Some("examples"), None), (Some("part"), None));
        assert_eq!(open(&[labels, pictures]), [taken, part]);
        assert_eq!(
            open(&[file("hello.txt", b"hello"), pictures, labels]),
            [(None, Some("unknown-file")), taken, part]
        );
        assert_eq!(other.examples().iter().next().map(|one| one.label), Some(3));
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
