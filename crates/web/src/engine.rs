//! The engine that the page's worker drives: [`School`] with JavaScript's types around it.

use trazo_formats::read_model;
use trazo_learn::{Advance, Experiment, LessonOutcome, ModelId, School, Settings, Teach};
use wasm_bindgen::prelude::*;

use crate::database::{Database, Found, Save};
use crate::failure::Failure;
use crate::files;
use crate::project::{self, Kept};
use crate::view::{
    self, DrawingView, ExampleView, ExamplesView, HistoryView, InkView, LessonView, ModelView,
    QuestionView, ReadingView, SettingsView, StateView, TrainView, UploadView, drawing_of, to_js,
};

/// Drives which examples are replayed; any number does, and the same one repeats the same lessons.
const SEED: u64 = 1;

/// What a unit of background work brought.
#[wasm_bindgen]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// There is nothing to do.
    Idle = 0,
    /// There is more to do.
    Working = 1,
    /// The caches are filled and the exam was sat.
    Warm = 2,
    /// A lesson is over: `takeLesson()` gives it.
    Lesson = 3,
    /// A training step was taken: `trainProgress()` says how it goes.
    Training = 4,
}

/// All state of the page's engine.
#[wasm_bindgen]
pub struct Engine {
    pub(crate) school: School,
    kept: Kept,
    lesson: Option<LessonOutcome>,
    pub(crate) experiment: Option<Experiment>,
}

#[wasm_bindgen]
impl Engine {
    /// An engine with the two pretrained models (bytes of `.trazo` files).
    ///
    /// # Errors
    /// `model-failed` where they are not what they should be.
    #[wasm_bindgen(constructor)]
    pub fn new(digits: &[u8], classic: &[u8]) -> Result<Engine, Failure> {
        let mut kept = Kept::default();
        let mut open = |bytes: &[u8], place: ModelId| {
            let file = read_model(bytes)?;
            let (id, model) = project::model_of(&file)?;
            if id != place {
                return Err(Failure::new(
                    "shape-mismatch",
                    format!("it is not a {:?} model", place.as_str()),
                ));
            }
            kept.remember(&file.name, file.record);
            Ok(model)
        };
        let shipped = |place: ModelId, failure: Failure| {
            let sentence = format!(
                "The model {:?} that ships with Trazo cannot be used: {}",
                place.as_str(),
                failure.message
            );
            Failure::new("model-failed", sentence)
        };
        let digits =
            open(digits, ModelId::Digits).map_err(|failure| shipped(ModelId::Digits, failure))?;
        let classic = open(classic, ModelId::Classic)
            .map_err(|failure| shipped(ModelId::Classic, failure))?;
        Ok(Self {
            school: School::new(digits, classic, SEED)?,
            kept,
            lesson: None,
            experiment: None,
        })
    }

    /// Reads a drawing: the page's `Reading`.
    ///
    /// # Errors
    /// None for any drawing.
    pub fn read(&mut self, points: &[f32], ends: &[u32]) -> Result<JsValue, Failure> {
        to_js(&ReadingView::from(
            self.school.read(&drawing_of(points, ends))?,
        ))
    }

    /// Begins a lesson, which `advance` carries out: `null`, or the page's `TeachQuestion` where it did not begin.
    ///
    /// # Errors
    /// `bad-label`, `busy`.
    pub fn teach(
        &mut self,
        points: &[f32],
        ends: &[u32],
        label: u8,
        force: bool,
        now_ms: f64,
    ) -> Result<JsValue, Failure> {
        match self
            .school
            .teach(&drawing_of(points, ends), label, force, now_ms as u64)?
        {
            Teach::Question(question) => to_js(&QuestionView::from(question)),
            Teach::Started => Ok(JsValue::NULL),
        }
    }

    /// One unit of background work, a millisecond or so.
    ///
    /// # Errors
    /// A lesson or training that failed; it was taken back.
    pub fn advance(&mut self) -> Result<Work, Failure> {
        Ok(match self.school.advance()? {
            Advance::Idle => Work::Idle,
            Advance::Working => Work::Working,
            Advance::Warm => Work::Warm,
            Advance::Training(_) => Work::Training,
            Advance::Lesson(outcome) => {
                self.lesson = Some(*outcome);
                Work::Lesson
            }
        })
    }

    /// The page's `Lesson` (without its milliseconds), once after `advance` said so.
    ///
    /// # Errors
    /// None.
    #[wasm_bindgen(js_name = takeLesson)]
    pub fn take_lesson(&mut self) -> Result<JsValue, Failure> {
        to_js(&self.lesson.take().map(LessonView::from))
    }

    /// Takes back the latest thing done, bit for bit.
    ///
    /// # Errors
    /// `nothing-to-undo`, `busy`.
    pub fn undo(&mut self) -> Result<(), Failure> {
        self.school.undo()?;
        Ok(())
    }

