//! What the engine says, as JavaScript gets it. The types of the page (`www/src/worker/protocol.ts`) are made of these: the
//! package's `.d.ts` has each by its name here, with its docstrings.

use js_sys::{Float32Array, Uint8Array, Uint32Array};
use serde::Serialize;
use trazo_ink::{Ink, Point};
use trazo_learn::{DIGITS, ExamResult, LessonOutcome};
use tsify::{Ts, Tsify};

use crate::failure::Failure;
use crate::files;
use crate::store;

/// The value as a plain JavaScript object of its type. What is missing is null wherever it stands, also in the parts of a
/// list: `Tsify::into_ts` asks the outermost type alone.
pub(crate) fn to_js<T: Tsify + Serialize>(value: &T) -> Result<Ts<T>, Failure> {
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_missing_as_null(true);
    Ok(Ts::new_unchecked(value.serialize(&serializer)?))
}

/// The value, or `undefined`.
pub(crate) fn to_js_if<T: Tsify + Serialize>(value: Option<T>) -> Result<Option<Ts<T>>, Failure> {
    value.as_ref().map(to_js).transpose()
}

/// `points` is x0, y0, x1, y1, …; `ends[i]` is the number of points up to and including stroke `i`. Ends that do not
/// fit the points are brought into their range.
pub(crate) fn drawing_of(points: &[f32], ends: &[u32]) -> trazo_ink::Drawing {
    let (pairs, _) = points.as_chunks::<2>();
    let mut from = 0;
    let strokes = ends.iter().map(|&end| {
        let to = (end as usize).clamp(from, pairs.len());
        let stroke = pairs
            .get(from..to)
            .unwrap_or_default()
            .iter()
            .map(|&[x, y]| Point::new(x, y))
            .collect();
        from = to;
        stroke
    });
    trazo_ink::Drawing::from_strokes(strokes.collect())
}

/// A drawing in pad units (the pad is 1000 x 1000 whatever its size on the screen, y grows downwards).
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct Drawing {
    /// x0, y0, x1, y1, …
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "Float32Array")]
    points: Float32Array,
    /// `ends[i]` is the number of points up to and including stroke `i`.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "Uint32Array")]
    ends: Uint32Array,
}

impl From<&trazo_ink::Drawing> for Drawing {
    fn from(drawing: &trazo_ink::Drawing) -> Self {
        let points: Vec<f32> = drawing
            .strokes
            .iter()
            .flatten()
            .flat_map(|point| [point.x, point.y])
            .collect();
        let mut end = 0;
        let ends = drawing.strokes.iter().map(|stroke| {
            end += stroke.len() as u32;
            end
        });
        let ends: Vec<u32> = ends.collect();
        Self {
            points: Float32Array::from(&points[..]),
            ends: Uint32Array::from(&ends[..]),
        }
    }
}

/// What the network is given.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct NetworkInput {
    width: usize,
    height: usize,
    /// Ink from 0 (paper) to 255, row by row.
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "Uint8Array")]
    pixels: Uint8Array,
}

impl From<&Ink> for NetworkInput {
    fn from(ink: &Ink) -> Self {
        Self {
            width: ink.width,
            height: ink.height,
            pixels: Uint8Array::from(&ink.pixels[..]),
        }
    }
}

/// The picture of an example that has no strokes.
pub(crate) fn picture_of(example: &trazo_learn::Example) -> Option<NetworkInput> {
    match &example.content {
        trazo_learn::Content::Picture { mnist, .. } => Some(NetworkInput::from(mnist)),
        trazo_learn::Content::Strokes(_) => None,
    }
}

/// What memory, of what was taught and of the person's hand, did to an answer, against what the network says by itself.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum Help {
    /// It is another digit, or is read at all.
    Turned,
    /// The same digit, at least five points surer.
    Surer,
    /// The network by itself was sure, and now it is not.
    Doubted,
}

impl From<trazo_learn::Help> for Help {
    fn from(help: trazo_learn::Help) -> Self {
        match help {
            trazo_learn::Help::Turned => Self::Turned,
            trazo_learn::Help::Surer => Self::Surer,
            trazo_learn::Help::Doubted => Self::Doubted,
        }
    }
}

/// Where a drawing in memory is from.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum LikenessKind {
    /// Read surely and not corrected.
    Hand,
    /// Taught.
    Taught,
}

