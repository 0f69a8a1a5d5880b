//! Going back and forward among lessons. No data set is needed.
#![allow(clippy::unwrap_used, clippy::panic)] // In a test a panic is the report.

use trazo_ink::{Rng, writer};
use trazo_learn::history::{Event, sum};
use trazo_learn::{
    Advance, Error, Model, ModelId, Recipe, Restored, SavedTimeline, Session, Teach, UndoKind,
};
use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Knows nothing, so that every lesson changes something.
fn model(recipe: Recipe, seed: u64) -> Model {
    let side = recipe.side();
    let layers = vec![
        LayerSpec::MaxPool { size: 2 },
        LayerSpec::Dense {
            units: 10,
            activation: Activation::Linear,
        },
    ];
    let spec = NetworkSpec {
        input: [side, side, 1],
        layers,
        loss: Loss::CrossEntropy,
    };
    Model {
        name: "small".into(),
        network: Network::new(spec, seed).unwrap(),
        recipe,
        lessons: 0,
    }
}

fn session() -> Session {
    let digits = model(
        Recipe::Mnist28 {
            pen: 2.4,
            planes: trazo_ink::Planes::Ink,
        },
        1,
    );
    Session::new(digits, model(Recipe::PadBits20, 2), 5).unwrap()
}

fn teach(session: &mut Session, label: u8, seed: u64) {
    let drawing = writer::random(label, &mut Rng::new(seed));
    let begun = session.teach(&drawing, label, true, 1_000 + seed).unwrap();
    assert_eq!(begun, Teach::Started);
    while !matches!(session.advance().unwrap(), Advance::Lesson(_)) {}
}

/// All that decides what is read.
fn learned(session: &Session) -> u64 {
    session.learned_sum(session.selected())
}

fn serials(session: &Session) -> Vec<u32> {
    let line = session.timeline(session.selected());
    line.points().iter().map(|point| point.serial).collect()
}

/// Six lessons, and what was learned before and after each.
fn six() -> (Session, Vec<u64>) {
    let mut session = session();
    let mut states = vec![learned(&session)];
    for seed in 0..6 {
        teach(&mut session, (seed % 10) as u8, seed);
        states.push(learned(&session));
    }
    (session, states)
}

#[test]
fn every_lesson_is_a_point_and_all_of_them_can_be_gone_to() {
    let (mut session, states) = six();
    assert_eq!(serials(&session), [1, 2, 3, 4, 5, 6, 7]);
    let line = session.timeline(ModelId::Digits).clone();
    assert_eq!(line.points()[0].event, Event::Start);
    assert_eq!(line.points()[3].event, Event::Lesson(2));
    assert_eq!(line.points()[3].at_ms, 1_002);
    assert_eq!(line.points()[3].own.total, 3);
    assert!(line.points().iter().all(|point| point.exam.total == 500));
    for to in [1, 7, 3, 2, 6] {
        session.travel(to).unwrap();
        assert_eq!(learned(&session), states[to as usize - 1]);
        assert_eq!(session.timeline(ModelId::Digits).now(), to);
        assert_eq!(session.examples().len(), 6, "the examples stay");
        assert_eq!(session.undoable().map(|u| u.kind), Some(UndoKind::Travel));
    }
    assert!(matches!(session.travel(70), Err(Error::NoSuchPoint(70))));
}

#[test]
fn going_back_can_be_undone_and_so_can_a_lesson_given_in_the_past() {
    let (mut session, states) = six();
    session.travel(3).unwrap();
    teach(&mut session, 9, 50);
    assert_eq!(serials(&session), [1, 2, 3, 8]);
    assert_eq!(session.undo().unwrap().kind, UndoKind::Lesson);
    assert_eq!(learned(&session), states[2]);
    assert_eq!(
        serials(&session),
        [1, 2, 3, 4, 5, 6, 7],
        "what was cut off is back"
    );
    assert_eq!(session.undo().unwrap().kind, UndoKind::Travel);
    assert_eq!(learned(&session), states[6]);
    while session.undo().is_ok() {}
    assert_eq!(learned(&session), states[0]);
    assert_eq!(serials(&session), [1]);
}

