//! A whole session on the synthetic writer's digits: no data set is needed.
#![allow(clippy::unwrap_used, clippy::panic)] // In a test a panic is the report.

use std::sync::OnceLock;

use trazo_ink::{Drawing, Point, Rng, negatives, writer};
use trazo_learn::{
    Advance, Content, Error, Example, LessonOutcome, Model, ModelId, Question, Recipe, Restored,
    Session, Settings, Teach, UndoKind,
};
use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec, OptimizerSpec, Trainer};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const PEN: f32 = 2.4;

/// A small network trained on 2,000 synthetic digits, good enough to be taught something.
fn trained(recipe: Recipe, layers: Vec<LayerSpec>, loss: Loss) -> Model {
    let side = recipe.side();
    let network = Network::new(
        NetworkSpec {
            input: [side, side, 1],
            layers,
            loss,
        },
        1,
    )
    .unwrap();
    let mut trainer = Trainer::new(network, OptimizerSpec::adam(3e-3), 1).unwrap();
    let mut rng = Rng::new(11);
    for _ in 0..150 {
        let (mut inputs, mut labels) = (Vec::new(), Vec::new());
        for _ in 0..32 {
            let label = rng.below(10) as u8;
            let ink = recipe.ink(&writer::random(label, &mut rng)).unwrap();
            inputs.extend(ink.to_unit());
            labels.push(label);
        }
        trainer.train_batch(&inputs, &labels).unwrap();
    }
    Model {
        name: "small".into(),
        network: trainer.network,
        recipe,
        lessons: 0,
    }
}

fn models() -> (Model, Model) {
    static MODELS: OnceLock<(Model, Model)> = OnceLock::new();
    MODELS
        .get_or_init(|| {
            let dense = |units, activation| LayerSpec::Dense { units, activation };
            (
                trained(
                    Recipe::Mnist28 {
                        pen: PEN,
                        planes: trazo_ink::Planes::Ink,
                    },
                    vec![
                        LayerSpec::MaxPool { size: 2 },
                        dense(48, Activation::Relu),
                        dense(10, Activation::Linear),
                    ],
                    Loss::CrossEntropy,
                ),
                trained(
                    Recipe::PadBits20,
                    vec![
                        dense(40, Activation::Sigmoid),
                        dense(10, Activation::Sigmoid),
                    ],
                    Loss::SquaredError,
                ),
            )
        })
        .clone()
}

fn session() -> Session {
    let (digits, classic) = models();
    Session::new(digits, classic, 5).unwrap()
}

fn digit(label: u8, seed: u64) -> Drawing {
    writer::random(label, &mut Rng::new(seed))
}

/// Works until a lesson is over.
fn finish(session: &mut Session) -> LessonOutcome {
    for _ in 0..10_000 {
        if let Advance::Lesson(outcome) = session.advance().unwrap() {
            return *outcome;
        }
    }
    panic!("the lesson never ended");
}

fn teach(session: &mut Session, drawing: &Drawing, label: u8) -> LessonOutcome {
    assert_eq!(
        session.teach(drawing, label, false, 1_000).unwrap(),
        Teach::Started
    );
    finish(session)
}

/// A drawing that the selected model reads wrong, and what it should be.
fn misread(session: &mut Session) -> (Drawing, u8) {
    for seed in 0..500 {
        let label = (seed % 10) as u8;
        let drawing = digit(label, 9_000 + seed);
        let p = session.read(&drawing).unwrap().probabilities;
        if trazo_learn::likeliest(&p) != label {
            return (drawing, label);
        }
    }
    // A network that reads all of them can still be told that a 3 is an 8.
    (digit(3, 1), 8)
}

fn weights(session: &Session, id: ModelId) -> Vec<u32> {
    session
        .model(id)
        .network
        .params()
        .iter()
        .map(|w| w.to_bits())
        .collect()
}

#[test]
fn an_empty_pad_has_no_answer_and_a_dot_is_not_sure() {
    let mut session = session();
    let empty = session.read(&Drawing::default()).unwrap();
    assert!(empty.digit.is_none() && empty.ink.is_none() && empty.candidates.is_empty());
    let dot = Drawing::from_strokes(vec![vec![Point::new(500.0, 500.0)]]);
    let dot = session.read(&dot).unwrap();
    assert!(dot.digit.is_none() && dot.ink.is_some());
}

