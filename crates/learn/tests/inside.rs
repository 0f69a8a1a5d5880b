//! What is told of the inside adds up: every number to what the network reckoned, every level to the number that opened it.
#![allow(clippy::unwrap_used, clippy::panic)] // In a test a panic is the report.

mod support;

use trazo_ink::{Drawing, Rng, writer};
use trazo_learn::inside::{
    self, Gradient, Group, Lesson, MOST, Patch, Pieces, Subject, Sum, Wakes,
};
use trazo_learn::{Advance, Error, ModelId, Session, Teach, likeliest};
use trazo_nn::{Network, NetworkSpec, Workspace};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Drawings of all digits.
fn drawings(count: u64) -> Vec<Drawing> {
    let drawing = |i| writer::random((i % 10) as u8, &mut Rng::stream(7, i));
    (0..count).map(drawing).collect()
}

fn bits(numbers: &[f32]) -> Vec<u32> {
    numbers.iter().map(|number| number.to_bits()).collect()
}

/// Teaches until the lesson is over.
fn teach(session: &mut Session, drawing: &Drawing, label: u8) {
    assert_eq!(
        session.teach(drawing, label, true, 0).unwrap(),
        Teach::Started
    );
    while !matches!(session.advance().unwrap(), Advance::Lesson(_)) {}
}

/// That a group has at most ten numbers, that they add up to it, and that every term is in it once; returns its terms.
fn adds_up(sum: &Sum, group: &Group, bound: f64) -> Vec<usize> {
    assert!(group.terms.len() + group.groups.len() <= MOST, "{group:?}");
    let mut terms = group.terms.clone();
    let level = group.terms.iter().map(|term| sum.product(*term));
    let level: f64 = level
        .chain(group.groups.iter().map(|inner| inner.sum))
        .sum();
    for inner in &group.groups {
        terms.extend(adds_up(sum, inner, bound));
    }
    let all: f64 = terms.iter().map(|term| sum.product(*term)).sum();
    assert!((level - group.sum).abs() <= bound && (all - group.sum).abs() <= bound);
    assert_eq!(terms.len(), group.count);
    if let Some(whole) = group.whole {
        let all: f64 = terms
            .iter()
            .filter_map(|term| sum.whole_product(*term))
            .sum();
        assert!((all - whole).abs() <= 1e-9 * (1.0 + all.abs()));
    }
    terms
}

/// That a sum adds up in every way: to `z` within `n · 2⁻²⁴ · Σ|terms|`, exactly that.
fn checks(sum: &Sum, n: usize, name: &str) {
    let products = (0..sum.terms.len()).map(|term| sum.product(term));
    let size: f64 = products.clone().map(f64::abs).sum::<f64>() + sum.bias.abs();
    let bound = n as f64 * 2f64.powi(-24) * size;
    let all = products.sum::<f64>() + sum.bias;
    assert!((all - sum.z).abs() <= bound, "{name}: {all}, not {}", sum.z);
    assert!((all - sum.sum).abs() <= bound && sum.bound >= bound);
    if let Some(whole) = &sum.whole {
        let numbers: f64 = (0..sum.terms.len())
            .filter_map(|t| sum.whole_product(t))
            .sum();
        let by_hand = numbers * f64::from(whole.scale) + sum.bias;
        assert!(
            (by_hand - sum.z).abs() <= bound,
            "{name}: {by_hand}, not {}",
            sum.z
        );
    }
    assert!(!sum.cuts.is_empty());
    for (_, top) in &sum.cuts {
        let mut terms = adds_up(sum, top, bound);
        terms.sort_unstable();
        assert!(
            terms.into_iter().eq(0..sum.terms.len()),
            "{name}: each term once"
        );
        assert!((top.sum + sum.bias - sum.z).abs() <= bound);
    }
}

fn every_sum(session: &mut Session, drawing: &Drawing) -> usize {
    let way = inside::trace(session, drawing).unwrap();
    let network = session.model(session.selected()).network.clone();
    let mut count = 0;
    for (index, layer) in network.layers().iter().enumerate() {
        for unit in 0..layer.outputs() {
            let sum = Sum::of(&network, &way.trace, index, unit, way.marked).unwrap();
            checks(
                &sum,
                sum.terms.len(),
                &format!("layer {index}, unit {unit}"),
            );
            let lies = &way.trace.layers[index];
            let told = |at: usize| f64::from(way.trace.values[at + unit]);
            assert_eq!((sum.z, sum.a), (told(lies.z.start), told(lies.a.start)));
            count += 1;
        }
    }
    count
}

