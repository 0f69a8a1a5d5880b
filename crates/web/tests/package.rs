//! The package in a real browser, as other people's pages and the page's worker use it.
//!
//! Run with `wasm-pack test --headless --chrome crates/web --test package`.
#![cfg(target_arch = "wasm32")]
// Clippy knows `#[test]`, not `#[wasm_bindgen_test]`.
#![allow(clippy::expect_used, clippy::panic)]

use js_sys::{Array, Float32Array, JSON, Reflect};
use trazo_web::{Database, Engine, Network, Work, known_answer, read_digit, read_number};
use tsify::{Ts, Tsify};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const DIGITS: &[u8] = include_bytes!("../../../pretrained/digits.trazo");
const CLASSIC: &[u8] = include_bytes!("../../../pretrained/classic.trazo");

fn json(text: &str) -> JsValue {
    JSON::parse(text).expect("it is JSON")
}

/// A value as JavaScript sees it, typed or not.
trait Js {
    fn js(&self) -> JsValue;
}

impl Js for JsValue {
    fn js(&self) -> JsValue {
        self.clone()
    }
}

impl<T: Tsify> Js for Ts<T> {
    fn js(&self) -> JsValue {
        self.js_value()
    }
}

fn get(value: &impl Js, path: &str) -> JsValue {
    path.split('.').fold(value.js(), |value, key| {
        Reflect::get(&value, &key.into()).expect("an object")
    })
}

fn number(value: &impl Js, path: &str) -> f64 {
    get(value, path).as_f64().expect("a number")
}

fn build(spec: &str) -> Result<Network, String> {
    Network::build(json(spec).unchecked_into(), 3.0).map_err(|failure| failure.message)
}

const XOR: &str = r#"{ "input": [1, 1, 2], "loss": "cross-entropy", "optimizer": { "type": "adam", "learningRate": 0.05 },
    "layers": [{ "type": "dense", "units": 16, "activation": "relu" }, { "type": "dense", "units": 2, "activation": "softmax" }] }"#;

#[wasm_bindgen_test]
fn this_build_passes_its_own_self_test() {
    assert_eq!(known_answer(), Ok(()));
}

#[wasm_bindgen_test]
fn a_network_is_built_trained_saved_and_loaded() {
    let mut network = build(XOR).expect("it can be built");
    assert_eq!(network.parameters(), 2 * 16 + 16 + 16 * 2 + 2);
    let (inputs, labels) = ([0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 1.0, 1.0], [0, 1, 1, 0]);
    let losses: Vec<f32> = (0..300)
        .map(|_| network.train_batch(&inputs, &labels).expect("it trains"))
        .collect();
    assert!(
        losses[0] > 0.5 && losses[299] < 0.01,
        "{} … {}",
        losses[0],
        losses[299]
    );
    let outputs = network.predict(&inputs).expect("four rows");
    assert!(outputs[3] > 0.9 && outputs[7] < 0.1, "{outputs:?}");
    let mut again =
        Network::load(&network.save().expect("it can be written")).expect("it can be read");
    assert_eq!(again.predict(&inputs).expect("four rows"), outputs);
}

#[wasm_bindgen_test]
fn a_spec_that_cannot_be_built_gets_a_sentence() {
    let even = r#"{ "input": [9, 9, 1], "layers": [{ "type": "conv", "filters": 2, "kernel": 2, "padding": "same" }], "loss": "cross-entropy" }"#;
    for (spec, sentence) in [
        ("{}", "This is no network: missing field `input`"),
        (
            r#"{ "input": [1, 1, 2], "layers": [], "loss": "cross-entropy" }"#,
            "the network has no layers",
        ),
        (even, "it must be odd"),
        ("7", "A network is built from an object"),
    ] {
        let error = build(spec).err().expect("it cannot be built");
        assert!(error.contains(sentence), "{error}");
    }
    let mut network = build(XOR).expect("it can be built");
    assert!(network.predict(&[1.0; 3]).is_err());
    assert!(network.train_batch(&[1.0; 2], &[2]).is_err());
}