#[test]
fn a_lesson_makes_it_say_what_it_was_told_and_undo_takes_it_back_bit_for_bit() {
    for id in ModelId::SHIPPED {
        let mut session = session();
        session.select(id).unwrap();
        let (drawing, label) = misread(&mut session);
        let before = session.read(&drawing).unwrap();
        let outcome = teach(&mut session, &drawing, label);
        // Memory learns it; the weights stay.
        assert!(
            outcome.learned && !outcome.confirmed && outcome.steps == 0,
            "{id:?} {outcome:?}"
        );
        assert_eq!(session.examples().len(), 1);
        assert_eq!(session.read(&drawing).unwrap().digit, Some(label));
        assert!(!session.is_pristine(id));
        assert_eq!(session.undo().unwrap().kind, UndoKind::Lesson);
        assert_eq!(session.read(&drawing).unwrap(), before);
        assert!(session.is_pristine(id) && session.examples().is_empty());
        assert!(matches!(session.undo(), Err(Error::NothingToUndo)));
    }
}

#[test]
fn twenty_lessons_do_not_make_it_forget() {
    let mut session = session();
    let mut first = None;
    let mut last = 0;
    for seed in 0..20u64 {
        let label = (seed % 10) as u8;
        let outcome = teach(&mut session, &digit(label, 40_000 + seed), label);
        first.get_or_insert(outcome.exam_before.right);
        last = outcome.exam_after.right;
    }
    // 2 % of 500 digits: the bound that catastrophic forgetting breaks at once (it loses a third).
    assert!(
        last + 10 >= first.unwrap(),
        "the exam fell from {first:?} to {last}"
    );
}

#[test]
fn confirming_a_right_answer_stores_it_and_trains_nothing() {
    let mut session = session();
    let drawing = (0..50)
        .map(|s| digit(0, s))
        .find(|d| session.read(d).unwrap().digit == Some(0))
        .unwrap();
    let before = weights(&session, ModelId::Digits);
    let outcome = teach(&mut session, &drawing, 0);
    assert!(outcome.confirmed && outcome.steps == 0 && outcome.example_count == 1);
    assert_eq!(weights(&session, ModelId::Digits), before);
    session.undo().unwrap();
    assert!(session.examples().is_empty());
}

#[test]
fn the_same_drawing_with_two_labels_asks_which_holds() {
    let mut session = session();
    let (drawing, label) = misread(&mut session);
    let other = (label + 1) % 10;
    let first = teach(&mut session, &drawing, label);
    let question = session.teach(&drawing, other, false, 0).unwrap();
    assert_eq!(
        question,
        Teach::Question(Question::Conflict {
            other_label: label,
            other_id: first.example
        })
    );
    assert_eq!(
        session.teach(&drawing, other, true, 0).unwrap(),
        Teach::Started
    );
    finish(&mut session);
    let labels: Vec<u8> = session.examples().iter().map(|e| e.label).collect();
    assert_eq!(
        labels,
        [other],
        "the later word holds, and there is one example still"
    );
    session.undo().unwrap();
    assert_eq!(session.examples().get(first.example).unwrap().label, label);
}

#[test]
fn a_blank_is_refused_and_a_dot_asks_first() {
    let mut session = session();
    assert_eq!(
        session.teach(&Drawing::default(), 1, true, 0).unwrap(),
        Teach::Question(Question::Blank)
    );
    let dot = Drawing::from_strokes(vec![vec![Point::new(10.0, 10.0)]]);
    assert_eq!(
        session.teach(&dot, 1, false, 0).unwrap(),
        Teach::Question(Question::Dot)
    );
    assert_eq!(session.teach(&dot, 1, true, 0).unwrap(), Teach::Started);
    finish(&mut session);
    assert!(matches!(
        session.teach(&dot, 10, true, 0),
        Err(Error::Label(10))
    ));
}

#[test]
fn the_same_calls_give_the_same_weights() {
    let run = || {
        let mut session = session();
        for seed in 0..4u64 {
            let drawing = digit(5, 70 + seed);
            if session
                .teach(&drawing, (seed % 3) as u8, true, seed)
                .unwrap()
                == Teach::Started
            {
                finish(&mut session);
            }
        }
        weights(&session, ModelId::Digits)
    };
    assert_eq!(run(), run());
}