    /// Reads with another model from now on.
    ///
    /// # Errors
    /// `unknown-model`, `busy`.
    #[wasm_bindgen(js_name = selectModel)]
    pub fn select_model(&mut self, id: &str) -> Result<(), Failure> {
        let id = ModelId::parse(id).ok_or_else(|| {
            Failure::new(
                "unknown-model",
                format!("There is no model called {id:?} here."),
            )
        })?;
        Ok(self.school.select(id)?)
    }

    /// The selected model as it ships.
    ///
    /// # Errors
    /// `busy`.
    pub fn reset(&mut self, now_ms: f64) -> Result<(), Failure> {
        Ok(self.school.reset(now_ms as u64)?)
    }

    /// Where the selected model has been: the page's `History`.
    ///
    /// # Errors
    /// None.
    pub fn history(&self) -> Result<JsValue, Failure> {
        to_js(&HistoryView::from(self.school.line(self.school.selected())))
    }

    /// Goes to another point of the history.
    ///
    /// # Errors
    /// `no-such-point`, `busy`.
    pub fn travel(&mut self, serial: u32) -> Result<(), Failure> {
        Ok(self.school.travel(serial)?)
    }

    /// The person's choices.
    #[wasm_bindgen(js_name = setSettings)]
    pub fn set_settings(&mut self, original_way: bool) {
        self.school.set_settings(Settings { original_way });
    }

    /// The engine's part of the page's `Snapshot`.
    ///
    /// # Errors
    /// None.
    pub fn state(&self) -> Result<JsValue, Failure> {
        let models = ModelId::ALL.map(|id| self.model_view(id));
        to_js(&StateView {
            model: self.model_view(self.school.selected()),
            models: models.into(),
            example_count: self.school.memory().len(),
            exam: self.school.exam().map(Into::into),
            moments_ahead: self.school.line(self.school.selected()).points_ahead(),
            settings: SettingsView {
                original_way: self.school.settings().original_way,
            },
            undo: self.school.undoable().map(view::undo_name),
        })
    }

    fn model_view(&self, id: ModelId) -> ModelView {
        let model = self.school.model(id);
        ModelView {
            id: id.as_str(),
            name: model.name.clone(),
            parameters: model.network.params().len(),
            lessons: model.lessons,
            pristine: self.school.is_pristine(id),
        }
    }

    /// The selected model's weights: `{ name, bytes }`. `format` is "trazo", "safetensors", "onnx" or "pesos".
    ///
    /// # Errors
    /// `cannot-write`.
    #[wasm_bindgen(js_name = downloadWeights)]
    pub fn download_weights(&mut self, format: &str) -> Result<JsValue, Failure> {
        view::file(&files::weights(&mut self.school, &self.kept, format)?)
    }

    /// Everything in one file: `{ name, bytes }`.
    ///
    /// # Errors
    /// None.
    #[wasm_bindgen(js_name = downloadProject)]
    pub fn download_project(&self) -> Result<JsValue, Failure> {
        view::file(&files::project(&self.school, &self.kept)?)
    }

    /// The drawings taught, as JSON lines: `{ name, bytes }`.
    ///
    /// # Errors
    /// `no-examples`.
    #[wasm_bindgen(js_name = downloadExamples)]
    pub fn download_examples(&self) -> Result<JsValue, Failure> {
        view::file(&files::examples(&self.school)?)
    }

