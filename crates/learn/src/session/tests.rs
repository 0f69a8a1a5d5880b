//! Every public call of a session in any order, against a plain model of what must hold; and faults that were, each with
//! its name. The networks are tiny, so that a lesson takes a moment.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use proptest::prelude::*;
use trazo_ink::{Drawing, Recipe, Rng, pack, writer};
use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec};

use super::*;
use crate::error::Error;
use crate::examples::{Content, Example, Writers};
use crate::history::{Event, Timeline};
use crate::learner::{Method, OWN_CAPACITY, TrainState};
use crate::model::{Model, ModelId, Settings};

/// Pooling by another size is another backbone.
fn model(id: ModelId, pool: usize, seed: u64) -> Model {
    let (recipe, loss, activation) = match id {
        ModelId::Digits | ModelId::Own => (
            Recipe::mnist(2.4, [28, 28, 1]),
            Loss::CrossEntropy,
            Activation::Linear,
        ),
        ModelId::Classic => (Recipe::PadBits20, Loss::SquaredError, Activation::Sigmoid),
    };
    let spec = NetworkSpec {
        input: recipe.shape(),
        layers: vec![
            LayerSpec::MaxPool { size: pool },
            LayerSpec::Dense {
                units: 10,
                activation,
            },
        ],
        loss,
    };
    Model {
        name: format!("{} {pool} {seed}", id.as_str()),
        network: Network::new(spec, seed).unwrap(),
        recipe,
        lessons: 0,
    }
}

/// A session as it ships, ready for lessons with both models.
fn session() -> Session {
    static READY: OnceLock<Session> = OnceLock::new();
    READY
        .get_or_init(|| {
            let [digits, classic] = ModelId::SHIPPED.map(|id| model(id, 4, 1));
            let mut session = Session::new(digits, classic, 5).unwrap();
            for learner in &mut session.learners {
                let few = Method {
                    base_digits: 100,
                    ..*learner.method()
                };
                learner.set_method(few);
            }
            for id in [ModelId::Classic, ModelId::Digits] {
                session.select(id).unwrap();
                settle(&mut session);
            }
            session
        })
        .clone()
}

fn settle(session: &mut Session) {
    while session.advance().unwrap() != Advance::Idle {}
}

fn digit(label: u8, seed: u64) -> Drawing {
    writer::random(label, &mut Rng::new(seed))
}

fn example(label: u8, seed: u64) -> Example {
    Example {
        id: 0,
        label,
        first_read: None,
        taught_at: 0,
        source: "test".into(),
        content: Content::Strokes(pack::pack(&digit(label, seed))),
    }
}

fn teach(session: &mut Session, label: u8, seed: u64) -> u64 {
    let drawing = digit(label, seed);
    let begun = session.teach(&drawing, label, true, 1_000 + seed).unwrap();
    assert_eq!(begun, Teach::Started);
    loop {
        if let Advance::Lesson(outcome) = session.advance().unwrap() {
            return outcome.example;
        }
    }
}

fn export(session: &mut Session) -> Model {
    loop {
        if let Some(model) = session.export().unwrap() {
            return model;
        }
    }
}

/// What is saved of it.
fn saved(session: &Session) -> Restored {
    let history = session.models().map(|id| {
        let timeline = session.saved_timeline(id);
        SavedTimeline {
            model: id,
            points: timeline.points().to_vec(),
            now: timeline.now(),
            sum: session.learned_sum(id),
            forgotten: timeline.forgotten().to_vec(),
        }
    });
    Restored {
        models: session
            .models()
            .map(|id| (id, session.saved_model(id).into_owned()))
            .collect(),
        selected: session.selected(),
        examples: session.examples().iter().cloned().collect(),
        hand: session.examples().hand().cloned().collect(),
        writers: session.examples().writers().clone(),
        settings: session.settings(),
        history: history.collect(),
        symbols: session.symbols().to_vec(),
    }
}

fn restored(from: &Session) -> Session {
    let mut again = session();
    again.restore(saved(from)).unwrap();
    again
}

/// The serial of the point that holds, but for sittings of the hand: they come by themselves, and undo leaves them.
fn now(timeline: &Timeline) -> u32 {
    let points = timeline
        .points()
        .iter()
        .take_while(|p| p.serial <= timeline.now());
    let last = points.filter(|p| p.event != Event::Hand).last();
    last.map_or(0, |point| point.serial)
}

/// All that decides what is read, but for the choices and the hand.
#[derive(Debug, Clone, PartialEq)]
struct State {
    models: Vec<(Vec<u32>, Vec<u32>, u32)>,
    kept: bool,
    examples: Vec<(u64, u8)>,
    now: Vec<u32>,
}

impl State {
    fn of(session: &Session) -> Self {
        let bits = |model: &Model| crate::model::bits(model.network.params());
        let models = session.learners.iter();
        let models = models.map(|l| (bits(&l.model), bits(l.reference()), l.model.lessons));
        Self {
            models: models.collect(),
            kept: session.kept,
            examples: session.examples.iter().map(|e| (e.id, e.label)).collect(),
            now: session.timelines.iter().map(now).collect(),
        }
    }
}

#[derive(Debug, Clone)]
enum Call {
    Read(u64),
    Teach(u8, u64, bool),
    Advance(usize),
    Finish,
    Undo,
    Select(ModelId),
    Reset,
    Travel(usize),
    Add(u8),
    Delete(usize),
    Relabel(usize, u8),
    Remember(u64),
    Forget(usize),
    ForgetHand,
    Promote(usize),
    LearnFromUncorrected(bool),
    Settings(bool),
    TrainStart,
    TrainPause,
    TrainResume,
    TrainStop,
    Open(ModelId, usize, u64),
    Keep(usize, u64),
    RemoveKept,
    OpenProject(u64),
    Restore,
    Export,
    Answer(usize),
}