/// A drawing in memory that the one on the pad looks like.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct Likeness {
    /// Where it is from.
    pub(crate) kind: LikenessKind,
    /// Its number, as an example or in the hand.
    pub(crate) id: u64,
    /// What it is.
    pub(crate) label: u8,
    /// How alike the two are to the network: a cosine, 1 for the same drawing.
    pub(crate) alike: f32,
    /// The drawing, or null for a picture.
    pub(crate) drawing: Option<Drawing>,
    /// The picture, for an example that has no strokes.
    pub(crate) picture: Option<NetworkInput>,
}

/// Why memory helped.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct Why {
    /// What it did.
    help: Help,
    /// What is read, or null where it is not sure.
    #[tsify(type = "number | null")]
    digit: Option<u8>,
    /// What the network alone would have read, or null where it would not have been sure.
    #[tsify(type = "number | null")]
    alone: Option<u8>,
    /// Ten chances of the network alone.
    #[tsify(type = "readonly number[]")]
    alone_probabilities: [f32; DIGITS],
    /// At most three drawings of the digit that memory speaks for, the most alike first.
    nearest: Vec<Likeness>,
}

impl Why {
    pub(crate) fn new(why: &trazo_learn::Why, nearest: Vec<Likeness>) -> Self {
        Self {
            help: why.help.into(),
            digit: why.digit,
            alone: why.alone,
            alone_probabilities: why.alone_probabilities,
            nearest,
        }
    }
}

/// A drawing that was read surely and not corrected.
#[derive(Serialize, Tsify)]
pub struct HandDrawing {
    /// Its number, which stays, also where it becomes an example.
    pub(crate) id: u64,
    /// What it was read as.
    pub(crate) label: u8,
    /// Milliseconds since 1970 in UTC.
    pub(crate) at: u64,
    /// The drawing as it was drawn.
    pub(crate) drawing: Drawing,
}

/// Some of the hand.
#[derive(Serialize, Tsify)]
pub struct HandPage {
    /// How many there are in all.
    pub(crate) total: usize,
    /// Latest first.
    pub(crate) drawings: Vec<HandDrawing>,
}

/// What is read in a drawing.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct Reading {
    /// The digit, or the label of a symbol; null while the pad is empty or the network is not sure.
    #[tsify(type = "number | null")]
    digit: Option<u8>,
    /// True where there is no ink at all.
    empty: bool,
    /// False: «not sure», show `candidates`.
    sure: bool,
    /// The likeliest digits, best first: one where it is sure, two or three where it is not.
    candidates: Vec<u8>,
    /// Ten chances, one a digit, and one for each further label up to the last of a symbol that memory knows.
    #[tsify(type = "readonly number[]")]
    probabilities: Vec<f32>,
    /// What memory did to it; null where that is not worth a word.
    help: Option<Help>,
    /// What the network saw; null where there is no ink.
    input: Option<NetworkInput>,
}

impl From<trazo_learn::Reading> for Reading {
    fn from(reading: trazo_learn::Reading) -> Self {
        Self {
            digit: reading.digit,
            empty: reading.ink.is_none(),
            sure: reading.digit.is_some(),
            candidates: reading.candidates,
            probabilities: reading.probabilities,
            help: reading.help.map(Help::from),
            input: reading.ink.as_ref().map(NetworkInput::from),
        }
    }
}

/// One digit of a number.
#[derive(Serialize, Tsify)]
pub struct NumberPart {
    /// What its strokes are read as by themselves.
    reading: Reading,
    /// Its strokes' places in the drawing, in the order in which they were drawn.
    strokes: Vec<usize>,
    /// Its strokes.
    drawing: Drawing,
}

/// A sign in a number.
#[derive(Serialize, Tsify)]
pub struct NumberSign {
    /// A minus, a decimal point or a comma.
    #[tsify(type = "'-' | '.' | ','")]
    text: char,
    /// How many digits stand before it.
    before: usize,
    /// Its stroke's place in the drawing.
    stroke: usize,
}

/// What is read in a drawing as a whole: its digits, from left to right; none where there is no ink.
#[derive(Serialize, Tsify)]
pub struct WholeNumber {
    /// One digit each.
    parts: Vec<NumberPart>,
    /// From left to right.
    signs: Vec<NumberSign>,
}