#[wasm_bindgen_test]
async fn a_digit_is_read_from_strokes_in_any_unit_and_either_form() {
    let seven = "[[[25, 25], [75, 25], [60, 50], [45, 80]]]";
    let large = r#"[[{ "x": 2500, "y": 2500 }, { "x": 7500, "y": 2500 }, { "x": 6000, "y": 5000 }, { "x": 4500, "y": 8000 }]]"#;
    for strokes in [seven, large] {
        let reading = read_digit(json(strokes).unchecked_into(), Some(DIGITS.to_vec()))
            .await
            .expect("it is read");
        assert_eq!(number(&reading, "digit"), 7.0);
        assert_eq!(get(&reading, "sure").as_bool(), Some(true));
        let probabilities: Vec<f64> = Array::from(&get(&reading, "probabilities"))
            .iter()
            .filter_map(|p| p.as_f64())
            .collect();
        assert!(
            (probabilities.iter().sum::<f64>() - 1.0).abs() < 1e-5 && probabilities.len() == 10
        );
    }
    let blank = read_digit(json("[]").unchecked_into(), Some(DIGITS.to_vec()))
        .await
        .expect("it is read");
    assert!(get(&blank, "digit").is_null());
    assert_eq!(get(&blank, "sure").as_bool(), Some(false));
    // Back and forth across the pad: nobody's digit.
    let scribble: Vec<String> = (0..60)
        .map(|i| format!("[{}, {}]", 150 + (i * 367) % 700, 150 + (i * 241) % 700))
        .collect();
    let scribble = format!("[[{}]]", scribble.join(","));
    let unsure = read_digit(json(&scribble).unchecked_into(), Some(DIGITS.to_vec()))
        .await
        .expect("it is read");
    assert_eq!(get(&unsure, "sure").as_bool(), Some(false));
    assert!(get(&unsure, "digit").as_f64().is_some());
}

#[wasm_bindgen_test]
async fn digits_side_by_side_are_a_number_in_any_unit() {
    // A seven whose bar is drawn last, after the one to its right.
    let strokes = |scale: f64| {
        let line = |points: &[(f64, f64)]| {
            let points = points
                .iter()
                .map(|(x, y)| format!("[{}, {}]", x * scale, y * scale));
            format!("[{}]", points.collect::<Vec<_>>().join(","))
        };
        let seven = line(&[(10.0, 20.0), (45.0, 20.0), (35.0, 45.0), (22.0, 80.0)]);
        let one = line(&[(70.0, 20.0), (69.0, 80.0)]);
        let bar = line(&[(18.0, 50.0), (44.0, 49.0)]);
        json(&format!("[{seven}, {one}, {bar}]"))
    };
    for scale in [0.01, 1.0, 1_000.0] {
        let read = read_number(strokes(scale).unchecked_into(), Some(DIGITS.to_vec()))
            .await
            .expect("it is read");
        assert_eq!(get(&read, "text").as_string().as_deref(), Some("71"));
        assert_eq!(get(&read, "sure").as_bool(), Some(true));
        let places = JSON::stringify(&get(&read, "digits.0.strokes")).expect("they are numbers");
        assert_eq!(String::from(places), "[0,2]");
        assert_eq!(number(&read, "digits.1.digit"), 1.0);
    }
    let blank = read_number(json("[]").unchecked_into(), Some(DIGITS.to_vec()))
        .await
        .expect("it is read");
    assert_eq!(get(&blank, "text").as_string().as_deref(), Some(""));
    assert_eq!(get(&blank, "sure").as_bool(), Some(false));
}