fn call() -> impl Strategy<Value = Call> {
    let id = || prop_oneof![Just(ModelId::Digits), Just(ModelId::Classic)];
    let any_id = prop_oneof![2 => id(), 1 => Just(ModelId::Own)];
    let pool = || prop_oneof![Just(4_usize), Just(2)];
    prop_oneof![
        1 => (0..50_u64).prop_map(Call::Read),
        8 => (0..11_u8, 0..6_u64, any::<bool>()).prop_map(|(l, s, f)| Call::Teach(l, s, f)),
        3 => (1..60_usize).prop_map(Call::Advance),
        8 => Just(Call::Finish),
        5 => Just(Call::Undo),
        2 => any_id.prop_map(Call::Select),
        1 => Just(Call::Reset),
        4 => (0..12_usize).prop_map(Call::Travel),
        1 => (1..5_u8).prop_map(Call::Add),
        2 => (0..6_usize).prop_map(Call::Delete),
        2 => ((0..6_usize), 0..11_u8).prop_map(|(at, label)| Call::Relabel(at, label)),
        5 => (0..12_u64).prop_map(Call::Remember),
        1 => (0..4_usize).prop_map(Call::Forget),
        1 => Just(Call::ForgetHand),
        1 => (0..4_usize).prop_map(Call::Promote),
        1 => any::<bool>().prop_map(Call::LearnFromUncorrected),
        1 => any::<bool>().prop_map(Call::Settings),
        2 => Just(Call::TrainStart),
        1 => Just(Call::TrainPause),
        1 => Just(Call::TrainResume),
        1 => Just(Call::TrainStop),
        1 => (id(), pool(), 0..3_u64).prop_map(|(i, p, s)| Call::Open(i, p, s)),
        2 => (pool(), 0..3_u64).prop_map(|(p, s)| Call::Keep(p, s)),
        1 => Just(Call::RemoveKept),
        1 => (0..3_u64).prop_map(Call::OpenProject),
        1 => Just(Call::Restore),
        1 => Just(Call::Export),
        1 => (0..6_usize).prop_map(Call::Answer),
    ]
}

/// What must hold, told plainly.
struct Plain {
    session: Session,
    /// What can be taken back: its kind, its model, and how things were before.
    way_back: Vec<(UndoKind, Option<ModelId>, State)>,
    /// How things were before the lesson, or the training, that is under way.
    before: Option<State>,
    /// The head at every point there was, by model, time and event.
    heads: BTreeMap<(ModelId, u64, String), Vec<u32>>,
    clock: u64,
}

impl Plain {
    fn new() -> Self {
        Self {
            session: session(),
            way_back: Vec::new(),
            before: None,
            heads: BTreeMap::new(),
            clock: 0,
        }
    }

    fn busy(&self) -> bool {
        self.session.lesson.is_some()
    }

    fn push(&mut self, kind: UndoKind, model: Option<ModelId>, before: State) {
        if self.way_back.len() == 50 {
            self.way_back.remove(0);
        }
        self.way_back.push((kind, model, before));
    }

    /// Whatever changes something ends training, which can be taken back by itself.
    fn ends_training(&mut self) {
        let id = self.session.selected();
        let steps = self.session.train_progress().map_or(0, |p| p.steps);
        let Some(start) = self.before.take().filter(|_| steps > 0 && !self.busy()) else {
            return;
        };
        // Examples may have been added since it began.
        let mut before = State::of(&self.session);
        before.models[id.index()] = start.models[id.index()].clone();
        self.push(UndoKind::Training, Some(id), before);
    }