#[test]
fn a_reset_is_a_point_too() {
    let (mut session, states) = six();
    session.reset(9_000).unwrap();
    assert!(session.is_pristine(ModelId::Digits));
    assert_eq!(serials(&session).len(), 8);
    session.travel(5).unwrap();
    assert_eq!(learned(&session), states[4]);
    session.undo().unwrap();
    session.undo().unwrap();
    assert_eq!(learned(&session), states[6]);
    assert_eq!(serials(&session).len(), 7);
}

#[test]
fn training_is_a_point() {
    let (mut session, states) = six();
    session.train_start(2_000).unwrap();
    for _ in 0..3_000 {
        session.advance().unwrap();
    }
    let progress = session.train_stop().unwrap();
    assert!(progress.steps > 0);
    let line = session.timeline(ModelId::Digits);
    let last = line.points().last().unwrap();
    assert_eq!((last.event, last.at_ms), (Event::Training, 2_000));
    assert_eq!(last.own.total, 6);
    session.travel(7).unwrap();
    assert_eq!(learned(&session), states[6]);
}

#[test]
fn the_line_is_saved_with_everything_and_one_that_does_not_fit_is_left_out() {
    let (mut first, states) = six();
    first.travel(4).unwrap();
    let line = first.timeline(ModelId::Digits);
    let saved = |sum: u64| Restored {
        models: ModelId::SHIPPED
            .map(|id| (id, first.model(id).clone()))
            .to_vec(),
        selected: ModelId::Digits,
        examples: first.examples().iter().cloned().collect(),
        hand: Vec::new(),
        writers: Default::default(),
        settings: first.settings(),
        history: vec![SavedTimeline {
            model: ModelId::Digits,
            points: line.points().to_vec(),
            now: line.now(),
            sum,
            forgotten: line.forgotten().to_vec(),
        }],
        symbols: Vec::new(),
    };
    let mut second = session();
    second
        .restore(saved(first.learned_sum(ModelId::Digits)))
        .unwrap();
    second.travel(7).unwrap();
    assert_eq!(learned(&second), states[6]);
    second.restore(saved(sum(&[1, 2, 3]))).unwrap();
    assert!(serials(&second).is_empty(), "it tells of other weights");
}

#[test]
fn a_newer_network_that_ships_keeps_a_line_of_lessons_that_moved_no_weight() {
    let recipe = Recipe::mnist(2.4, [28, 28, 1]);
    // Models that are as they ship are not saved.
    let restored = |session: &Session| Restored {
        models: Vec::new(),
        selected: ModelId::Digits,
        examples: session.examples().iter().cloned().collect(),
        hand: Vec::new(),
        writers: Default::default(),
        settings: session.settings(),
        history: vec![SavedTimeline {
            model: ModelId::Digits,
            points: session.timeline(ModelId::Digits).points().to_vec(),
            now: session.timeline(ModelId::Digits).now(),
            sum: session.learned_sum(ModelId::Digits),
            forgotten: Vec::new(),
        }],
        symbols: Vec::new(),
    };
    let newer = || Session::new(model(recipe, 77), model(Recipe::PadBits20, 2), 5).unwrap();
    let (mut old, _) = six();
    let mut new = newer();
    let shipped = learned(&new);
    assert_ne!(shipped, learned(&old));
    new.restore(restored(&old)).unwrap();
    assert_eq!(serials(&new), [1, 2, 3, 4, 5, 6, 7]);
    new.travel(3).unwrap();
    assert_eq!(learned(&new), shipped);
    // Where weights moved, they were others.
    old.train_start(2_000).unwrap();
    for _ in 0..3_000 {
        old.advance().unwrap();
    }
    old.train_stop().unwrap();
    let mut new = newer();
    new.restore(restored(&old)).unwrap();
    assert!(serials(&new).is_empty());
}

#[test]
fn another_network_begins_another_line_until_that_is_undone() {
    let (mut session, _) = six();
    session
        .open_model(
            ModelId::Digits,
            model(
                Recipe::Mnist28 {
                    pen: 2.4,
                    planes: trazo_ink::Planes::Ink,
                },
                77,
            ),
        )
        .unwrap();
    assert!(serials(&session).is_empty());
    session.undo().unwrap();
    assert_eq!(serials(&session).len(), 7);
}