impl From<trazo_learn::numbers::Number> for WholeNumber {
    fn from(number: trazo_learn::numbers::Number) -> Self {
        let parts = number.parts.into_iter().map(|part| NumberPart {
            drawing: Drawing::from(&part.group.drawing),
            strokes: part.group.strokes,
            reading: part.reading.into(),
        });
        let signs = number.signs.into_iter().map(|placed| NumberSign {
            text: placed.sign.text(),
            before: placed.before,
            stroke: placed.stroke,
        });
        Self {
            parts: parts.collect(),
            signs: signs.collect(),
        }
    }
}

/// The models there are.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum ModelId {
    /// The convolutional one.
    Digits,
    /// The original's.
    Classic,
    /// The person's own, trained in the Lab and kept.
    Own,
}

impl From<trazo_learn::ModelId> for ModelId {
    fn from(id: trazo_learn::ModelId) -> Self {
        match id {
            trazo_learn::ModelId::Digits => Self::Digits,
            trazo_learn::ModelId::Classic => Self::Classic,
            trazo_learn::ModelId::Own => Self::Own,
        }
    }
}

/// One of the models.
#[derive(Serialize, Tsify)]
pub struct ModelInfo {
    /// Which one.
    pub(crate) id: ModelId,
    /// The name in the file, for a person: "digits", "classic", what an uploaded file calls itself, or what the Lab called it.
    pub(crate) name: String,
    /// How many weights and biases it has.
    pub(crate) parameters: usize,
    /// Lessons since the pretrained weights (or since the file was opened).
    pub(crate) lessons: u32,
    /// True where the weights are the ones that ship, or that were kept.
    pub(crate) pristine: bool,
    /// True where its ten outputs are chances that sum to one (a softmax); else they are scores from 0 to 1, each alone.
    pub(crate) chances: bool,
}

/// How many of a set of drawings are read right: the exam's, a fixed set of synthetic digits that is never trained on, or
/// the person's own.
#[derive(Serialize, Tsify)]
pub struct Exam {
    right: u32,
    total: u32,
}

impl From<ExamResult> for Exam {
    fn from(exam: ExamResult) -> Self {
        Self {
            right: exam.right,
            total: exam.total,
        }
    }
}

/// The person's choices.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Settings {
    /// In `classic`: 5 steps at rate 0.5 on the one new sample, as the original did.
    pub(crate) original_way: bool,
    /// What is read surely and not corrected is remembered as the person's hand.
    pub(crate) learn_from_uncorrected: bool,
}

/// What can be taken back.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum UndoKind {
    /// A lesson.
    Lesson,
    /// The deletion of an example.
    Delete,
    /// An example that was said to be another digit.
    Relabel,
    /// The model as it ships.
    Reset,
    /// A file that was opened.
    Upload,
    /// Training on all examples.
    Training,
    /// Another point of the history.
    Travel,
    /// Drawings of the hand that were forgotten.
    Forget,
    /// A drawing of the hand that became an example.
    Promote,
    /// What is not corrected was to be remembered no more.
    HandOff,
    /// Someone else was to write.
    Writer,
    /// Someone else's hand that was forgotten.
    ForgetWriter,
    /// Symbols that were added, named otherwise or deleted.
    Symbols,
    /// A network of the Lab that was kept.
    Keep,
    /// The kept network that was removed.
    Remove,
}

impl From<trazo_learn::UndoKind> for UndoKind {
    fn from(kind: trazo_learn::UndoKind) -> Self {
        match kind {
            trazo_learn::UndoKind::Lesson => Self::Lesson,
            trazo_learn::UndoKind::Delete => Self::Delete,
            trazo_learn::UndoKind::Relabel => Self::Relabel,
            trazo_learn::UndoKind::Reset => Self::Reset,
            trazo_learn::UndoKind::Upload => Self::Upload,
            trazo_learn::UndoKind::Training => Self::Training,
            trazo_learn::UndoKind::Travel => Self::Travel,
            trazo_learn::UndoKind::Forget => Self::Forget,
            trazo_learn::UndoKind::Promote => Self::Promote,
            trazo_learn::UndoKind::HandOff => Self::HandOff,
            trazo_learn::UndoKind::Writer => Self::Writer,
            trazo_learn::UndoKind::ForgetWriter => Self::ForgetWriter,
            trazo_learn::UndoKind::Symbols => Self::Symbols,
            trazo_learn::UndoKind::Keep => Self::Keep,
            trazo_learn::UndoKind::Remove => Self::Remove,
        }
    }
}