#[test]
fn every_number_of_both_models_is_the_sum_that_is_told_of_it() {
    let mut session = support::session();
    for (model, units) in [(ModelId::Digits, 35_194), (ModelId::Classic, 110)] {
        session.select(model).unwrap();
        let mut drawings = drawings(3);
        drawings[2] = Drawing::default();
        for drawing in &drawings {
            assert_eq!(every_sum(&mut session, drawing), units);
        }
    }
}

#[test]
fn every_number_of_twenty_drawings_is_within_the_rounding_of_its_terms() {
    let mut session = support::session();
    for model in ModelId::SHIPPED {
        session.select(model).unwrap();
        let network = session.model(model).network.clone();
        for drawing in drawings(20) {
            let trace = inside::trace(&mut session, &drawing).unwrap().trace;
            let mut entered = trace.input.clone();
            for (index, lies) in trace.layers.iter().enumerate() {
                for unit in 0..lies.z.len() {
                    let of = network
                        .explain(index, unit, &trace.values[entered.clone()])
                        .unwrap();
                    let products = of.terms.iter().map(|t| f64::from(t.x) * f64::from(t.w));
                    let (sum, size) = products.fold((0.0, 0.0), |(sum, size), product: f64| {
                        (sum + product, size + product.abs())
                    });
                    let bias = f64::from(of.bias);
                    let z = f64::from(trace.values[lies.z.start + unit]);
                    let bound = of.terms.len() as f64 * 2f64.powi(-24) * (size + bias.abs());
                    assert!(
                        (sum + bias - z).abs() <= bound,
                        "layer {index}, unit {unit}"
                    );
                }
                entered = lies.a.clone();
            }
        }
    }
}

#[test]
fn the_way_has_the_numbers_of_the_reading_to_the_last_bit() {
    let mut session = support::session();
    while !matches!(session.advance().unwrap(), Advance::Idle) {}
    for model in ModelId::SHIPPED {
        session.select(model).unwrap();
        while !matches!(session.advance().unwrap(), Advance::Idle) {}
        for taught in [false, true] {
            if taught {
                for (i, drawing) in drawings(4).iter().enumerate() {
                    teach(&mut session, drawing, 9 - i as u8);
                }
            }
            for drawing in drawings(20) {
                let reading = session.read(&drawing).unwrap();
                let way = inside::trace(&mut session, &drawing).unwrap();
                assert_eq!(
                    bits(&way.answer.probabilities),
                    bits(&reading.probabilities)
                );
                let last = way.trace.layers.last().unwrap().a.clone();
                assert_eq!(bits(&way.trace.values[last]), bits(&way.answer.outputs));
                assert_eq!(way.answer.likeliest(), likeliest(&reading.probabilities));
                // What memory adds is all that stands between the network and the reading.
                let answer = &way.answer;
                let exps: Vec<f64> = answer.totals.iter().map(|z| f64::from(*z).exp()).collect();
                for digit in 0..10 {
                    let total = f64::from(answer.logits[digit]) + f64::from(answer.votes[digit]);
                    assert!((total - f64::from(answer.totals[digit])).abs() < 1e-5);
                    let chance = match answer.softmax {
                        true => exps[digit] / exps.iter().sum::<f64>(),
                        false if answer.votes[digit] == 0.0 => f64::from(answer.outputs[digit]),
                        false => 1.0 / (1.0 + (-total).exp()),
                    };
                    assert!((chance - f64::from(reading.probabilities[digit])).abs() < 1e-5);
                }
            }
            let heard = inside::trace(&mut session, &drawings(1)[0]).unwrap();
            // What one model was taught the other hears, too.
            let known = !session.examples().is_empty();
            assert_eq!(heard.answer.votes.iter().any(|v| *v != 0.0), known);
        }
    }
}

#[test]
fn the_margin_between_two_answers_is_a_sum_too() {
    let mut session = support::session();
    for model in ModelId::SHIPPED {
        session.select(model).unwrap();
        for (taught, drawing) in drawings(3).iter().enumerate() {
            if taught > 0 {
                teach(&mut session, drawing, 4);
            }
            let answer = inside::trace(&mut session, drawing).unwrap().answer;
            for (digit, other) in [(4, 7), (7, 4), (0, 9), (3, 3)] {
                let sum = inside::margin(&mut session, drawing, digit, other).unwrap();
                // Two sums, each rounded by itself, and the difference of weights once more.
                assert!(
                    (sum.sum - sum.z).abs() <= sum.bound,
                    "{} {}",
                    sum.sum,
                    sum.z
                );
                for (_, top) in &sum.cuts {
                    assert_eq!(adds_up(&sum, top, 1e-9).len(), sum.terms.len());
                }
                let votes = f64::from(answer.votes[digit]) - f64::from(answer.votes[other]);
                assert_eq!(sum.memory, Some(votes));
                assert!((sum.z + votes - sum.a).abs() < 1e-3 || !answer.softmax);
            }
        }
    }
}