    /// Does the call; checks its answer against what it must be.
    fn call(&mut self, call: &Call) {
        self.clock += 1;
        let (now, busy) = (self.clock, self.busy());
        let ids: Vec<u64> = self.session.examples().iter().map(|e| e.id).collect();
        let selected = self.session.selected();
        let refused = |result: Result<(), Error>| {
            assert!(matches!(result, Err(Error::Busy)), "{result:?}");
        };
        // Calls that a lesson refuses, and that end training: whether they are let through.
        match call {
            Call::Read(seed) => {
                let reading = self.session.read(&digit(3, *seed)).unwrap();
                assert!(reading.probabilities.iter().all(|p| p.is_finite()));
            }
            Call::Teach(label, seed, force) => {
                let drawing = digit((*seed % 10) as u8, *seed);
                let known = self
                    .session
                    .examples()
                    .same_drawing(&pack::pack(&drawing))
                    .map(|e| e.label);
                self.guard(busy || *label > 9);
                let answer = self.session.teach(&drawing, *label, *force, now);
                match answer {
                    Err(Error::Label(10)) => assert_eq!(*label, 10),
                    Err(Error::Busy) => assert!(busy),
                    Ok(Teach::Started) => {
                        assert!(!busy && (*force || known.is_none_or(|k| k == *label)));
                        self.before = Some(State::of(&self.session));
                    }
                    Ok(Teach::Question(Question::Conflict { other_label, .. })) => {
                        assert!(!force && known == Some(other_label) && other_label != *label);
                    }
                    other => unreachable!("{other:?}"),
                }
            }
            Call::Advance(units) => {
                for _ in 0..*units {
                    self.advance();
                }
            }
            Call::Finish => {
                while self.busy() {
                    self.advance();
                }
            }
            Call::Undo => {
                self.guard(busy);
                let undone = self.session.undo();
                let last = if busy { None } else { self.way_back.pop() };
                match last {
                    _ if busy => refused(undone.map(drop)),
                    None => assert!(matches!(undone, Err(Error::NothingToUndo))),
                    Some((kind, model, before)) => {
                        assert_eq!(undone.unwrap(), Undoable { kind, model });
                        let mut after = State::of(&self.session);
                        // What was there before the first lesson stays as the start of the timeline.
                        for (after, before) in after.now.iter_mut().zip(&before.now) {
                            *after = if *before == 0 { 0 } else { *after };
                        }
                        assert_eq!(after, before);
                    }
                }
            }
            Call::Select(ModelId::Own) if !self.session.kept => {
                let result = self.session.select(ModelId::Own);
                assert!(matches!(result, Err(Error::NoKeptModel)), "{result:?}");
            }
            Call::Select(id) => {
                self.guard(busy || *id == selected);
                let result = self.session.select(*id);
                match busy && *id != selected {
                    true => refused(result),
                    false => result.unwrap(),
                }
            }
            Call::Reset => self.change(UndoKind::Reset, Some(selected), |s| s.reset(now)),
            Call::Travel(at) => {
                let serial = self.session.timeline(selected).points().get(*at);
                let serial = serial.map_or(999, |point| point.serial);
                self.guard(busy);
                // Training that ended just now may have cut it off.
                let there = self.session.timeline(selected).points();
                let there = there.iter().any(|p| p.serial == serial);
                let before = State::of(&self.session);
                match self.session.travel(serial) {
                    Err(Error::Busy) => assert!(busy),
                    Err(Error::NoSuchPoint(_)) => assert!(!there),
                    Ok(()) => {
                        assert!(there && !busy);
                        self.push(UndoKind::Travel, Some(selected), before);
                    }
                    other => unreachable!("{other:?}"),
                }
            }
            Call::Add(count) => {
                let before = State::of(&self.session);
                let new = (0..*count).map(|i| example(i % 10, now * 10 + u64::from(i)));
                let added = self.session.add_examples(new.collect());
                match busy {
                    true => refused(added.map(drop)),
                    false => {
                        assert_eq!(added.unwrap(), usize::from(*count));
                        self.push(UndoKind::Upload, None, before);
                    }
                }
            }
            Call::Delete(at) => {
                let id = ids.get(*at).copied().unwrap_or(77_777);
                match ids.len() > *at {
                    true => self.change(UndoKind::Delete, None, |s| s.delete_example(id)),
                    false => self.fails(|s| s.delete_example(id)),
                }
            }
            Call::Relabel(at, label) => {
                let id = ids.get(*at).copied().unwrap_or(77_777);
                match ids.len() > *at && *label < 10 {
                    true => self.change(UndoKind::Relabel, None, |s| s.relabel_example(id, *label)),
                    false if *label > 9 => {
                        let result = self.session.relabel_example(id, *label);
                        assert!(matches!(result, Err(Error::Label(10))));
                    }
                    false => self.fails(|s| s.relabel_example(id, *label)),
                }
            }
            Call::Remember(seed) => {
                let drawing = digit((*seed % 10) as u8, *seed);
                let count = self.hand().len();
                self.guard(busy);
                match self.session.remember(&drawing, now) {
                    Err(Error::Busy) => assert!(busy),
                    remembered => {
                        let remembered = remembered.unwrap();
                        assert!(!busy && self.hand().len() == count + usize::from(remembered));
                        let again = self.session.remember(&drawing, now);
                        assert!(!again.unwrap(), "once is enough");
                    }
                }
            }
            Call::Forget(at) => match self.hand().get(*at).copied() {
                Some(id) => self.change(UndoKind::Forget, None, |s| s.forget_hand_drawing(id)),
                None => self.fails(|s| s.forget_hand_drawing(77_777)),
            },
            Call::ForgetHand if self.hand().is_empty() => {
                self.guard(busy);
                let result = self.session.forget_hand();
                match busy {
                    true => refused(result),
                    false => result.unwrap(),
                }
            }
            Call::ForgetHand => self.change(UndoKind::Forget, None, Session::forget_hand),
            Call::Promote(at) => match self.hand().get(*at).copied() {
                Some(id) => {
                    self.change(UndoKind::Promote, None, |s| s.promote(id));
                    assert!(busy || self.session.examples().get(id).is_some());
                }
                None => self.fails(|s| s.promote(77_777)),
            },
            Call::LearnFromUncorrected(on) => {
                let settings = Settings {
                    learn_from_uncorrected: *on,
                    ..self.session.settings()
                };
                if !on && self.session.settings().learn_from_uncorrected {
                    self.change(UndoKind::HandOff, None, |s| s.set_settings(settings));
                } else {
                    self.guard(busy || settings == self.session.settings());
                    let same = settings == self.session.settings();
                    let result = self.session.set_settings(settings);
                    match busy && !same {
                        true => refused(result),
                        false => result.unwrap(),
                    }
                }
            }
            Call::Settings(original_way) => {
                let settings = Settings {
                    original_way: *original_way,
                    ..self.session.settings()
                };
                let same = settings == self.session.settings();
                self.guard(busy || same);
                let result = self.session.set_settings(settings);
                match busy && !same {
                    true => refused(result),
                    false => result.unwrap(),
                }
            }
            Call::TrainStart => {
                self.guard(busy);
                match self.session.train_start(now) {
                    Err(Error::Busy) => assert!(busy),
                    Err(Error::NoExamples) => assert!(ids.is_empty()),
                    started => {
                        assert!(!busy && started.unwrap().state == TrainState::Running);
                        self.before = Some(State::of(&self.session));
                    }
                }
            }
            Call::TrainPause => drop(self.session.train_pause()),
            Call::TrainResume => drop(self.session.train_resume()),
            Call::TrainStop => {
                self.guard(busy);
                let progress = self.session.train_stop();
                assert!(progress.is_none_or(|p| p.state == TrainState::Stopped));
            }
            Call::Open(id, pool, seed) => {
                let model = model(*id, *pool, *seed);
                self.change(UndoKind::Upload, Some(*id), |s| s.open_model(*id, model));
            }
            Call::Keep(pool, seed) => {
                let model = model(ModelId::Own, *pool, *seed);
                let own = Some(ModelId::Own);
                self.change(UndoKind::Keep, own, |s| s.keep_model(model));
            }
            Call::RemoveKept if !self.session.kept => {
                let result = self.session.remove_kept();
                assert!(matches!(result, Err(Error::NoKeptModel)), "{result:?}");
            }
            Call::RemoveKept => {
                let own = Some(ModelId::Own);
                self.change(UndoKind::Remove, own, Session::remove_kept);
            }
            Call::OpenProject(seed) => {
                let project = Restored {
                    models: vec![(ModelId::Digits, model(ModelId::Digits, 4, *seed))],
                    selected: ModelId::Classic,
                    examples: vec![Example {
                        id: 40,
                        ..example(4, *seed)
                    }],
                    hand: Vec::new(),
                    writers: Writers::default(),
                    settings: Settings::default(),
                    history: Vec::new(),
                    symbols: Vec::new(),
                };
                self.change(UndoKind::Upload, None, |s| s.open_project(project));
            }
            Call::Restore => {
                self.session = restored(&self.session);
                self.way_back.clear();
                self.before = None;
                assert_eq!(self.session.undoable(), None);
            }
            Call::Export => match self.session.export() {
                Err(Error::Busy) => assert!(busy),
                export => drop(export.unwrap()),
            },
            Call::Answer(at) => {
                if let Some(id) = ids.get(*at) {
                    self.session.answer(*id).unwrap();
                }
            }
        }
        self.check();
    }

    fn hand(&self) -> Vec<u64> {
        self.session.examples().hand().map(|d| d.id).collect()
    }

    fn guard(&mut self, refused: bool) {
        if !refused {
            self.ends_training();
            self.session.train_stop();
        }
    }