#[test]
fn drawings_are_read_while_a_lesson_is_under_way() {
    let mut session = session();
    let (drawing, label) = misread(&mut session);
    session.teach(&drawing, label, false, 0).unwrap();
    let mut units = 0;
    loop {
        let reading = session.read(&digit(4, units)).unwrap();
        assert!(reading.probabilities.iter().all(|p| p.is_finite()));
        assert!(matches!(
            session.teach(&drawing, label, false, 0),
            Err(Error::Busy)
        ));
        units += 1;
        if matches!(session.advance().unwrap(), Advance::Lesson(_)) {
            break;
        }
    }
    assert!(units > 10);
}

#[test]
fn the_original_way_takes_five_steps_and_replays_nothing() {
    let mut session = session();
    session.select(ModelId::Classic).unwrap();
    session
        .set_settings(Settings {
            original_way: true,
            ..Settings::default()
        })
        .unwrap();
    let (drawing, label) = misread(&mut session);
    let outcome = teach(&mut session, &drawing, label);
    assert_eq!(outcome.steps, 5);
    session.undo().unwrap();
    assert!(session.is_pristine(ModelId::Classic));
}

#[test]
fn training_on_all_examples_learns_them_can_pause_and_can_be_undone() {
    let mut session = session();
    assert!(matches!(session.train_start(0), Err(Error::NoExamples)));
    let mirrored: Vec<Example> = (0..20u64)
        .map(|seed| {
            let label = [3, 4, 7, 9][seed as usize % 4];
            let flipped = digit(label, 600 + seed).map(|p| Point::new(1000.0 - p.x, p.y));
            example(label, &flipped)
        })
        .collect();
    assert_eq!(session.add_examples(mirrored).unwrap(), 20);
    let before = weights(&session, ModelId::Digits);
    let start = session.train_start(0).unwrap();
    let mut latest = start.clone();
    assert_eq!(start.steps, 0);
    while latest.steps < 300 {
        if let Advance::Training(p) = session.advance().unwrap() {
            latest = p;
        }
    }
    assert!(
        latest.accuracy > start.accuracy.max(0.9),
        "{start:?} {latest:?}"
    );
    session.train_pause();
    let paused = weights(&session, ModelId::Digits);
    for _ in 0..20 {
        assert!(!matches!(session.advance().unwrap(), Advance::Training(_)));
    }
    assert_eq!(weights(&session, ModelId::Digits), paused);
    session.train_resume();
    assert!(matches!(session.advance().unwrap(), Advance::Training(_)));
    session.train_stop().unwrap();
    assert_eq!(session.undo().unwrap().kind, UndoKind::Training);
    assert_eq!(weights(&session, ModelId::Digits), before);
}

fn example(label: u8, drawing: &Drawing) -> Example {
    Example {
        id: 0,
        label,
        first_read: None,
        taught_at: 0,
        source: "test".into(),
        content: Content::Strokes(trazo_ink::pack::pack(drawing)),
    }
}

#[test]
fn reset_brings_back_what_ships_and_undo_brings_back_what_was_learned() {
    let mut session = session();
    let (drawing, label) = misread(&mut session);
    teach(&mut session, &drawing, label);
    let learned = weights(&session, ModelId::Digits);
    session.reset(0).unwrap();
    assert!(session.is_pristine(ModelId::Digits));
    assert_eq!(session.examples().len(), 1, "examples stay");
    assert_eq!(session.undo().unwrap().kind, UndoKind::Reset);
    assert_eq!(weights(&session, ModelId::Digits), learned);
}

#[test]
fn what_is_restored_goes_on_where_it_was() {
    let mut first = session();
    let (drawing, label) = misread(&mut first);
    teach(&mut first, &drawing, label);
    first.select(ModelId::Classic).unwrap();
    let saved = Restored {
        models: ModelId::SHIPPED
            .map(|id| (id, first.model(id).clone()))
            .to_vec(),
        selected: first.selected(),
        examples: first.examples().iter().cloned().collect(),
        hand: Vec::new(),
        writers: Default::default(),
        settings: first.settings(),
        history: Vec::new(),
        symbols: first.symbols().to_vec(),
    };
    let mut second = session();
    second.restore(saved).unwrap();
    assert_eq!(second.selected(), ModelId::Classic);
    assert_eq!(
        weights(&second, ModelId::Digits),
        weights(&first, ModelId::Digits)
    );
    assert_eq!(second.model(ModelId::Digits).lessons, 1);
    assert_eq!(second.undoable(), None);
    assert_eq!(second.revision(), 0, "nothing needs saving");
}