    /// Opens a file, whatever it is: the page's `Upload`. Where it fails, everything stays as it was.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn upload(&mut self, name: &str, bytes: &[u8], now_ms: f64) -> Result<JsValue, Failure> {
        let opened = files::open(&mut self.school, &mut self.kept, name, bytes, now_ms as u64)?;
        to_js(&UploadView::from(opened))
    }

    /// Examples, latest first: `{ total, examples }`.
    ///
    /// # Errors
    /// `bad-drawing`.
    pub fn examples(&mut self, offset: usize, limit: usize) -> Result<JsValue, Failure> {
        let total = self.school.memory().len();
        let ids: Vec<u64> = self
            .school
            .memory()
            .iter()
            .rev()
            .skip(offset)
            .take(limit)
            .map(|example| example.id)
            .collect();
        let examples = ids
            .into_iter()
            .map(|id| self.example_view(id))
            .collect::<Result<_, Failure>>()?;
        to_js(&ExamplesView { total, examples })
    }

    fn example_view(&mut self, id: u64) -> Result<ExampleView, Failure> {
        let answer = self.school.answer(id)?;
        let example = self
            .school
            .memory()
            .get(id)
            .ok_or(trazo_learn::Error::UnknownExample(id))?;
        let picture = match &example.content {
            trazo_learn::Content::Picture { mnist, .. } => Some(InkView::from(mnist)),
            trazo_learn::Content::Strokes(_) => None,
        };
        Ok(ExampleView {
            id,
            label: example.label,
            answer,
            first_read: example.first_read,
            drawn_here: example.source == files::PAD_SOURCE,
            taught_at: example.taught_at,
            drawing: example.drawing()?.as_ref().map(DrawingView::from),
            picture,
        })
    }

    /// The examples with these ids, in this order; those that are no longer there are passed over.
    ///
    /// # Errors
    /// `bad-drawing`.
    #[wasm_bindgen(js_name = examplesById)]
    pub fn examples_by_id(&mut self, ids: &[f64]) -> Result<JsValue, Failure> {
        let mut examples = Vec::new();
        for id in ids.iter().map(|&id| id as u64) {
            if self.school.memory().get(id).is_some() {
                examples.push(self.example_view(id)?);
            }
        }
        to_js(&examples)
    }

    /// Forgets an example.
    ///
    /// # Errors
    /// `unknown-example`.
    #[wasm_bindgen(js_name = deleteExample)]
    pub fn delete_example(&mut self, id: f64) -> Result<(), Failure> {
        Ok(self.school.delete_example(id as u64)?)
    }

    /// Says that an example is another digit.
    ///
    /// # Errors
    /// `unknown-example`, `bad-label`.
    #[wasm_bindgen(js_name = relabelExample)]
    pub fn relabel_example(&mut self, id: f64, label: u8) -> Result<(), Failure> {
        Ok(self.school.relabel_example(id as u64, label)?)
    }

    /// Begins to train on all examples.
    ///
    /// # Errors
    /// `no-examples`, `busy`.
    #[wasm_bindgen(js_name = trainStart)]
    pub fn train_start(&mut self, now_ms: f64) -> Result<JsValue, Failure> {
        to_js(&TrainView::from(&self.school.train_start(now_ms as u64)?))
    }

    /// Stops training for a while.
    ///
    /// # Errors
    /// None; `null` where nothing was being trained.
    #[wasm_bindgen(js_name = trainPause)]
    pub fn train_pause(&mut self) -> Result<JsValue, Failure> {
        to_js(&self.school.train_pause().as_ref().map(TrainView::from))
    }

    /// Goes on training.
    ///
    /// # Errors
    /// None; `null` where nothing was being trained.
    #[wasm_bindgen(js_name = trainResume)]
    pub fn train_resume(&mut self) -> Result<JsValue, Failure> {
        to_js(&self.school.train_resume().as_ref().map(TrainView::from))
    }

    /// Ends training and keeps what was learned.
    ///
    /// # Errors
    /// None; `null` where nothing was being trained.
    #[wasm_bindgen(js_name = trainStop)]
    pub fn train_stop(&mut self) -> Result<JsValue, Failure> {
        to_js(&self.school.train_stop().as_ref().map(TrainView::from))
    }

    /// How training goes.
    ///
    /// # Errors
    /// None; `null` where nothing is being trained.
    #[wasm_bindgen(js_name = trainProgress)]
    pub fn train_progress(&self) -> Result<JsValue, Failure> {
        to_js(&self.school.train_progress().map(TrainView::from))
    }

    /// Grows with every change that must be saved.
    #[wasm_bindgen(getter)]
    pub fn revision(&self) -> f64 {
        self.school.revision() as f64
    }

    /// The state, serialised: only the chunks of examples that `database` does not have yet.
    ///
    /// # Errors
    /// None for a state that this engine can be in.
    #[wasm_bindgen(js_name = prepareSave)]
    pub fn prepare_save(&self, database: &Database, now_ms: f64) -> Result<Save, Failure> {
        let has = |index, fingerprint| database.has_chunk(index, fingerprint);
        Ok(Save::new(project::snapshot(
            &self.school,
            &self.kept,
            now_ms as u64,
            has,
        )?))
    }

    /// Takes up what was found in the database; as it ships where that is nothing.
    ///
    /// # Errors
    /// None for what `Database.choose` gave.
    pub fn restore(&mut self, found: &mut Found) -> Result<(), Failure> {
        if let Some(project) = found.take() {
            self.school.restore(project.restored)?;
            self.kept.merge(project.kept);
        }
        Ok(())
    }

    /// Examples taught at this moment or later, for the tab that saves; `adopt` takes them.
    ///
    /// # Errors
    /// None.
    #[wasm_bindgen(js_name = examplesSince)]
    pub fn examples_since(&self, taught_at: f64) -> Result<Vec<u8>, Failure> {
        project::examples_since(&self.school, taught_at as u64)
    }

    /// Adds examples that another tab could not save; those that are here already are passed over.
    ///
    /// # Errors
    /// What is wrong with the bytes.
    pub fn adopt(&mut self, bytes: &[u8]) -> Result<usize, Failure> {
        Ok(self
            .school
            .add_examples(project::read(bytes)?.restored.examples))
    }
}