#[test]
fn classic_is_added_up_with_pencil_and_paper() {
    let mut session = support::session();
    session.select(ModelId::Classic).unwrap();
    let drawing = &drawings(8)[7];
    let sum = inside::explain(&mut session, drawing, 0, 37).unwrap();
    // Five rows of blocks, five blocks, four rows, four cells.
    let [(_, rows)] = &sum.cuts[..] else { panic!() };
    assert_eq!(rows.groups.len(), 5);
    assert!(rows.groups.iter().all(|row| row.groups.len() == 5));
    assert!(
        rows.groups[0]
            .groups
            .iter()
            .all(|block| block.groups.len() == 4)
    );
    assert_eq!(rows.groups[0].groups[0].groups[0].terms, [0, 1, 2, 3]);
    // Inputs are 0 or 1: what is added are whole numbers.
    assert!(sum.terms.iter().all(|term| term.x == 0.0 || term.x == 1.0));
    let whole = rows.whole.unwrap();
    assert_eq!(whole, whole.round());
    let scale = f64::from(sum.whole.as_ref().unwrap().scale);
    assert!((whole * scale + sum.bias - sum.z).abs() < 1e-5);
}

#[test]
fn weights_are_whole_numbers_and_stay_so_while_memory_learns() {
    let mut session = support::session();
    let whole = |session: &Session, model| inside::Whole::layers(&session.model(model).network);
    // Arrays of fewer than 5,000 weights are halves; pools have none.
    let digits = [
        false, false, false, false, true, false, true, true, false, true,
    ];
    assert_eq!(whole(&session, ModelId::Digits), digits);
    assert_eq!(whole(&session, ModelId::Classic), [true, true]);
    teach(&mut session, &drawings(1)[0], 6);
    assert_eq!(whole(&session, ModelId::Digits), digits);
    let sum = inside::explain(&mut session, &drawings(1)[0], 9, 6).unwrap();
    assert!(sum.whole.is_some() && sum.memory.is_some());
}

#[test]
fn an_empty_pad_is_told_of_without_memory() {
    let mut session = support::session();
    teach(&mut session, &drawings(1)[0], 6);
    let way = inside::trace(&mut session, &Drawing::default()).unwrap();
    assert!(way.empty && way.answer.votes == [0.0; 10]);
    assert!(
        way.trace.values[way.trace.input.clone()]
            .iter()
            .all(|x| *x == 0.0)
    );
    assert!(
        inside::neighbors(&mut session, &Drawing::default())
            .unwrap()
            .is_empty()
    );
}

#[test]
fn without_a_patch_is_the_reading_of_the_input_without_it() {
    let mut session = support::session();
    for model in ModelId::SHIPPED {
        session.select(model).unwrap();
        let network = session.model(model).network.clone();
        let drawing = &drawings(4)[3].fit();
        let mut input = session.model(model).recipe.input(drawing).unwrap();
        let [height, width, channels] = session.model(model).recipe.shape();
        let patch = Patch {
            row: 4,
            column: 6,
            height: 12,
            width: 8,
        };
        for row in 4..16 {
            for column in 6..14 {
                // All but the mark of where the ink comes from, which `digits` has behind the others.
                let inked = channels.max(2) - 1;
                let at = (row * width + column) * channels;
                input[at..at + inked].fill(0.0);
            }
        }
        let answer = inside::occlude(&mut session, drawing, patch).unwrap();
        let read = network
            .predict(&input, &mut Workspace::new())
            .unwrap()
            .to_vec();
        assert_eq!(bits(&answer.probabilities), bits(&read));
        assert_ne!(answer, inside::trace(&mut session, drawing).unwrap().answer);
        for patch in [
            Patch {
                row: height,
                ..patch
            },
            Patch {
                width: usize::MAX,
                ..patch
            },
        ] {
            let error = inside::occlude(&mut session, drawing, patch).unwrap_err();
            assert_eq!(error.code(), "no-such-unit");
        }
    }
}