#[test]
fn deleting_and_relabelling_can_be_taken_back() {
    let mut session = session();
    session
        .add_examples(vec![example(3, &digit(3, 1)), example(4, &digit(4, 1))])
        .unwrap();
    assert_eq!(
        session
            .add_examples(vec![example(3, &digit(3, 1))])
            .unwrap(),
        0,
        "it is there already"
    );
    let id = session.examples().iter().next().unwrap().id;
    session.relabel_example(id, 8).unwrap();
    session.delete_example(id).unwrap();
    assert_eq!(session.examples().len(), 1);
    session.undo().unwrap();
    assert_eq!(session.examples().get(id).unwrap().label, 8);
    session.undo().unwrap();
    assert_eq!(session.examples().get(id).unwrap().label, 3);
    session.undo().unwrap();
    assert!(session.examples().is_empty());
    assert!(matches!(
        session.delete_example(id),
        Err(Error::UnknownExample(_))
    ));
}

#[test]
fn a_model_that_does_not_fit_leaves_everything_as_it_was() {
    let mut session = session();
    let (digits, _) = models();
    let wrong = Model {
        recipe: Recipe::PadBits20,
        ..digits
    };
    assert!(matches!(
        session.open_model(ModelId::Classic, wrong),
        Err(Error::ModelShape { .. })
    ));
    assert!(session.is_pristine(ModelId::Classic) && session.undoable().is_none());
}

#[test]
fn an_example_whose_bytes_are_garbage_is_an_error_and_no_crash() {
    let mut session = session();
    let mut bad = example(3, &digit(3, 1));
    bad.content = Content::Strokes(vec![0xff; 40]);
    session.add_examples(vec![bad]).unwrap();
    let id = session.examples().iter().next().unwrap().id;
    let _ = session.answer(id);
    let (drawing, label) = misread(&mut session);
    // One unreadable example must not end all lessons.
    teach(&mut session, &drawing, label);
}

#[test]
fn scribbles_can_be_read_without_an_error() {
    let mut session = session();
    let mut rng = Rng::new(3);
    for _ in 0..50 {
        let reading = session.read(&negatives::random(&mut rng).0).unwrap();
        assert!(
            reading
                .probabilities
                .iter()
                .all(|p| (0.0..=1.0).contains(p))
        );
    }
}

#[test]
fn what_is_taught_against_all_that_is_usual_is_left_to_the_memory() {
    let mut session = session();
    // A plain digit that is read surely, called another one.
    let (drawing, label) = (0..200)
        .map(|seed| (digit((seed % 10) as u8, 500 + seed), (seed % 10) as u8))
        .find(|(drawing, label)| session.read(drawing).unwrap().digit == Some(*label))
        .unwrap();
    let wrong = (label + 1) % 10;
    let outcome = teach(&mut session, &drawing, wrong);
    assert_eq!(trazo_learn::likeliest(&outcome.after), wrong);
    assert_eq!(outcome.exam_before, outcome.exam_after);
    let model = session.model(ModelId::Digits);
    let ink = model.recipe.ink(&drawing).unwrap().to_unit();
    let mut workspace = trazo_nn::Workspace::new();
    let alone = model.network.predict(&ink, &mut workspace).unwrap();
    assert_eq!(trazo_learn::likeliest(alone), label, "{alone:?}");
}

/// Teaches that a drawing is another digit than the network says; gives the drawing, the label and a drawing like it.
fn new_habit(session: &mut Session) -> (Drawing, u8, Drawing) {
    let drawing = digit(3, 1).map(|p| Point::new(1000.0 - p.x, p.y));
    let like = drawing.map(|p| Point::new(0.97 * p.x, p.y));
    let p = session.read(&drawing).unwrap().probabilities;
    let label = (trazo_learn::likeliest(&p) + 1) % 10;
    teach(session, &drawing, label);
    (drawing, label, like)
}

#[test]
fn what_is_near_a_correction_is_read_as_it_was_said() {
    for id in ModelId::SHIPPED {
        let mut session = session();
        session.select(id).unwrap();
        let (drawing, label, like) = new_habit(&mut session);
        let taught = session.read(&like).unwrap();
        assert_eq!(
            trazo_learn::likeliest(&taught.probabilities),
            label,
            "{id:?}"
        );
        // Undone and done again, it says the same, bit for bit.
        session.undo().unwrap();
        teach(&mut session, &drawing, label);
        assert_eq!(session.read(&like).unwrap(), taught);
    }
}