#[wasm_bindgen_test]
async fn what_is_not_strokes_or_not_a_model_gets_a_sentence() {
    for (strokes, bytes, code) in [
        ("[[[\"a\", 1]]]", DIGITS, "bad-argument"),
        ("7", DIGITS, "bad-argument"),
        ("[[[1e999, 1], [2, 2]]]", DIGITS, "bad-argument"),
        ("[[[1, 1e39]]]", DIGITS, "bad-argument"),
        ("[]", &b"hello"[..], "not-trazo"),
    ] {
        let error = read_digit(json(strokes).unchecked_into(), Some(bytes.to_vec()))
            .await
            .expect_err("it is refused");
        assert!(error.is_instance_of::<js_sys::Error>());
        assert_eq!(get(&error, "code").as_string().as_deref(), Some(code));
    }
    let not_a_number = Array::of1(&Array::of1(&Array::of2(&f64::NAN.into(), &1.into())));
    let error = read_digit(
        JsValue::from(not_a_number).unchecked_into(),
        Some(DIGITS.to_vec()),
    )
    .await
    .expect_err("it is refused");
    assert_eq!(
        get(&error, "code").as_string().as_deref(),
        Some("bad-argument")
    );
}

#[wasm_bindgen_test]
async fn the_engine_reads_learns_takes_back_saves_and_goes_on() {
    let mut engine = Engine::new(DIGITS, CLASSIC, Some(1)).expect("the models that ship");
    let (points, ends) = (
        [
            300.0, 300.0, 400.0, 600.0, 650.0, 500.0, 700.0, 250.0, 500.0, 100.0, 480.0, 900.0,
        ],
        [4, 6],
    );
    let before = engine.read(&points, &ends).expect("it reads");
    assert_eq!(number(&before, "input.width"), 28.0);
    assert_eq!(get(&before, "empty").as_bool(), Some(false));

    let learn = |engine: &mut Engine, label: u8| {
        assert!(
            engine
                .teach(&points, &ends, label, true, 1e12)
                .expect("it begins")
                .is_none()
        );
        while engine.advance().expect("it advances") != Work::Lesson {}
        engine
            .take_lesson()
            .expect("no failure")
            .expect("it is there")
    };
    let weights = |engine: &mut Engine| {
        js_sys::Uint8Array::from(get(
            &engine.download_weights("trazo").expect("a file"),
            "bytes",
        ))
        .to_vec()
    };
    let untaught = weights(&mut engine);
    let lesson = learn(&mut engine, 6);
    assert_eq!(
        (number(&lesson, "label"), number(&lesson, "exampleCount")),
        (6.0, 1.0)
    );
    assert_eq!(get(&lesson, "learned").as_bool(), Some(true));
    assert!(
        engine.take_lesson().expect("no failure").is_none(),
        "a lesson is told once"
    );
    engine.undo().expect("it can be undone");
    assert_eq!(weights(&mut engine), untaught, "bit for bit");

    learn(&mut engine, 6);
    let conflict = engine
        .teach(&points, &ends, 5, false, 1e12)
        .expect("no failure")
        .expect("it asks");
    assert_eq!(
        get(&conflict, "question").as_string().as_deref(),
        Some("conflict")
    );
    assert_eq!(number(&conflict, "otherLabel"), 6.0);

    let database = Database::open("package".into())
        .await
        .expect("there is a database");
    let stored = database.fetch().await.expect("it can be read");
    assert!(stored.empty());
    let mut found = database.choose(&stored).expect("it can be read");
    assert!(found.saved().expect("no failure").is_none());
    engine
        .restore(&mut found)
        .expect("nothing was found, nothing changes");
    let saved = database
        .save(
            engine
                .prepare_save(&database, 77.0)
                .expect("it can be saved"),
        )
        .await
        .expect("it saves");
    assert_eq!((number(&saved, "seq"), number(&saved, "at")), (1.0, 77.0));

    let mut next = Engine::new(DIGITS, CLASSIC, Some(1)).expect("the models that ship");
    let database = Database::open("package".into())
        .await
        .expect("there is a database");
    let stored = database.fetch().await.expect("it can be read");
    assert!(!stored.empty());
    next.restore(&mut database.choose(&stored).expect("it makes sense"))
        .expect("it fits");
    assert_eq!(weights(&mut next), weights(&mut engine));
    let examples = next.examples(0, 10).expect("one example");
    let example = Array::from(&get(&examples, "examples")).get(0);
    assert!(get(&example, "picture").is_null(), "null, as its type says");
    let drawing = get(&example, "drawing.points");
    assert_eq!(Float32Array::from(drawing).to_vec(), points);
    let state = next.state().expect("a state");
    assert_eq!(
        (
            number(&state, "exampleCount"),
            number(&state, "model.lessons")
        ),
        (1.0, 1.0)
    );
    assert!(
        get(&state, "undo").is_null(),
        "what was restored cannot be undone"
    );
}