    fn change(
        &mut self,
        kind: UndoKind,
        model: Option<ModelId>,
        call: impl FnOnce(&mut Session) -> Result<(), Error>,
    ) {
        let busy = self.busy();
        self.guard(busy);
        let before = State::of(&self.session);
        let result = call(&mut self.session);
        if busy {
            assert!(matches!(result, Err(Error::Busy)), "{result:?}");
        } else {
            result.unwrap();
            self.push(kind, model, before);
        }
    }

    fn fails(&mut self, call: impl FnOnce(&mut Session) -> Result<(), Error>) {
        let busy = self.busy();
        self.guard(busy);
        let result = call(&mut self.session);
        assert!(matches!(
            (busy, &result),
            (true, Err(Error::Busy)) | (false, Err(Error::UnknownExample(77_777)))
        ));
    }

    fn advance(&mut self) {
        let count = self.session.examples().len();
        if let Advance::Lesson(outcome) = self.session.advance().unwrap() {
            let before = self.before.take().unwrap();
            let known = before.examples.iter().any(|e| e.0 == outcome.example);
            assert_eq!(outcome.example_count, count + usize::from(!known));
            assert_eq!(self.session.examples().len(), outcome.example_count);
            let label = self.session.examples().get(outcome.example).unwrap().label;
            assert_eq!(label, outcome.label);
            let id = self.session.selected();
            self.push(UndoKind::Lesson, Some(id), before);
        }
    }

    /// What holds whatever was called.
    fn check(&mut self) {
        let steps = self.session.train_progress().map_or(0, |p| p.steps);
        let training = (steps > 0).then_some((UndoKind::Training, Some(self.session.selected())));
        let last = self.way_back.last().map(|w| (w.0, w.1));
        let undoable = self.session.undoable().map(|u| (u.kind, u.model));
        assert_eq!(undoable, training.or(last));
        for label in 0..10 {
            let alike = self.session.examples().hand().filter(|d| d.label == label);
            assert!(alike.count() <= MOST_OF_A_DIGIT);
        }
        let examples = self.session.examples();
        assert!(examples.hand().all(|d| examples.get(d.id).is_none()));
        let on = self.session.settings().learn_from_uncorrected;
        assert!(on || examples.hand().len() == 0);
        if self.busy() || steps > 0 {
            return;
        }
        let kept = self.session.kept;
        assert!(kept || self.session.selected() != ModelId::Own);
        for id in self.session.models() {
            let (timeline, model) = (self.session.timeline(id), self.session.model(id));
            let head = model.head_bits();
            for point in timeline.points() {
                let (_, state) = timeline.state_at(point.serial, &head).unwrap();
                if point.event == Event::Hand {
                    // It changes no weight, and stays where what came before it is taken back.
                    if let Some((_, before)) = timeline.state_at(point.after, &head) {
                        assert_eq!(before, state);
                    }
                    continue;
                }
                let key = (id, point.at_ms, format!("{:?}", point.event));
                let known = self.heads.entry(key).or_insert_with(|| state.clone());
                assert_eq!(*known, state, "the chain of {id:?} is broken at {point:?}");
            }
        }
    }