/// All that the page shows at once, but for what the worker knows.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct EngineState {
    /// The model that reads.
    pub(crate) model: ModelInfo,
    /// Every model that there is.
    pub(crate) models: Vec<ModelInfo>,
    /// Drawings that were taught.
    pub(crate) example_count: usize,
    /// Drawings in the hand: read surely and not corrected.
    pub(crate) hand_count: usize,
    /// The name of whoever writes; empty for the first person.
    pub(crate) writer: String,
    /// Who else writes here, by name.
    pub(crate) other_writers: Vec<OtherWriter>,
    /// The selected model's exam; null until it has been sat.
    pub(crate) exam: Option<Exam>,
    /// How many moments of the selected model's history lie ahead of the one that holds now.
    pub(crate) moments_ahead: usize,
    /// The person's choices.
    pub(crate) settings: Settings,
    /// The latest change that can be taken back.
    pub(crate) undo: Option<UndoKind>,
    /// The model that it was done to, whichever reads now; null where it was done to the examples, or to everything.
    pub(crate) undo_model: Option<ModelId>,
    /// Larger files, in bytes, are refused: a page need not read them first.
    pub(crate) upload_limit: usize,
    /// The person's own symbols, by label.
    pub(crate) symbols: Vec<Symbol>,
    /// Whether the model that reads can read them.
    pub(crate) reads_symbols: bool,
}

/// A class of the person's own, which memory alone reads.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct Symbol {
    /// Its label, from 10 on.
    label: u8,
    /// What it is called, and shown as.
    name: String,
    /// The key that says «it was this one», or null.
    #[tsify(type = "string | null")]
    key: Option<char>,
    /// How many examples it has.
    drawings: usize,
}

impl Symbol {
    /// Those of a session.
    pub(crate) fn all(session: &trazo_learn::Session) -> Vec<Self> {
        let count = |label| {
            session
                .examples()
                .iter()
                .filter(|e| e.label == label)
                .count()
        };
        let symbols = session.symbols().iter();
        let symbols = symbols.map(|symbol| Self {
            label: symbol.label,
            name: symbol.name.clone(),
            key: symbol.key,
            drawings: count(symbol.label),
        });
        symbols.collect()
    }
}

/// Someone whose hand is set aside.
#[derive(Serialize, Tsify)]
pub struct OtherWriter {
    /// Empty for the first person.
    pub(crate) name: String,
    /// Drawings in their hand.
    pub(crate) count: usize,
}

/// An example whose answer a lesson changed.
#[derive(Serialize, Tsify)]
pub struct Changed {
    id: u64,
    label: u8,
    before: u8,
    after: u8,
}

/// What came of a lesson, but for the milliseconds, which are the worker's to know.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct LessonResult {
    /// What was taught.
    label: u8,
    /// True where the network already said so: it was confirmed, stored, and nothing was trained.
    confirmed: bool,
    /// The chances before it, by label as in `Reading`.
    #[tsify(type = "readonly number[]")]
    before: Vec<f32>,
    /// The chances after it.
    #[tsify(type = "readonly number[]")]
    after: Vec<f32>,
    /// Did the answer become the label?
    learned: bool,
    /// Drawings that were taught, this one among them.
    example_count: usize,
    /// The exam before it.
    exam_before: Exam,
    /// The exam after it.
    exam_after: Exam,
    /// The person's other examples whose answer changed.
    changed: Vec<Changed>,
    /// Drawings that left the hand: this one, or those like it that were taken for another digit.
    hand_forgotten: usize,
    /// Steps that the weights took; 0 where memory alone learned.
    steps: u32,
}

impl From<LessonOutcome> for LessonResult {
    fn from(lesson: LessonOutcome) -> Self {
        let changed = lesson.changed.iter().map(|changed| Changed {
            id: changed.id,
            label: changed.label,
            before: changed.before,
            after: changed.after,
        });
        Self {
            label: lesson.label,
            confirmed: lesson.confirmed,
            before: lesson.before,
            after: lesson.after,
            learned: lesson.learned,
            example_count: lesson.example_count,
            exam_before: lesson.exam_before.into(),
            exam_after: lesson.exam_after.into(),
            changed: changed.collect(),
            hand_forgotten: lesson.hand_forgotten,
            steps: lesson.steps,
        }
    }
}