#[wasm_bindgen_test]
fn training_repeats_bit_for_bit_with_the_same_seed_and_the_browser_draws_another_each_time() {
    let trained_weights = |seed| {
        let mut engine = Engine::new(DIGITS, CLASSIC, seed).expect("the models that ship");
        let seven = [250.0, 200.0, 750.0, 200.0, 450.0, 800.0];
        engine
            .teach(&seven, &[3], 2, true, 1e12)
            .expect("it begins");
        while engine.advance().expect("it advances") != Work::Lesson {}
        engine.train_start(1e12).expect("it begins");
        let steps = |engine: &Engine| {
            let progress = engine.train_progress().expect("no failure");
            number(&progress.expect("it runs"), "steps")
        };
        while steps(&engine) < 3.0 {
            engine.advance().expect("it advances");
        }
        engine.train_stop().expect("it stops");
        let file = engine.download_weights("trazo").expect("a file");
        js_sys::Uint8Array::from(get(&file, "bytes")).to_vec()
    };
    // Not assert_eq, which would print all weights.
    assert!(trained_weights(Some(7)) == trained_weights(Some(7)));
    assert!(trained_weights(None) != trained_weights(None));
}

#[wasm_bindgen_test]
fn a_drawing_whose_ends_do_not_fit_its_points_is_read_all_the_same() {
    let mut engine = Engine::new(DIGITS, CLASSIC, Some(1)).expect("the models that ship");
    for (points, ends) in [
        (&[1.0, 2.0, 3.0][..], &[9, 2, 400][..]),
        (&[f32::NAN; 8], &[4]),
        (&[], &[0, 0]),
    ] {
        engine.read(points, ends).expect("it reads");
    }
}

#[wasm_bindgen_test]
async fn examples_that_could_not_be_saved_are_taken_by_another_engine() {
    let mut engine = Engine::new(DIGITS, CLASSIC, Some(1)).expect("the models that ship");
    for (label, at) in [(3, 1000.0), (4, 2000.0)] {
        let points = [200.0, 200.0, 300.0 + at / 5.0, 700.0];
        engine
            .teach(&points, &[2], label, true, f64::from(at))
            .expect("it begins");
        while engine.advance().expect("it advances") != Work::Lesson {}
    }
    let mut other = Engine::new(DIGITS, CLASSIC, Some(1)).expect("the models that ship");
    let later = engine.examples_since(1500.0).expect("it can be written");
    assert_eq!(other.adopt(&later), Ok(1));
    assert_eq!(other.adopt(&later), Ok(0), "it is there already");
}

#[wasm_bindgen_test]
fn what_is_missing_is_null_in_each_outcome_of_several_files() {
    let mut engine = Engine::new(DIGITS, CLASSIC, Some(1)).expect("the models that ship");
    let file = json("{\"name\": \"hello.txt\"}");
    let outcomes = engine
        .open_files(&Array::of1(&file), &JsValue::NULL, 1e12)
        .expect("what is wrong is in the outcome");
    let outcome = Array::from(&outcomes.js()).get(0);
    assert!(get(&outcome, "kind").is_null());
    assert!(get(&outcome, "question").is_null());
    assert!(get(&outcome, "error.message").as_string().is_some());
}
