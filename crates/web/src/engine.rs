//! The engine that the page's worker drives: [`Session`] with JavaScript's types around it.

use std::mem::ManuallyDrop;

use trazo_formats::read_model;
use trazo_learn::evaluation::Experiment;
use trazo_learn::{Advance, LessonOutcome, ModelId, Session, Settings, Teach};
use tsify::Ts;
use wasm_bindgen::prelude::*;

use crate::database::{Database, Found, Save};
use crate::failure::Failure;
use crate::files;
use crate::inside::Inside;
use crate::project::{self, Kept};
use crate::symbols;
use crate::view::{self, drawing_of, to_js, to_js_if};

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
    pub(crate) session: Session,
    pub(crate) kept: Kept,
    lesson: Option<LessonOutcome>,
    pub(crate) experiment: Option<Experiment>,
    /// Freed with the worker, not with the engine: how to do that is no part of a first answer.
    pub(crate) inside: ManuallyDrop<Inside>,
}

#[wasm_bindgen]
impl Engine {
    /// An engine with the two pretrained models (bytes of `.trazo` files).
    ///
    /// `seed` drives which examples training goes through; the same one repeats it. Without it the browser draws one.
    ///
    /// # Errors
    /// `model-failed` where they are not what they should be.
    #[wasm_bindgen(constructor)]
    pub fn new(digits: &[u8], classic: &[u8], seed: Option<u32>) -> Result<Engine, Failure> {
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
            // Any number does, where there is no randomness to be had.
            session: Session::new(
                digits,
                classic,
                seed.or_else(|| getrandom::u32().ok()).unwrap_or(1).into(),
            )?,
            kept,
            lesson: None,
            experiment: None,
            inside: ManuallyDrop::default(),
        })
    }

    /// Reads a drawing.
    ///
    /// # Errors
    /// None for any drawing.
    pub fn read(&mut self, points: &[f32], ends: &[u32]) -> Result<Ts<view::Reading>, Failure> {
        to_js(&view::Reading::from(
            self.session.read(&drawing_of(points, ends))?,
        ))
    }

    /// Reads a drawing as a number: its digits, from left to right. One that is a single digit is read as by `read`.
    ///
    /// `digits` says how many there are, where the person has said so.
    ///
    /// # Errors
    /// None for any drawing.
    #[wasm_bindgen(js_name = readNumber)]
    pub fn read_number(
        &mut self,
        points: &[f32],
        ends: &[u32],
        digits: Option<usize>,
    ) -> Result<Ts<view::WholeNumber>, Failure> {
        let drawing = drawing_of(points, ends);
        to_js(&view::WholeNumber::from(
            self.session.read_number(&drawing, digits)?,
        ))
    }

    /// The same where the person says which digits and symbols they are, by label, from left to right. No parts where the
    /// drawing cannot be parted into so many.
    ///
    /// # Errors
    /// `bad-label` where one is neither.
    #[wasm_bindgen(js_name = readNumberAs)]
    pub fn read_number_as(
        &mut self,
        points: &[f32],
        ends: &[u32],
        labels: &[u8],
    ) -> Result<Ts<view::WholeNumber>, Failure> {
        let drawing = drawing_of(points, ends);
        to_js(&view::WholeNumber::from(
            self.session.read_number_as(&drawing, labels)?,
        ))
    }

    /// Begins a lesson, which `advance` carries out; where it needs the person to say something first, it says what.
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
    ) -> Result<Option<Ts<view::TeachQuestion>>, Failure> {
        match self
            .session
            .teach(&drawing_of(points, ends), label, force, now_ms as u64)?
        {
            Teach::Question(question) => to_js_if(Some(view::TeachQuestion::from(question))),
            Teach::Started => Ok(None),
        }
    }

    /// One unit of background work, a millisecond or so.
    ///
    /// # Errors
    /// A lesson or training that failed; it was taken back.
    pub fn advance(&mut self) -> Result<Work, Failure> {
        Ok(match self.session.advance()? {
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

    /// How far memory has come with taking in the person's drawings. Readings and lessons do not wait for it.
    ///
    /// # Errors
    /// None.
    #[wasm_bindgen(js_name = takenIn)]
    pub fn taken_in(&self) -> Result<Ts<view::TakenIn>, Failure> {
        let (known, total) = self.session.taken_in();
        to_js(&view::TakenIn { known, total })
    }

    /// What came of the lesson, once after `advance` said so.
    ///
    /// # Errors
    /// None.
    #[wasm_bindgen(js_name = takeLesson)]
    pub fn take_lesson(&mut self) -> Result<Option<Ts<view::LessonResult>>, Failure> {
        to_js_if(self.lesson.take().map(view::LessonResult::from))
    }

    /// Takes back the latest thing done, bit for bit.
    ///
    /// # Errors
    /// `nothing-to-undo`, `busy`.
    pub fn undo(&mut self) -> Result<(), Failure> {
        self.session.undo()?;
        Ok(())
    }

    /// Reads with another model from now on.
    ///
    /// # Errors
    /// `unknown-model`, `no-kept-model`, `busy`.
    #[wasm_bindgen(js_name = selectModel)]
    pub fn select_model(&mut self, id: &str) -> Result<(), Failure> {
        let id = ModelId::parse(id).ok_or_else(|| {
            Failure::new(
                "unknown-model",
                format!("There is no model called {id:?} here."),
            )
        })?;
        Ok(self.session.select(id)?)
    }

    /// Keeps a network (the bytes of a `.trazo` file, as the Lab writes them) beside those that ship, in the place of the one
    /// kept before, and reads with it from now on.
    ///
    /// # Errors
    /// What is wrong with the bytes; `shape-mismatch`, `bad-labels`, `busy`.
    #[wasm_bindgen(js_name = keepModel)]
    pub fn keep_model(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let file = read_model(bytes)?;
        let model = project::model_for(&file, ModelId::Own)?;
        self.session.keep_model(model)?;
        self.kept.remember(&file.name, file.record);
        Ok(())
    }

    /// Removes the network that was kept.
    ///
    /// # Errors
    /// `no-kept-model`, `busy`.
    #[wasm_bindgen(js_name = removeKept)]
    pub fn remove_kept(&mut self) -> Result<(), Failure> {
        Ok(self.session.remove_kept()?)
    }

    /// The selected model as it ships, or as it was kept.
    ///
    /// # Errors
    /// `busy`.
    pub fn reset(&mut self, now_ms: f64) -> Result<(), Failure> {
        Ok(self.session.reset(now_ms as u64)?)
    }

    /// Where the selected model has been.
    ///
    /// # Errors
    /// None.
    pub fn history(&self) -> Result<Ts<view::History>, Failure> {
        let timeline = self.session.timeline(self.session.selected());
        to_js(&view::History::new(timeline, self.session.examples()))
    }

    /// Goes to another point of the history.
    ///
    /// # Errors
    /// `no-such-point`, `busy`.
    pub fn travel(&mut self, serial: u32) -> Result<(), Failure> {
        Ok(self.session.travel(serial)?)
    }

    /// The person's choices.
    ///
    /// # Errors
    /// `busy`.
    #[wasm_bindgen(js_name = setSettings)]
    pub fn set_settings(
        &mut self,
        original_way: bool,
        learn_from_uncorrected: bool,
    ) -> Result<(), Failure> {
        Ok(self.session.set_settings(Settings {
            original_way,
            learn_from_uncorrected,
        })?)
    }

    /// A drawing was cleared, or followed by another, and not corrected: remembers it where it says something of the
    /// person's hand, and says whether it was.
    ///
    /// # Errors
    /// `busy`.
    pub fn remember(&mut self, points: &[f32], ends: &[u32], now_ms: f64) -> Result<bool, Failure> {
        let drawing = drawing_of(points, ends);
        Ok(self.session.remember(&drawing, now_ms as u64)?)
    }

    /// The hand, latest first.
    ///
    /// # Errors
    /// `bad-drawing`.
    pub fn hand(&self, offset: usize, limit: usize) -> Result<Ts<view::HandPage>, Failure> {
        let hand = self.session.examples().hand();
        let total = hand.len();
        let drawings = hand.rev().skip(offset).take(limit).map(|drawing| {
            Ok(view::HandDrawing {
                id: drawing.id,
                label: drawing.label,
                at: drawing.at,
                drawing: view::Drawing::from(&drawing.drawing()?),
            })
        });
        let drawings = drawings.collect::<Result<_, Failure>>()?;
        to_js(&view::HandPage { total, drawings })
    }

    /// Forgets all of the hand.
    ///
    /// # Errors
    /// `busy`.
    #[wasm_bindgen(js_name = forgetHand)]
    pub fn forget_hand(&mut self) -> Result<(), Failure> {
        Ok(self.session.forget_hand()?)
    }

    /// From now on this person writes, with a hand of their own; the empty name is the first person's.
    ///
    /// # Errors
    /// `bad-writer`, `busy`.
    #[wasm_bindgen(js_name = writeAs)]
    pub fn write_as(&mut self, name: &str) -> Result<(), Failure> {
        Ok(self.session.write_as(name)?)
    }

    /// Forgets someone else's hand, name and all.
    ///
    /// # Errors
    /// `bad-writer`, `busy`.
    #[wasm_bindgen(js_name = forgetWriter)]
    pub fn forget_writer(&mut self, name: &str) -> Result<(), Failure> {
        Ok(self.session.forget_writer(name)?)
    }

    /// Forgets one drawing of the hand.
    ///
    /// # Errors
    /// `unknown-example`, `busy`.
    #[wasm_bindgen(js_name = forgetHandDrawing)]
    pub fn forget_hand_drawing(&mut self, id: f64) -> Result<(), Failure> {
        Ok(self.session.forget_hand_drawing(id as u64)?)
    }

    /// A drawing of the hand becomes an example.
    ///
    /// # Errors
    /// `unknown-example`, `busy`.
    #[wasm_bindgen(js_name = promoteHandDrawing)]
    pub fn promote_hand_drawing(&mut self, id: f64) -> Result<(), Failure> {
        Ok(self.session.promote(id as u64)?)
    }

    /// Why memory helped to read a drawing so; `undefined` where it did not.
    ///
    /// # Errors
    /// `bad-drawing`.
    pub fn why(&mut self, points: &[f32], ends: &[u32]) -> Result<Option<Ts<view::Why>>, Failure> {
        let Some(why) = self.session.why(&drawing_of(points, ends))? else {
            return Ok(None);
        };
        let nearest = why.nearest.iter().map(|near| self.likeness(near));
        let nearest = nearest.collect::<Result<_, Failure>>()?;
        to_js_if(Some(view::Why::new(&why, nearest)))
    }

    fn likeness(&self, near: &trazo_learn::Reminder) -> Result<view::Likeness, Failure> {
        let examples = self.session.examples();
        let (kind, drawing, picture) = match examples.get(near.id) {
            Some(example) => (
                view::LikenessKind::Taught,
                example.drawing()?.as_ref().map(view::Drawing::from),
                view::picture_of(example),
            ),
            None => {
                let mut hand = examples.hand();
                let drawing = hand.find(|drawing| drawing.id == near.id);
                let drawing = drawing.map(trazo_learn::HandDrawing::drawing).transpose()?;
                (
                    view::LikenessKind::Hand,
                    drawing.as_ref().map(view::Drawing::from),
                    None,
                )
            }
        };
        Ok(view::Likeness {
            kind,
            id: near.id,
            label: near.label,
            alike: near.nearness,
            drawing,
            picture,
        })
    }

    /// Everything of this person is gone; cannot be undone. What is stored is wiped by `Database.wipe`.
    pub fn wipe(&mut self) {
        self.session.wipe();
        self.kept.forget_person();
        self.lesson = None;
        self.experiment = None;
    }

    /// All that the page shows at once.
    ///
    /// # Errors
    /// None.
    pub fn state(&self) -> Result<Ts<view::EngineState>, Failure> {
        let models = self.session.models().map(|id| self.model_view(id));
        let undoable = self.session.undoable();
        let writers = self.session.examples().writers();
        let others = writers.others.iter();
        let others = others.map(|(name, drawings)| view::OtherWriter {
            name: name.clone(),
            count: drawings.len(),
        });
        to_js(&view::EngineState {
            model: self.model_view(self.session.selected()),
            models: models.collect(),
            example_count: self.session.examples().len(),
            hand_count: self.session.examples().hand().len(),
            writer: writers.current.clone(),
            other_writers: others.collect(),
            exam: self.session.exam().map(Into::into),
            moments_ahead: self
                .session
                .timeline(self.session.selected())
                .points_ahead(),
            settings: view::Settings {
                original_way: self.session.settings().original_way,
                learn_from_uncorrected: self.session.settings().learn_from_uncorrected,
            },
            undo: undoable.map(|undo| undo.kind.into()),
            undo_model: undoable.and_then(|undo| undo.model).map(Into::into),
            upload_limit: files::UPLOAD_LIMIT,
            symbols: view::Symbol::all(&self.session),
            reads_symbols: self.session.reads_symbols(),
        })
    }

    fn model_view(&self, id: ModelId) -> view::ModelInfo {
        let model = self.session.model(id);
        view::ModelInfo {
            id: id.into(),
            name: model.name.clone(),
            parameters: model.network.params().len(),
            lessons: model.lessons,
            pristine: self.session.is_pristine(id),
            chances: model.network.spec().loss == trazo_nn::Loss::CrossEntropy,
        }
    }

    /// One unit of making the selected model's weights ready to leave, a millisecond or so: `true` once they are, and
    /// `downloadWeights` has them at once.
    ///
    /// # Errors
    /// `busy`.
    #[wasm_bindgen(js_name = prepareWeights)]
    pub fn prepare_weights(&mut self) -> Result<bool, Failure> {
        Ok(self.session.export()?.is_some())
    }

    /// The selected model's weights. What `prepareWeights` has not done is done now. `format` is "trazo", "safetensors", "onnx", "pesos", "npz" or
    /// "json".
    ///
    /// # Errors
    /// `cannot-write`.
    #[wasm_bindgen(js_name = downloadWeights)]
    pub fn download_weights(&mut self, format: &str) -> Result<Ts<view::FileOut>, Failure> {
        to_js(&view::FileOut::from(&files::weights(
            &mut self.session,
            &self.kept,
            format,
        )?))
    }

    /// Everything in one file.
    ///
    /// # Errors
    /// None.
    #[wasm_bindgen(js_name = downloadProject)]
    pub fn download_project(&self) -> Result<Ts<view::FileOut>, Failure> {
        to_js(&view::FileOut::from(&files::project(
            &self.session,
            &self.kept,
        )?))
    }

    /// The drawings taught, as JSON lines.
    ///
    /// # Errors
    /// `no-examples`.
    #[wasm_bindgen(js_name = downloadExamples)]
    pub fn download_examples(&self) -> Result<Ts<view::FileOut>, Failure> {
        to_js(&view::FileOut::from(&files::examples(&self.session)?))
    }

    /// The examples as pictures in MNIST's format, in a zip archive.
    ///
    /// # Errors
    /// `no-examples`.
    #[wasm_bindgen(js_name = downloadExamplePictures)]
    pub fn download_example_pictures(&self) -> Result<Ts<view::FileOut>, Failure> {
        to_js(&view::FileOut::from(&files::example_pictures(
            &self.session,
        )?))
    }

    /// Opens files, whatever they are, one after the other, and says of each what came of it. What
    /// is not taken leaves everything as it was; each that is taken can be undone on its own.
    ///
    /// `files` are `{ name, bytes }` each; those of one call can belong together, as ONNX and its
    /// weights or pictures and their labels do. `answers` is what a person said to an earlier
    /// question about them: `{ label?, activation?, padding?, pool? }`, a digit or text each.
    ///
    /// # Errors
    /// None: what is wrong with a file is in its outcome.
    #[wasm_bindgen(js_name = openFiles)]
    pub fn open_files(
        &mut self,
        files: &js_sys::Array,
        answers: &JsValue,
        now_ms: f64,
    ) -> Result<Ts<files::FileOutcomes>, Failure> {
        let (session, kept) = (&mut self.session, &mut self.kept);
        to_js(&files::open_files(
            session,
            kept,
            files,
            answers,
            now_ms as u64,
        ))
    }

    /// Examples, latest first.
    ///
    /// # Errors
    /// `bad-drawing`.
    pub fn examples(
        &mut self,
        offset: usize,
        limit: usize,
    ) -> Result<Ts<view::ExamplePage>, Failure> {
        let total = self.session.examples().len();
        let ids: Vec<u64> = self
            .session
            .examples()
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
        to_js(&view::ExamplePage { total, examples })
    }

    fn example_view(&mut self, id: u64) -> Result<view::Example, Failure> {
        let answer = self.session.answer(id)?;
        let example = self
            .session
            .examples()
            .get(id)
            .ok_or(trazo_learn::Error::UnknownExample(id))?;
        Ok(view::Example {
            id,
            label: example.label,
            answer,
            first_read: example.first_read,
            drawn_here: example.source == files::PAD_SOURCE,
            taught_at: example.taught_at,
            drawing: example.drawing()?.as_ref().map(view::Drawing::from),
            picture: view::picture_of(example),
        })
    }

    /// The examples with these ids, in this order; those that are no longer there are passed over.
    ///
    /// # Errors
    /// `bad-drawing`.
    #[wasm_bindgen(js_name = examplesById)]
    pub fn examples_by_id(&mut self, ids: &[f64]) -> Result<Ts<view::ExampleList>, Failure> {
        let mut examples = Vec::new();
        for id in ids.iter().map(|&id| id as u64) {
            if self.session.examples().get(id).is_some() {
                examples.push(self.example_view(id)?);
            }
        }
        to_js(&view::ExampleList(examples))
    }

    /// Forgets an example.
    ///
    /// # Errors
    /// `unknown-example`, `busy`.
    #[wasm_bindgen(js_name = deleteExample)]
    pub fn delete_example(&mut self, id: f64) -> Result<(), Failure> {
        Ok(self.session.delete_example(id as u64)?)
    }

    /// Says that an example is another digit.
    ///
    /// # Errors
    /// `unknown-example`, `bad-label`, `busy`.
    #[wasm_bindgen(js_name = relabelExample)]
    pub fn relabel_example(&mut self, id: f64, label: u8) -> Result<(), Failure> {
        Ok(self.session.relabel_example(id as u64, label)?)
    }

    /// Begins to train on all examples.
    ///
    /// # Errors
    /// `no-examples`, `busy`.
    #[wasm_bindgen(js_name = trainStart)]
    pub fn train_start(&mut self, now_ms: f64) -> Result<Ts<view::TrainFigures>, Failure> {
        to_js(&view::TrainFigures::from(
            &self.session.train_start(now_ms as u64)?,
        ))
    }

    /// Stops training for a while.
    ///
    /// # Errors
    /// None; `undefined` where nothing was being trained.
    #[wasm_bindgen(js_name = trainPause)]
    pub fn train_pause(&mut self) -> Result<Option<Ts<view::TrainFigures>>, Failure> {
        to_js_if(
            self.session
                .train_pause()
                .as_ref()
                .map(view::TrainFigures::from),
        )
    }

    /// Goes on training.
    ///
    /// # Errors
    /// None; `undefined` where nothing was being trained.
    #[wasm_bindgen(js_name = trainResume)]
    pub fn train_resume(&mut self) -> Result<Option<Ts<view::TrainFigures>>, Failure> {
        to_js_if(
            self.session
                .train_resume()
                .as_ref()
                .map(view::TrainFigures::from),
        )
    }

    /// Ends training and keeps what was learned.
    ///
    /// # Errors
    /// None; `undefined` where nothing was being trained.
    #[wasm_bindgen(js_name = trainStop)]
    pub fn train_stop(&mut self) -> Result<Option<Ts<view::TrainFigures>>, Failure> {
        to_js_if(
            self.session
                .train_stop()
                .as_ref()
                .map(view::TrainFigures::from),
        )
    }

    /// How training goes.
    ///
    /// # Errors
    /// None; `undefined` where nothing is being trained.
    #[wasm_bindgen(js_name = trainProgress)]
    pub fn train_progress(&self) -> Result<Option<Ts<view::TrainFigures>>, Failure> {
        to_js_if(self.session.train_progress().map(view::TrainFigures::from))
    }

    /// Grows with every change that must be saved.
    #[wasm_bindgen(getter)]
    pub fn revision(&self) -> f64 {
        self.session.revision() as f64
    }

    /// The state, serialised: only the chunks of examples that `database` does not have yet.
    ///
    /// # Errors
    /// None for a state that this engine can be in.
    #[wasm_bindgen(js_name = prepareSave)]
    pub fn prepare_save(&self, database: &Database, now_ms: f64) -> Result<Save, Failure> {
        let has = |index, fingerprint| database.has_chunk(index, fingerprint);
        Ok(Save::new(project::snapshot(
            &self.session,
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
            self.session.restore(project.restored)?;
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
        project::examples_since(&self.session, taught_at as u64)
    }

    /// Adds examples that another tab could not save; those that are here already are passed over.
    ///
    /// # Errors
    /// What is wrong with the bytes; `busy`.
    pub fn adopt(&mut self, bytes: &[u8]) -> Result<usize, Failure> {
        let theirs = project::read(bytes)?.restored;
        symbols::adopt(&mut self.session, theirs)
    }
}