/// What a lesson needs the person to say first. Nothing has been learned yet; teach again with `force`.
#[derive(Serialize, Tsify)]
#[serde(
    tag = "question",
    rename_all = "lowercase",
    rename_all_fields = "camelCase"
)]
pub enum TeachQuestion {
    /// There is nothing on the pad.
    Blank,
    /// There is only a dot.
    Dot,
    /// The same drawing was taught as another digit.
    Conflict {
        /// As this one.
        other_label: u8,
        /// Then.
        other_id: u64,
    },
}

impl From<trazo_learn::Question> for TeachQuestion {
    fn from(question: trazo_learn::Question) -> Self {
        match question {
            trazo_learn::Question::Blank => Self::Blank,
            trazo_learn::Question::Dot => Self::Dot,
            trazo_learn::Question::Conflict {
                other_label,
                other_id,
            } => Self::Conflict {
                other_label,
                other_id,
            },
        }
    }
}

/// Something that was taught.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct Example {
    /// Its number, which stays.
    pub(crate) id: u64,
    /// What the person said it is.
    pub(crate) label: u8,
    /// What the current model says, or null where it is not sure.
    #[tsify(type = "number | null")]
    pub(crate) answer: Option<u8>,
    /// What was read when the person named it, before the lesson, or null where the network was not sure.
    #[tsify(type = "number | null")]
    pub(crate) first_read: Option<u8>,
    /// Drawn on the pad here, not imported: the network was asked before the person named it.
    pub(crate) drawn_here: bool,
    /// Milliseconds since 1970 in UTC.
    pub(crate) taught_at: u64,
    /// The drawing as it was drawn, or null for a picture.
    pub(crate) drawing: Option<Drawing>,
    /// The picture, for an example that has no strokes.
    pub(crate) picture: Option<NetworkInput>,
}

/// How far memory has come with taking in the person's drawings.
#[derive(Serialize, Tsify)]
pub struct TakenIn {
    /// Those that it knows.
    pub(crate) known: usize,
    /// Those that it is to know.
    pub(crate) total: usize,
}

/// Some of the examples.
#[derive(Serialize, Tsify)]
pub struct ExamplePage {
    /// How many there are in all.
    pub(crate) total: usize,
    /// Latest first.
    pub(crate) examples: Vec<Example>,
}

/// Examples that were asked for by their ids.
#[derive(Serialize, Tsify)]
#[serde(transparent)]
pub struct ExampleList(pub(crate) Vec<Example>);

/// What made a point of the history.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum HistoryEvent {
    /// Nothing yet.
    Start,
    /// One drawing was taught.
    Lesson,
    /// It was trained on all examples.
    Training,
    /// It was reset.
    Reset,
    /// A sitting in which drawings were read surely and not corrected.
    Hand,
}

/// A moment to which the network can be brought back.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
#[tsify(missing_as_null)]
pub struct HistoryPoint {
    /// Its number, which stays.
    serial: u32,
    /// Milliseconds since 1970 in UTC; 0 where nobody knows.
    at: u64,
    /// What made it.
    event: HistoryEvent,
    /// What was taught, for a lesson.
    #[tsify(type = "number | null")]
    label: Option<u8>,
    /// The exam then.
    exam: Exam,
    /// The person's own examples then: `total` 0 where there were none.
    own: Exam,
    /// For a sitting: how many of its drawings the hand still has. 0 for all else.
    remembered: usize,
}

/// Where a model has been.
#[derive(Serialize, Tsify)]
pub struct History {
    /// The serial of the point that holds now; 0 where there are none.
    now: u32,
    /// Oldest first.
    points: Vec<HistoryPoint>,
}

impl History {
    pub(crate) fn new(
        timeline: &trazo_learn::history::Timeline,
        examples: &trazo_learn::Examples,
    ) -> Self {
        use trazo_learn::history::Event;
        let points = timeline.points().iter().map(|point| {
            let (event, label) = match point.event {
                Event::Start => (HistoryEvent::Start, None),
                Event::Lesson(label) => (HistoryEvent::Lesson, Some(label)),
                Event::Training => (HistoryEvent::Training, None),
                Event::Reset => (HistoryEvent::Reset, None),
                Event::Hand => (HistoryEvent::Hand, None),
            };
            let remembered = match point.event {
                Event::Hand => {
                    let hand = examples.hand();
                    hand.filter(|d| d.sitting == point.example).count()
                }
                _ => 0,
            };
            HistoryPoint {
                serial: point.serial,
                at: point.at_ms,
                event,
                label,
                exam: point.exam.into(),
                own: point.own.into(),
                remembered,
            }
        });
        Self {
            now: timeline.now(),
            points: points.collect(),
        }
    }
}