    /// A session that was saved and opened again reads the same, and the exam stands the same.
    fn check_saved(&mut self) {
        self.guard(self.busy());
        while self.busy() {
            self.advance();
        }
        let mut again = restored(&self.session);
        assert!(again.models().eq(self.session.models()));
        for id in self.session.models() {
            let mut standings = Vec::new();
            for session in [&mut self.session, &mut again] {
                session.select(id).unwrap();
                settle(session);
                let ids: Vec<u64> = session.examples().iter().map(|e| e.id).collect();
                let answers: Vec<_> = ids.iter().map(|id| session.answer(*id).unwrap()).collect();
                let readings = (0..10).map(|seed| session.read(&digit(seed as u8, 900 + seed)));
                let readings: Vec<_> = readings.map(|r| r.unwrap().probabilities).collect();
                let mut survey = session.survey();
                let own = loop {
                    if let Some(standing) = session.survey_unit(&mut survey).unwrap() {
                        break standing;
                    }
                };
                standings.push((answers, readings, own, session.exam()));
            }
            assert_eq!(standings[0], standings[1], "{id:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn every_call_in_any_order_leaves_what_can_be_undone_travelled_and_saved(calls in prop::collection::vec(call(), 1..40)) {
        let mut plain = Plain::new();
        for call in &calls {
            plain.call(call);
        }
        plain.check_saved();
    }
}

#[test]
fn an_undone_upload_leaves_the_shipped_head_as_the_reference_so_that_a_reset_reads_as_shipped() {
    let mut session = session();
    let probe = digit(7, 1);
    let shipped = session.read(&probe).unwrap();
    teach(&mut session, 3, 7);
    session
        .open_model(ModelId::Digits, model(ModelId::Digits, 2, 9))
        .unwrap();
    settle(&mut session);
    session.undo().unwrap();
    let reference = session.learners[0].reference();
    assert!(reference.same_weights(&session.pretrained[0]));
    session.reset(9).unwrap();
    settle(&mut session);
    assert_eq!(session.read(&probe).unwrap(), shipped);
    assert!(!session.learners[0].listens());
}

#[test]
fn a_taught_network_of_another_backbone_is_measured_against_what_it_came_as_after_every_reload() {
    let mut session = session();
    let opened = model(ModelId::Digits, 2, 9);
    session.open_model(ModelId::Digits, opened.clone()).unwrap();
    for seed in 0..3 {
        teach(&mut session, (seed % 10) as u8, seed);
    }
    session.train_start(50).unwrap();
    while session.train_progress().is_some_and(|p| p.steps < 60) {
        session.advance().unwrap();
    }
    session.train_stop();
    for _ in 0..2 {
        session = restored(&session);
        assert!(session.learners[0].reference().same_weights(&opened));
        assert!(!session.model(ModelId::Digits).same_weights(&opened));
    }
}

#[test]
fn a_kept_network_stands_beside_those_that_ship_which_stay_as_they_are() {
    let mut session = session();
    teach(&mut session, 3, 7);
    let before = State::of(&session);
    let probe = digit(7, 1);
    let read = session.read(&probe).unwrap();
    session.keep_model(model(ModelId::Own, 2, 9)).unwrap();
    assert_eq!(session.selected(), ModelId::Own);
    assert_eq!(session.models().count(), 3);
    assert!(session.is_pristine(ModelId::Own));
    // It is taught like the others, and knows what they were taught.
    teach(&mut session, 5, 8);
    settle(&mut session);
    assert_eq!(session.learners[2].own_ids().count(), 2);
    assert_eq!(session.timeline(ModelId::Own).points().len(), 2);
    assert_eq!(State::of(&session).models[..2], before.models[..2]);

    // The next one takes its place; each step back is one.
    session.keep_model(model(ModelId::Own, 4, 3)).unwrap();
    assert_eq!(session.timeline(ModelId::Own).points().len(), 0);
    session.remove_kept().unwrap();
    assert_eq!(session.selected(), ModelId::Digits);
    assert_eq!(session.models().count(), 2);
    assert!(matches!(session.remove_kept(), Err(Error::NoKeptModel)));
    let kinds = [UndoKind::Remove, UndoKind::Keep, UndoKind::Lesson];
    for kind in kinds {
        let model = Some(ModelId::Own);
        assert_eq!(session.undo().unwrap(), Undoable { kind, model });
        assert_eq!(session.selected(), ModelId::Own);
    }
    session.undo().unwrap();
    assert_eq!(State::of(&session), before);
    assert_eq!(session.read(&probe).unwrap(), read);
}

#[test]
fn wiping_leaves_nothing_of_a_kept_network() {
    let mut session = session();
    session.keep_model(model(ModelId::Own, 2, 9)).unwrap();
    session.wipe();
    assert!(session.models().eq(ModelId::SHIPPED));
    assert!(
        session.learners[2]
            .model
            .same_weights(&session.pretrained[0])
    );
    assert!(matches!(
        session.select(ModelId::Own),
        Err(Error::NoKeptModel)
    ));
}

#[test]
fn of_more_examples_than_are_kept_the_newest_take_part() {
    let mut session = session();
    let content = example(3, 1).content;
    // The same picture of one stroke again and again would be one example: the label tells them apart by their source.
    let many = |count: usize, label: u8| -> Vec<Example> {
        let one = |i: usize| {
            let drawing = Drawing::from_strokes(vec![vec![
                trazo_ink::Point::new(200.0, 200.0 + f32::from(label)),
                trazo_ink::Point::new(300.0 + (i % 500) as f32, 250.0 + (i / 500) as f32 * 50.0),
            ]]);
            Example {
                content: Content::Strokes(pack::pack(&drawing)),
                label,
                ..example(3, 1)
            }
        };
        (0..count).map(one).collect()
    };
    assert!(matches!(content, Content::Strokes(_)));
    session.add_examples(many(OWN_CAPACITY, 1)).unwrap();
    settle(&mut session);
    session.add_examples(many(500, 7)).unwrap();
    settle(&mut session);
    let newest: Vec<u64> = session.examples().iter().map(|e| e.id).collect();
    let newest = &newest[newest.len() - OWN_CAPACITY..];
    let known: Vec<u64> = session.learners[0].own_ids().collect();
    assert_eq!(known, newest);

    // One of those that it no longer holds is taught again, as it is: it is heard, and there is no other one.
    let oldest = session.examples().iter().next().unwrap().clone();
    let drawing = oldest.drawing().unwrap().unwrap();
    let begun = session.teach(&drawing, oldest.label, false, 1);
    assert_eq!(begun.unwrap(), Teach::Started);
    let outcome = loop {
        if let Advance::Lesson(outcome) = session.advance().unwrap() {
            break outcome;
        }
    };
    settle(&mut session);
    assert_eq!(outcome.example_count, OWN_CAPACITY + 500);
    assert_eq!(session.examples().len(), OWN_CAPACITY + 500);
    assert_eq!(session.examples().get(oldest.id), None);
    assert!(session.learners[0].knows(outcome.example));
    assert_eq!(session.learners[0].own_ids().count(), OWN_CAPACITY);
    session.undo().unwrap();
    assert_eq!(session.examples().iter().next(), Some(&oldest));
    assert_eq!(session.examples().get(outcome.example), None);
    settle(&mut session);
    let known: Vec<u64> = session.learners[0].own_ids().collect();
    assert_eq!(known, newest);
}

#[test]
fn a_lesson_right_after_an_import_tells_what_one_tells_after_memory_has_taken_all_in() {
    let import = || -> Vec<Example> {
        let one = |seed: u64| example((seed % 10) as u8, 500 + seed);
        (0..60).map(one).collect()
    };
    let (mut at_once, mut later) = (session(), session());
    for session in [&mut at_once, &mut later] {
        teach(session, 4, 3);
        session.add_examples(import()).unwrap();
    }
    for _ in 0..20 {
        assert_eq!(at_once.advance().unwrap(), Advance::Working);
    }
    let (known, all) = at_once.taken_in();
    assert!(10 < known && known < 30 && all == 61, "{known} of {all}");
    settle(&mut later);
    for session in [&mut at_once, &mut later] {
        teach(session, 9, 8);
    }
    let points = [&at_once, &later].map(|s| s.timeline(s.selected()).points().to_vec());
    assert_eq!(points[0], points[1]);
    assert_eq!(points[0].last().unwrap().own.total, 62);
    let mut standings = Vec::new();
    for session in [&mut at_once, &mut later] {
        settle(session);
        assert_eq!(session.taken_in(), (62, 62));
        let readings = (0..40).map(|seed| session.read(&digit((seed % 10) as u8, 520 + seed)));
        let readings: Vec<_> = readings.map(|r| r.unwrap().probabilities).collect();
        let mut survey = session.survey();
        let standing = loop {
            if let Some(standing) = session.survey_unit(&mut survey).unwrap() {
                break standing;
            }
        };
        standings.push((readings, standing));
    }
    assert_eq!(standings[0], standings[1]);
}

#[test]
fn undoing_an_import_leaves_the_model_and_the_choices_as_they_are() {
    let mut session = session();
    session
        .add_examples(vec![example(3, 1), example(4, 2)])
        .unwrap();
    session.select(ModelId::Classic).unwrap();
    let settings = Settings {
        original_way: true,
        ..Settings::default()
    };
    session.set_settings(settings).unwrap();
    session.undo().unwrap();
    assert!(session.examples().is_empty());
    assert_eq!(
        (session.selected(), session.settings()),
        (ModelId::Classic, settings)
    );
}

#[test]
fn what_undo_would_take_back_names_the_model_that_it_is_about() {
    let mut session = session();
    teach(&mut session, 3, 7);
    session.select(ModelId::Classic).unwrap();
    let lesson = Undoable {
        kind: UndoKind::Lesson,
        model: Some(ModelId::Digits),
    };
    assert_eq!(session.undoable(), Some(lesson));
    assert_eq!(session.undo().unwrap(), lesson);
    assert_eq!(session.selected(), ModelId::Classic);
    assert!(session.is_pristine(ModelId::Digits));
}

#[test]
fn an_opened_project_is_heard_by_its_own_timeline_and_choices() {
    let mut taught = session();
    let first = teach(&mut taught, 3, 7);
    let now = taught.timeline(ModelId::Digits).now();
    let second = teach(&mut taught, 4, 8);
    taught.travel(now).unwrap();
    let mut fresh = session();
    fresh.open_project(saved(&taught)).unwrap();
    settle(&mut fresh);
    let learner = &fresh.learners[0];
    let knows = |id| (learner.knows(id), learner.is_masked(id));
    assert_eq!((knows(first), knows(second)), ((true, false), (true, true)));
}

#[test]
fn a_lesson_ends_training_and_the_way_back_leads_through_both() {
    let mut session = session();
    teach(&mut session, 3, 7);
    let before = State::of(&session);
    session.train_start(50).unwrap();
    while session.train_progress().is_some_and(|p| p.steps < 60) {
        session.advance().unwrap();
    }
    teach(&mut session, 4, 8);
    let events = session.timeline(ModelId::Digits).points().iter();
    let events: Vec<Event> = events.map(|p| p.event).collect();
    let expected = [
        Event::Start,
        Event::Lesson(3),
        Event::Training,
        Event::Lesson(4),
    ];
    assert_eq!(events, expected);
    session.undo().unwrap();
    assert_eq!(session.undo().unwrap().kind, UndoKind::Training);
    assert_eq!(State::of(&session), before);
}

#[test]
fn what_is_saved_in_the_middle_of_training_or_of_a_lesson_can_be_travelled() {
    let mut session = session();
    teach(&mut session, 3, 7);
    let taught = session.model(ModelId::Digits).head_bits();
    session.train_start(50).unwrap();
    while session.train_progress().is_some_and(|p| p.steps < 60) {
        session.advance().unwrap();
    }
    let mut again = restored(&session);
    assert_eq!(
        again.model(ModelId::Digits).head_bits(),
        session.model(ModelId::Digits).head_bits()
    );
    let lesson = again.timeline(ModelId::Digits).points()[1].serial;
    again.travel(lesson).unwrap();
    assert_eq!(again.model(ModelId::Digits).head_bits(), taught);

    session.train_stop();
    let before = State::of(&session);
    session.teach(&digit(5, 3), 6, true, 60).unwrap();
    while session.lesson.is_some() {
        let again = restored(&session);
        if session.lesson.is_some() {
            assert_eq!(State::of(&again), before);
        }
        // A lesson is a hundred units and more.
        for _ in 0..10 {
            session.advance().unwrap();
        }
    }
}

#[test]
fn the_id_of_a_deleted_example_does_not_come_to_mean_another_one_after_a_reload() {
    let mut session = session();
    let start = teach(&mut session, 3, 7);
    let now = session.timeline(ModelId::Digits).now();
    let cut_off = teach(&mut session, 4, 8);
    session.travel(now).unwrap();
    teach(&mut session, 5, 9);
    let last = session.examples().iter().last().unwrap().id;
    for id in [cut_off, last] {
        session.delete_example(id).unwrap();
    }
    let mut again = restored(&session);
    again.add_examples(vec![example(6, 1)]).unwrap();
    settle(&mut again);
    let new = again.examples().iter().last().unwrap().id;
    assert!(new > last && start < cut_off && !again.learners[0].is_masked(new));
}

#[test]
fn an_id_at_the_end_of_what_can_be_counted_leaves_room_for_new_ones() {
    let mut session = session();
    let last = Example {
        id: (1 << 53) - 1,
        ..example(3, 1)
    };
    let project = Restored {
        examples: vec![example(4, 2), last],
        ..saved(&session)
    };
    session.open_project(project).unwrap();
    session.add_examples(vec![example(5, 3)]).unwrap();
    let kept: Vec<(u64, u8)> = session.examples().iter().map(|e| (e.id, e.label)).collect();
    assert_eq!(kept, [(1, 4), (2, 3), (3, 5)]);
}

#[test]
fn no_unit_of_work_grows_with_what_there_is_to_do() {
    // Counted, not timed: from nothing it takes a unit a drawing and more; an export of many lessons takes many units.
    let [digits, classic] = ModelId::SHIPPED.map(|id| model(id, 4, 1));
    let mut fresh = Session::new(digits, classic, 5).unwrap();
    let mut units = 0;
    while fresh.advance().unwrap() != Advance::Idle {
        units += 1;
    }
    assert!(units > 500 + 1_040);
    let mut session = session();
    for seed in 0..40 {
        teach(&mut session, (seed % 10) as u8, 100 + seed);
    }
    let first = session.timeline(ModelId::Digits).points()[0].serial;
    session.travel(first).unwrap();
    let mut units = 0;
    while session.advance().unwrap() != Advance::Idle {
        units += 1;
    }
    assert!(
        units > 40,
        "one unit and more for each example that is masked"
    );
    session.undo().unwrap();
    let mut units = 0;
    while session.export().unwrap().is_none() {
        units += 1;
    }
    assert!(units > 40);
    let exported = export(&mut session);
    assert!(!exported.same_weights(session.model(ModelId::Digits)));
}

/// A session that reads what the hand is to be made of: it was taught ten digits.
fn knowing() -> Session {
    let mut session = session();
    for label in 0..10 {
        teach(&mut session, label, u64::from(label));
    }
    settle(&mut session);
    session
}

/// The same digit once more, a little narrower.
fn again(label: u8, narrower: u64) -> Drawing {
    let by = 1.0 - 0.01 * narrower as f32;
    digit(label, u64::from(label)).map(|p| trazo_ink::Point::new(by * p.x, p.y))
}

fn hand(session: &Session) -> Vec<(u64, u8)> {
    session.examples().hand().map(|d| (d.id, d.label)).collect()
}

#[test]
fn what_is_read_surely_and_not_corrected_is_remembered_once_and_votes() {
    let mut session = knowing();
    let (drawing, revision) = (again(3, 4), session.revision());
    assert_eq!(session.read(&drawing).unwrap().digit, Some(3));
    assert!(session.remember(&drawing, 5_000).unwrap());
    assert!(session.revision() > revision);
    assert!(!session.remember(&drawing, 5_001).unwrap());
    let id = hand(&session)[0].0;
    assert_eq!(hand(&session), [(id, 3)]);
    settle(&mut session);
    assert!(session.learners[0].knows(id));
    let why = session.why(&again(3, 5)).unwrap();
    let nearest: Vec<u64> = why
        .iter()
        .flat_map(|why| &why.nearest)
        .map(|n| n.id)
        .collect();
    assert!(why.is_none() || nearest.contains(&id), "{why:?}");
    // What was taught, what is not read surely, a dot and a blank are not of the hand.
    let dot = Drawing::from_strokes(vec![vec![trazo_ink::Point::new(10.0, 10.0)]]);
    for other in [digit(3, 3), Drawing::default(), dot] {
        assert!(!session.remember(&other, 6_000).unwrap());
    }
    let unsure = (0..200).map(|seed| digit((seed % 10) as u8, 300 + seed));
    let unsure: Vec<Drawing> = unsure
        .filter(|d| {
            session
                .read(d)
                .unwrap()
                .probabilities
                .iter()
                .all(|p| *p < 0.8)
        })
        .collect();
    assert!(!unsure.is_empty());
    for drawing in unsure {
        assert!(!session.remember(&drawing, 6_000).unwrap());
    }
    assert_eq!(session.undoable().map(|u| u.kind), Some(UndoKind::Lesson));
}

#[test]
fn a_sitting_is_one_point_of_the_history_and_before_it_nothing_of_it_is_heard() {
    let mut session = knowing();
    let before = session.timeline(ModelId::Digits).now();
    assert!(session.remember(&again(3, 4), 5_000).unwrap());
    assert!(session.remember(&again(4, 4), 5_001).unwrap());
    let points = session.timeline(ModelId::Digits).points();
    let sittings = points.iter().filter(|p| p.event == Event::Hand).count();
    assert_eq!((sittings, points.last().unwrap().at_ms), (1, 5_000));
    settle(&mut session);
    let probe = again(3, 6);
    let with = session.read(&probe).unwrap();
    session.travel(before).unwrap();
    let masked = hand(&session);
    assert!(masked.iter().all(|d| session.learners[0].is_masked(d.0)));
    assert!(
        !session.remember(&again(5, 4), 5_002).unwrap(),
        "the past is only looked at"
    );
    session.undo().unwrap();
    settle(&mut session);
    assert_eq!(session.read(&probe).unwrap(), with);
    let mut again = restored(&session);
    assert_eq!(hand(&again), masked);
    again.travel(before).unwrap();
    assert!(masked.iter().all(|d| again.learners[0].is_masked(d.0)));
}

#[test]
fn of_too_many_the_older_of_the_two_most_alike_leaves() {
    let mut session = knowing();
    let mut remembered = 0;
    for narrower in 1..=45 {
        let drawing = again(3, narrower);
        remembered += usize::from(session.remember(&drawing, 5_000).unwrap());
        settle(&mut session);
    }
    assert!(remembered > MOST_OF_A_DIGIT, "{remembered}");
    assert_eq!(hand(&session).len(), MOST_OF_A_DIGIT);
    let last = session.examples().hand().last().map(|d| d.id);
    assert_eq!(
        last,
        Some(session.examples().next_id() - 1),
        "the newest stays"
    );
}

#[test]
fn forgetting_promoting_and_switching_off_can_be_taken_back() {
    let mut session = knowing();
    for label in 3..6 {
        assert!(session.remember(&again(label, 4), 5_000).unwrap());
    }
    let whole = hand(&session);
    let kinds = |session: &Session| session.undoable().map(|u| u.kind);
    session.forget_hand_drawing(whole[1].0).unwrap();
    assert_eq!(hand(&session), [whole[0], whole[2]]);
    assert_eq!(kinds(&session), Some(UndoKind::Forget));
    session.undo().unwrap();
    session.forget_hand().unwrap();
    assert_eq!(
        (hand(&session), kinds(&session)),
        (vec![], Some(UndoKind::Forget))
    );
    session.undo().unwrap();
    assert_eq!(hand(&session), whole);
    session.promote(whole[0].0).unwrap();
    let example = session.examples().get(whole[0].0).unwrap().clone();
    assert_eq!((example.label, example.first_read), (3, Some(3)));
    assert_eq!(hand(&session), whole[1..]);
    settle(&mut session);
    assert!(session.learners[0].own_ids().any(|id| id == example.id));
    session.undo().unwrap();
    assert_eq!(hand(&session), whole);
    let off = Settings {
        learn_from_uncorrected: false,
        ..session.settings()
    };
    session.set_settings(off).unwrap();
    assert_eq!(
        (hand(&session), kinds(&session)),
        (vec![], Some(UndoKind::HandOff))
    );
    assert!(!session.remember(&again(7, 4), 5_001).unwrap());
    session.undo().unwrap();
    assert_eq!(hand(&session), whole);
    assert!(session.settings().learn_from_uncorrected);
}

#[test]
fn each_who_writes_has_a_hand_of_their_own_and_is_read_by_it_alone() {
    let mut session = knowing();
    for narrower in 2..5 {
        assert!(session.remember(&again(3, narrower), 5_000).unwrap());
    }
    settle(&mut session);
    let mine = hand(&session);
    let of = |session: &mut Session| session.read(&again(3, 7)).unwrap().probabilities;
    let (known, revision) = (of(&mut session), session.revision());
    session.write_as("  Ana ").unwrap();
    settle(&mut session);
    assert!(session.revision() > revision);
    assert_eq!(hand(&session), []);
    let mut nobody = session.clone();
    nobody.write_as("").unwrap();
    nobody.forget_hand().unwrap();
    settle(&mut nobody);
    assert_eq!(
        of(&mut session),
        of(&mut nobody),
        "read without anyone's hand"
    );
    assert_ne!(of(&mut session), known);
    // Ana's own, with numbers that nobody else's have.
    assert!(session.remember(&again(5, 3), 6_000).unwrap());
    let hers = hand(&session);
    assert!(mine.iter().all(|(id, _)| *id < hers[0].0));
    let again_open = restored(&session);
    assert_eq!(
        again_open.examples().writers(),
        session.examples().writers()
    );
    assert_eq!(hand(&again_open), hers);
    // Back, bit for bit; hers is kept, though her coming was taken back.
    assert_eq!(session.undo().unwrap().kind, UndoKind::Writer);
    settle(&mut session);
    assert_eq!((hand(&session), of(&mut session)), (mine.clone(), known));
    assert_eq!(session.examples().writers().others["Ana"].len(), 1);
    session.forget_writer("Ana").unwrap();
    assert!(session.examples().writers().others.is_empty());
    session.undo().unwrap();
    session.write_as("Ana").unwrap();
    assert_eq!(hand(&session), hers);
    // Off is off for all of them, and can be taken back.
    let off = Settings {
        learn_from_uncorrected: false,
        ..session.settings()
    };
    session.set_settings(off).unwrap();
    assert_eq!(*session.examples().writers(), Writers::default());
    session.undo().unwrap();
    assert_eq!(hand(&session), hers);
    assert_eq!(session.examples().writers().others[""].len(), mine.len());
    session.wipe();
    assert_eq!(*session.examples().writers(), Writers::default());
}

#[test]
fn who_came_by_mistake_and_wrote_nothing_was_not_here() {
    let mut session = knowing();
    session.write_as("Anna").unwrap();
    session.undo().unwrap();
    assert_eq!(*session.examples().writers(), Writers::default());
    let long = "ñ".repeat(41);
    for wrong in [long.as_str(), "a\nb"] {
        assert_eq!(session.write_as(wrong).unwrap_err().code(), "bad-writer");
    }
    assert_eq!(
        session.forget_writer("Anna").unwrap_err().code(),
        "bad-writer"
    );
    for number in 0..60 {
        session.write_as(&number.to_string()).unwrap();
    }
    assert_eq!(
        session.write_as("one too many").unwrap_err().code(),
        "bad-writer"
    );
    session.write_as("59").unwrap();
    session.write_as("").unwrap();
}

#[test]
fn a_correction_wins_over_what_was_remembered_as_right() {
    let mut session = knowing();
    // Drawn, read as a 3, and not corrected, though it was meant as a 5: four times.
    for narrower in 1..5 {
        assert!(session.remember(&again(3, narrower), 5_000).unwrap());
    }
    assert!(session.remember(&again(8, 2), 5_000).unwrap());
    settle(&mut session);
    let whole = hand(&session);
    let drawing = again(3, 6);
    session.teach(&drawing, 5, true, 6_000).unwrap();
    let outcome = loop {
        if let Advance::Lesson(outcome) = session.advance().unwrap() {
            break outcome;
        }
    };
    assert!(
        outcome.learned && outcome.hand_forgotten == 4,
        "{outcome:?}"
    );
    assert_eq!(hand(&session), whole[4..], "what is unlike it stays");
    assert_eq!(session.read(&drawing).unwrap().digit, Some(5));
    session.undo().unwrap();
    assert_eq!(hand(&session), whole);
    settle(&mut session);
    assert_eq!(session.read(&drawing).unwrap().digit, Some(3));
}

#[test]
fn three_drawings_of_a_digit_tell_what_is_unlike_it() {
    let mut session = knowing();
    let others: Vec<Drawing> = (0..10).map(|label| digit(label, 50)).collect();
    let spoken_against = |session: &mut Session| {
        settle(session);
        let learner = &mut session.learners[0];
        let votes = others.iter().map(|drawing| {
            let row = learner.features_of(drawing).unwrap();
            learner.votes_on(&row).unwrap().0[3]
        });
        votes.filter(|vote| *vote < 0.0).count()
    };
    assert!(session.remember(&again(3, 1), 5_000).unwrap());
    assert_eq!(spoken_against(&mut session), 0);
    for narrower in 2..4 {
        assert!(session.remember(&again(3, narrower), 5_000).unwrap());
    }
    assert!(spoken_against(&mut session) > 0);
    session.forget_hand().unwrap();
    assert_eq!(spoken_against(&mut session), 0);
}

#[test]
fn a_drawing_of_the_hand_that_is_taught_leaves_it() {
    let mut session = knowing();
    let drawing = again(3, 4);
    assert!(session.remember(&drawing, 5_000).unwrap());
    session.teach(&drawing, 3, false, 6_000).unwrap();
    while session.lesson.is_some() {
        session.advance().unwrap();
    }
    assert_eq!(hand(&session), []);
    assert!(!session.remember(&drawing, 7_000).unwrap());
}

#[test]
fn an_undone_lesson_leaves_the_sitting_that_came_after_it_in_the_history() {
    let mut session = knowing();
    let before = session.timeline(ModelId::Digits).now();
    teach(&mut session, 3, 77);
    settle(&mut session);
    assert!(session.remember(&again(4, 4), 9_000).unwrap());
    assert_eq!(session.undo().unwrap().kind, UndoKind::Lesson);
    let points = session.timeline(ModelId::Digits).points();
    let [.., lesson, sitting] = points else {
        unreachable!("{points:?}")
    };
    assert_eq!((lesson.serial, sitting.event), (before, Event::Hand));
    assert_eq!(sitting.after, before);
    assert_eq!(session.timeline(ModelId::Digits).now(), sitting.serial);
    let again = restored(&session);
    assert_eq!(
        again.timeline(ModelId::Digits),
        session.timeline(ModelId::Digits)
    );
}

#[test]
fn after_a_reset_nothing_is_heard_nor_remembered_until_it_is_taught_again() {
    let mut session = knowing();
    assert!(session.remember(&again(3, 4), 5_000).unwrap());
    session.reset(6_000).unwrap();
    settle(&mut session);
    assert!(!session.learners[0].listens());
    assert!(!session.remember(&again(4, 4), 7_000).unwrap());
    assert!(!restored(&session).learners[0].is_heard());
    teach(&mut session, 5, 70);
    assert!(session.learners[0].listens());
    assert_eq!(hand(&session).len(), 1);
}

#[test]
fn a_wiped_session_is_as_on_the_first_day() {
    let mut session = knowing();
    assert!(session.remember(&again(3, 4), 5_000).unwrap());
    session.select(ModelId::Classic).unwrap();
    session.wipe();
    let fresh = super::tests::session();
    assert!(session.examples().is_empty() && hand(&session).is_empty());
    assert_eq!(session.undoable(), None);
    assert_eq!(session.settings(), Settings::default());
    assert_eq!(session.selected(), ModelId::Digits);
    for id in ModelId::SHIPPED {
        assert!(session.is_pristine(id) && session.timeline(id).points().is_empty());
    }
    settle(&mut session);
    let mut fresh = fresh;
    settle(&mut fresh);
    let probe = again(3, 4);
    assert_eq!(session.read(&probe).unwrap(), fresh.read(&probe).unwrap());
    assert_eq!(session.examples().next_id(), 1);
}