#[test]
fn what_was_taught_reminds_of_itself() {
    let mut session = support::session();
    let taught = drawings(12);
    for (i, drawing) in taught.iter().enumerate() {
        teach(&mut session, drawing, ((i + 1) % 10) as u8);
    }
    let reminders = inside::neighbors(&mut session, &taught[3]).unwrap();
    assert_eq!(reminders.len(), inside::SHOWN);
    assert!(reminders.is_sorted_by(|a, b| a.nearness >= b.nearness));
    let nearest = reminders[0];
    assert_eq!((nearest.id, nearest.label), (4, 4));
    assert!(nearest.nearness > 0.95 && nearest.vote > 0.0, "{nearest:?}");
    let votes = inside::trace(&mut session, &taught[3])
        .unwrap()
        .answer
        .votes;
    // Others speak as well, and share with it.
    assert!(
        votes[4] <= nearest.vote + 1e-4 && votes[4] > 0.9 * nearest.vote,
        "{votes:?} {nearest:?}"
    );
}

#[test]
fn layers_and_units_that_do_not_exist_are_refused_with_a_sentence() {
    let mut session = support::session();
    let drawing = &drawings(1)[0];
    for (layer, unit) in [(10, 0), (usize::MAX, 0), (9, 10), (0, usize::MAX)] {
        let error = inside::explain(&mut session, drawing, layer, unit).unwrap_err();
        assert_eq!(error.code(), "no-such-unit", "{error}");
        assert!(matches!(error, Error::Network(_)));
    }
    assert_eq!(
        inside::margin(&mut session, drawing, 3, 10)
            .unwrap_err()
            .to_string(),
        "the network and its input do not fit: layer 9 has the outputs 0 to 9; 10 was asked for"
    );
}

#[test]
fn a_gradient_stands_beside_that_of_a_network_that_nobody_trained() {
    let mut session = support::session();
    let drawing = &drawings(6)[5];
    for model in ModelId::SHIPPED {
        session.select(model).unwrap();
        let network = session.model(model).network.clone();
        let mut gradient = Gradient::new(&mut session, drawing, 5).unwrap();
        while !gradient.advance(&mut session).unwrap() {}
        let mut by = [0.0; 10];
        by[5] = 1.0;
        let input = session.model(model).recipe.input(drawing).unwrap();
        let own = network
            .input_gradient(&input, &by, &mut Workspace::new())
            .unwrap();
        assert_eq!(bits(&gradient.trained), bits(&own));
        assert_eq!(gradient.untrained.len(), input.len());
        assert!(gradient.untrained != own && gradient.untrained.iter().any(|g| *g != 0.0));
        assert!(matches!(
            Gradient::new(&mut session, drawing, 10),
            Err(Error::Label(10))
        ));
    }
}

#[test]
fn a_drawing_without_some_of_its_pieces_is_read_as_another_digit() {
    let mut session = support::session();
    let drawing = &drawings(9)[8];
    let read = session.read(drawing).unwrap();
    let mut pieces = Pieces::new(&mut session, drawing).unwrap();
    let mut units = 0;
    while !pieces.advance(&mut session).unwrap() {
        units += 1;
    }
    let count = pieces.without.len();
    assert!(units <= 2 * count * count, "{units} for {count}");
    assert_eq!(
        bits(&pieces.answer.probabilities),
        bits(&read.probabilities)
    );
    assert_eq!(pieces.pieces().len(), count);
    // It is what is read of the drawing that is left.
    let changed = pieces.changed.as_ref().unwrap();
    assert_ne!(changed.likeliest(), pieces.answer.likeliest());
    assert!(!pieces.smallest.is_empty() && pieces.smallest.len() < count);
    for (piece, answer) in pieces.pieces().iter().zip(&pieces.without) {
        assert!(!piece.is_blank() && answer.is_some());
    }
    let Err(error) = Pieces::new(&mut session, &Drawing::default()) else {
        panic!()
    };
    assert_eq!(error.code(), "empty");
}