/// How training stands.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "lowercase")]
pub enum TrainState {
    /// It goes on.
    Running,
    /// It rests.
    Paused,
    /// It was ended.
    Stopped,
}

/// How training goes, but for what needs a clock.
#[derive(Serialize, Tsify)]
pub struct TrainFigures {
    state: TrainState,
    /// Mini-batches so far.
    steps: u32,
    /// Digits so far.
    samples: u64,
    loss: f32,
    /// Share of the person's own examples read right, 0 … 1.
    accuracy: f32,
    /// The exam at the last look.
    exam: Exam,
}

impl From<&trazo_learn::TrainProgress> for TrainFigures {
    fn from(progress: &trazo_learn::TrainProgress) -> Self {
        Self {
            state: match progress.state {
                trazo_learn::TrainState::Running => TrainState::Running,
                trazo_learn::TrainState::Paused => TrainState::Paused,
                trazo_learn::TrainState::Stopped => TrainState::Stopped,
            },
            steps: progress.steps,
            samples: progress.samples,
            loss: progress.loss,
            accuracy: progress.accuracy,
            exam: ExamResult {
                right: progress.exam_right,
                total: progress.exam_total,
            }
            .into(),
        }
    }
}

/// How the two ways of learning stand after a lesson of the experiment, and what holds for all of it.
#[derive(Serialize, Tsify)]
#[tsify(missing_as_null)]
pub struct ExperimentMark {
    /// How many lessons there will be.
    pub(crate) lessons: usize,
    /// They are the person's own drawings, not the synthetic writer's.
    pub(crate) own: bool,
    /// What was taught, or null before the first lesson.
    #[tsify(type = "number | null")]
    pub(crate) label: Option<u8>,
    /// The exam of the original's way, then of Trazo's.
    #[tsify(type = "readonly [Exam, Exam]")]
    pub(crate) exam: [Exam; 2],
    /// Of what was taught so far, what each reads right.
    #[tsify(type = "readonly [Exam, Exam]")]
    pub(crate) taught: [Exam; 2],
}

/// A file for the person to keep.
#[derive(Serialize, Tsify)]
pub struct FileOut {
    name: String,
    #[serde(with = "serde_wasm_bindgen::preserve")]
    #[tsify(type = "Uint8Array")]
    bytes: Uint8Array,
}

impl From<&files::FileOut> for FileOut {
    fn from(file: &files::FileOut) -> Self {
        Self {
            name: file.name.clone(),
            bytes: Uint8Array::from(&file.bytes[..]),
        }
    }
}

/// A save that was read back.
#[derive(Serialize, Tsify)]
pub struct Saved {
    /// Its number.
    seq: u64,
    /// When the snapshot was taken, in milliseconds since 1970 (UTC).
    at: u64,
    /// Bytes of the snapshot.
    bytes: u64,
}

impl From<store::Saved> for Saved {
    fn from(saved: store::Saved) -> Self {
        Self {
            seq: saved.seq,
            at: saved.at,
            bytes: saved.bytes,
        }
    }
}

/// What took a damaged snapshot's place.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "kebab-case")]
pub enum Used {
    /// The save before it.
    OlderSnapshot,
    /// The snapshot itself without the examples that are damaged.
    Partial,
    /// The models that ship: nothing could be used.
    Pretrained,
}

/// Something that was stored is damaged.
#[derive(Serialize, Tsify)]
#[serde(rename_all = "camelCase")]
pub struct Recovered {
    used: Used,
    /// How many bytes were set aside for a download.
    damaged_bytes: u64,
}

impl From<store::Recovered> for Recovered {
    fn from(recovered: store::Recovered) -> Self {
        let used = match recovered.used {
            store::Used::OlderSnapshot => Used::OlderSnapshot,
            store::Used::Partial => Used::Partial,
            store::Used::Pretrained => Used::Pretrained,
        };
        Self {
            used,
            damaged_bytes: recovered.damaged_bytes,
        }
    }
}