#[test]
fn the_memory_is_not_heard_after_a_reset_nor_in_the_past_nor_by_the_original() {
    let mut session = session();
    let like = digit(3, 1).map(|p| Point::new(0.97 * (1000.0 - p.x), p.y));
    let pristine = session.read(&like).unwrap();
    new_habit(&mut session);
    let taught = session.read(&like).unwrap();
    assert_ne!(taught, pristine);
    let start = session.timeline(ModelId::Digits).points()[0].serial;
    session.travel(start).unwrap();
    assert_eq!(session.read(&like).unwrap(), pristine);
    session.undo().unwrap();
    assert_eq!(session.read(&like).unwrap(), taught);
    // A second lesson, far from the first: at the point before it the first is heard still, and only that.
    let (other, label) = misread(&mut session);
    let first = session.timeline(ModelId::Digits).now();
    let before = session.read(&other).unwrap();
    teach(&mut session, &other, label);
    let after = session.read(&other).unwrap();
    session.travel(first).unwrap();
    assert_eq!(session.read(&like).unwrap(), taught);
    assert_eq!(session.read(&other).unwrap(), before);
    session.undo().unwrap();
    assert_eq!(session.read(&other).unwrap(), after);
    session.undo().unwrap();
    session.reset(0).unwrap();
    assert_eq!(session.read(&like).unwrap(), pristine);
    session.undo().unwrap();
    assert_eq!(session.read(&like).unwrap(), taught);

    session.select(ModelId::Classic).unwrap();
    let (drawing, label) = misread(&mut session);
    teach(&mut session, &drawing, label);
    let like = drawing.map(|p| Point::new(p.x + 1.0, p.y));
    let with = session.read(&like).unwrap().probabilities;
    session
        .set_settings(Settings {
            original_way: true,
            ..Settings::default()
        })
        .unwrap();
    let without = session.read(&like).unwrap().probabilities;
    let mut alone = trazo_nn::Workspace::new();
    let model = session.model(ModelId::Classic);
    let ink = model.recipe.ink(&like).unwrap().to_unit();
    assert_eq!(model.network.predict(&ink, &mut alone).unwrap(), without);
    assert_ne!(with, without);
}

#[test]
fn a_relabelled_or_deleted_example_no_longer_says_what_it_said() {
    let mut session = session();
    let (drawing, label, _) = new_habit(&mut session);
    let id = session.examples().iter().next().unwrap().id;
    let other = (label + 1) % 10;
    let before = session.read(&drawing).unwrap().probabilities;
    session.relabel_example(id, other).unwrap();
    while session.advance().unwrap() != Advance::Idle {}
    let after = session.read(&drawing).unwrap().probabilities;
    assert!(after[usize::from(other)] > before[usize::from(other)]);
    session.delete_example(id).unwrap();
    let after = session.read(&drawing).unwrap().probabilities;
    assert!(after[usize::from(other)] < 0.5, "{after:?}");
    session.undo().unwrap();
    session.undo().unwrap();
    while session.advance().unwrap() != Advance::Idle {}
    assert_eq!(session.read(&drawing).unwrap().probabilities, before);
}

#[test]
fn many_examples_of_one_hand_leave_the_exam_as_it_was() {
    let mut session = session();
    let right: Vec<Example> = (0..200u64)
        .map(|seed| ((seed % 10) as u8, digit((seed % 10) as u8, 7_000 + seed)))
        .map(|(label, drawing)| example(label, &drawing))
        .collect();
    let (_, _, like) = new_habit(&mut session);
    while session.advance().unwrap() != Advance::Idle {}
    let (exam, taught) = (session.exam().unwrap(), session.read(&like).unwrap().digit);
    session.add_examples(right).unwrap();
    while session.advance().unwrap() != Advance::Idle {}
    assert!(session.exam().unwrap().right + 5 >= exam.right);
    assert_eq!(session.read(&like).unwrap().digit, taught);
}

#[test]
fn weights_that_leave_without_the_examples_carry_every_lesson() {
    for id in ModelId::SHIPPED {
        let mut here = session();
        here.select(id).unwrap();
        for seed in 0..5 {
            let drawing = digit((seed % 10) as u8, 300 + seed);
            let label = ((seed + 4) % 10) as u8;
            teach(&mut here, &drawing, label);
            let mut there = session();
            let stays = weights(&here, id);
            let carried = loop {
                if let Some(model) = here.export().unwrap() {
                    break model;
                }
            };
            assert_eq!(weights(&here, id), stays);
            there.open_model(id, carried).unwrap();
            let reading = there.read(&drawing).unwrap();
            assert_eq!(reading.digit, Some(label), "{id:?} {reading:?}");
        }
    }
}