#[test]
fn a_unit_is_woken_by_drawings_that_it_answers_to_as_is_told() {
    let mut session = support::session();
    for (i, drawing) in drawings(12).iter().enumerate() {
        teach(&mut session, drawing, (i % 10) as u8);
    }
    let network = session.model(ModelId::Digits).network.clone();
    let recipe = session.model(ModelId::Digits).recipe;
    for (layer, unit, map) in [(9, 3, false), (4, 77, true), (4, 77, false)] {
        let mut wakes = Wakes::new(&mut session, layer, unit, map).unwrap();
        while !wakes.advance(&mut session).unwrap() {}
        for found in [&wakes.exam, &wakes.own] {
            assert_eq!(found.len(), inside::SHOWN);
            assert!(found.is_sorted_by(|a, b| a.z >= b.z));
        }
        let first = &wakes.exam[0];
        let input = recipe.input(first.drawing.as_ref().unwrap()).unwrap();
        let trace = network.trace(&input, &mut Workspace::new()).unwrap();
        let numbers = &trace.values[trace.layers[layer].z.clone()];
        assert_eq!(numbers[first.unit], first.z);
        if map {
            let map = numbers.iter().skip(77 % 32).step_by(32);
            assert_eq!(map.copied().fold(f32::NEG_INFINITY, f32::max), first.z);
        } else {
            assert_eq!(first.unit, unit);
        }
        if layer == 9 {
            assert!(wakes.exam.iter().all(|waking| waking.label == 3));
        }
        assert!(wakes.own.iter().all(|waking| waking.id.is_some()));
    }
    assert_eq!(
        Wakes::new(&mut session, 3, usize::MAX, true)
            .unwrap_err()
            .code(),
        "no-such-unit"
    );
}

#[test]
fn a_lesson_that_is_looked_at_is_the_lesson_that_is_given_and_gives_none() {
    let mut session = support::session();
    let drawing = &drawings(20)[14];
    for (model, original_way) in [
        (ModelId::Digits, false),
        (ModelId::Classic, false),
        (ModelId::Classic, true),
    ] {
        session.select(model).unwrap();
        let settings = session.settings();
        let mut chosen = settings;
        chosen.original_way = original_way;
        session.set_settings(chosen).unwrap();
        let (revision, before) = (session.revision(), session.read(drawing).unwrap());
        let mut lesson = Lesson::new(&mut session, drawing, 9).unwrap();
        while !lesson.advance(&mut session).unwrap() {}
        assert_eq!(
            (session.revision(), session.examples().len()),
            (revision, 0)
        );
        assert_eq!(session.read(drawing).unwrap(), before);
        assert_eq!(
            bits(&lesson.before.probabilities),
            bits(&before.probabilities)
        );
        assert_eq!((lesson.original, lesson.exam.total), (original_way, 500));
        let (plain, own) = (lesson.plain.unwrap(), lesson.own.unwrap());

        // Six stops: each number is made of those before it.
        let network = &session.model(model).network;
        let last = &plain.deltas[0];
        assert_eq!(last.layer, network.layers().len() - 1);
        for (digit, (error, a)) in plain.error.iter().zip(&before.probabilities).enumerate() {
            assert!((error - (a - plain.target[digit])).abs() < 1e-6);
            let slope = if model == ModelId::Classic {
                a * (1.0 - a)
            } else {
                1.0
            };
            assert!((last.delta[digit] - error * slope).abs() < 1e-6);
        }
        if let [_, hidden] = &plain.deltas[..] {
            let place = &network.layers()[1];
            for (unit, delta) in hidden.delta.iter().enumerate() {
                let weights = &network.params()[place.params.clone()][unit * 10..][..10];
                let back: f32 = weights.iter().zip(&last.delta).map(|(w, d)| w * d).sum();
                let a = last.inputs[unit];
                assert!((delta - back * a * (1.0 - a)).abs() < 1e-6);
            }
            assert!(hidden.inputs.iter().all(|x| *x == 0.0 || *x == 1.0));
        }
        assert!(plain.after_steps[0][9] > before.probabilities[9]);

        // And so it is when it is given.
        teach(&mut session, drawing, 9);
        let after = session.read(drawing).unwrap().probabilities;
        let told = if original_way {
            &plain.after
        } else {
            &own.after
        };
        assert_eq!(bits(&told.probabilities), bits(&after));
        let exam = if original_way { plain.exam } else { own.exam };
        while session.exam().is_none() {
            session.advance().unwrap();
        }
        assert_eq!(session.exam(), Some(exam));
        assert_eq!(own.moved > 0, own.distance > 0.0);
        session.undo().unwrap();
        session.set_settings(settings).unwrap();
    }
    for (drawing, label, code) in [
        (&Drawing::default(), 3, "empty"),
        (drawing, 10, "bad-label"),
    ] {
        let Err(error) = Lesson::new(&mut session, drawing, label) else {
            panic!()
        };
        assert_eq!(error.code(), code);
    }
}

/// Networks as a person may open or train them, with every layer kind.
const ODD: [&str; 6] = [
    r#"{"input": [9, 8, 2], "layers": [
        {"type": "conv", "filters": 17, "kernel": 5, "padding": "same", "activation": "relu"},
        {"type": "maxpool", "size": 4}, {"type": "dense", "units": 10}], "loss": "cross-entropy"}"#,
    r#"{"input": [7, 7, 1], "layers": [
        {"type": "conv", "filters": 12, "kernel": 1, "padding": "valid"},
        {"type": "batchnorm", "activation": "relu"}, {"type": "dropout", "rate": 0.5},
        {"type": "dense", "units": 64, "activation": "sigmoid"}], "loss": "squared-error"}"#,
    r#"{"input": [5, 31, 1], "layers": [{"type": "dense", "units": 64}], "loss": "cross-entropy"}"#,
    r#"{"input": [6, 6, 3], "layers": [{"type": "maxpool", "size": 2}], "loss": "squared-error"}"#,
    r#"{"input": [1, 1, 30], "layers": [{"type": "dense", "units": 1000, "activation": "relu"},
        {"type": "dense", "units": 3}], "loss": "cross-entropy"}"#,
    r#"{"input": [140, 11, 1], "layers": [
        {"type": "conv", "filters": 1, "kernel": 11, "padding": "same"},
        {"type": "dense", "units": 2}], "loss": "cross-entropy"}"#,
];

#[test]
fn odd_networks_add_up_too_and_weights_of_1e30_are_told_as_they_are() {
    let mut rng = Rng::new(3);
    for json in ODD {
        let spec: NetworkSpec = serde_json::from_str(json).unwrap();
        let mut network = Network::<f32>::new(spec, 5).unwrap();
        network.update(|params| params.iter_mut().for_each(|p| *p += 0.1 * rng.normal()));
        network.update(|params| params.iter_mut().for_each(|p| *p = p.abs().max(0.01)));
        let sample: Vec<f32> = (0..network.inputs()).map(|_| rng.normal()).collect();
        let huge = Network::from_params(network.spec().clone(), vec![1e30; network.params().len()]);
        for network in [network, huge.unwrap()] {
            let trace = network.trace(&sample, &mut Workspace::new()).unwrap();
            for (index, layer) in network.layers().iter().enumerate() {
                for unit in 0..layer.outputs() {
                    let sum = Sum::of(&network, &trace, index, unit, false).unwrap();
                    // Beyond the largest float it is no number, and says so.
                    if sum.bound.is_finite() && sum.z.is_finite() {
                        for (_, top) in &sum.cuts {
                            assert_eq!(adds_up(&sum, top, sum.bound).len(), sum.terms.len());
                        }
                        assert!(
                            (sum.sum - sum.z).abs() <= sum.bound,
                            "{json} {index} {unit}"
                        );
                    }
                }
            }
            let last = network.layers().len() - 1;
            let sum = Sum::margin(&network, &trace, 0, network.outputs() - 1).unwrap();
            assert_eq!(sum.layer, last);
            if sum.bound.is_finite() && sum.z.is_finite() {
                assert!((sum.sum - sum.z).abs() <= sum.bound, "{json}");
            }
        }
    }
}

#[test]
fn a_picture_of_the_size_of_the_input_is_told_as_it_is_and_another_is_none() {
    let mut session = support::session();
    session.select(ModelId::Classic).unwrap();
    let drawing = &drawings(5)[4];
    let ink = session.model(ModelId::Classic).recipe.ink(drawing).unwrap();
    let of_drawing = inside::trace(&mut session, drawing).unwrap();
    let of_picture = inside::trace(&mut session, Subject::Picture(&ink)).unwrap();
    assert_eq!(of_drawing, of_picture);
    assert!(!of_picture.empty);
    let digit = of_picture.answer.likeliest();
    let sum = |session: &mut Session, subject| inside::explain(session, subject, 1, digit.into());
    assert_eq!(
        sum(&mut session, Subject::Picture(&ink)).unwrap(),
        sum(&mut session, Subject::Drawing(drawing)).unwrap()
    );
    for other in [trazo_ink::Ink::blank(20, 20), trazo_ink::Ink::blank(28, 28)] {
        let told = inside::trace(&mut session, Subject::Picture(&other)).unwrap();
        assert!(told.empty);
    }
}
