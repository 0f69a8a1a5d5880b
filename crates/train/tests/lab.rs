//! The Lab's run: from a setup to weights, with one worker and with two, and back from a checkpoint.
#![allow(clippy::unwrap_used, clippy::panic)]

use trazo_train::lab::{Dealt, Fault, Given, Held, Lab, Setup, Use, Writing, deal};
use trazo_train::{Event, Part, Pictures};

/// A setup of these digits, layers and more, the rest as usual.
fn setup(data: &str, layers: &str, more: &str) -> Setup {
    let json = format!(
        r#"{{"v": 1,
            "data": {{"source": "synthetic", "train": 1000, "validation": 300, "test": 200, "seed": 5{data}}},
            "network": {{"layers": [{layers}]}},
            "optimizer": {{"type": "adam", "learningRate": 0.01}},
            "epochs": 3, "batch": 50, "seeds": {{"weights": 1, "order": 2}}{more}}}"#
    );
    Setup::from_json(&json).unwrap_or_else(|fault| panic!("{}: {json}", fault.message))
}

const SOFTMAX: &str = r#"{"type": "dense", "units": 10, "activation": "softmax"}"#;
const CONV: &str = r#"{"type": "conv", "filters": 4, "kernel": 3, "padding": "valid"},
    {"type": "batchnorm", "activation": "relu"}, {"type": "maxpool", "size": 2},
    {"type": "dropout", "rate": 0.2}, {"type": "dense", "units": 10}"#;

fn written(setup: &Setup) -> Dealt {
    let mut writing = Writing::new(&setup.data);
    while writing.advance(64) < 1.0 {}
    writing.deal().unwrap()
}

fn lab(setup: Setup) -> Lab {
    let dealt = written(&setup);
    Lab::new(setup, dealt).unwrap()
}

fn bits(lab: &Lab) -> Vec<u32> {
    lab.run()
        .network()
        .params()
        .iter()
        .map(|value| value.to_bits())
        .collect()
}

/// Two runs that hold the same and exchange parts as messages, as two workers do.
fn in_two(setup: Setup, steps: u64) -> [Lab; 2] {
    let mut labs = [lab(setup.clone()), lab(setup)];
    while labs[0].run().ending().is_none() && labs[0].run().step() < steps {
        let pending = labs[0].pending();
        let messages: Vec<Vec<f32>> = pending
            .map(|index| labs[index % 2].compute(index).unwrap().to_message())
            .collect();
        for message in messages {
            for lab in &mut labs {
                lab.take(Part::from_message(&message).unwrap()).unwrap();
            }
        }
    }
    labs
}

#[test]
fn softmax_learns_the_synthetic_digits() {
    let mut lab = lab(setup("", SOFTMAX, ""));
    while lab.advance().unwrap() != Event::Over {}
    assert_eq!(lab.counts(), [1000, 300, 200]);
    let looks = lab.looks();
    assert_eq!(
        looks.iter().map(|look| look.seen).collect::<Vec<_>>(),
        [0, 1000, 2000, 3000]
    );
    assert_eq!(looks[3].multiply_adds, 3000 * 2 * 7840);
    // Measured: 0.86. A guess is 0.1.
    let last = looks[3].validation[0];
    assert!(last.accuracy() > 0.75, "{last:?}");
    let confusion = lab.confusion(Held::Validation).unwrap();
    let right: u32 = (0..10).map(|digit| confusion.counts[digit * 11]).sum();
    assert_eq!((u64::from(right), confusion.step), (last.right, 60));

    assert!(
        lab.tested().is_none() && lab.progress().opened == 0,
        "the envelope is sealed"
    );
    lab.begin_reading(Held::Test).unwrap();
    while lab.advance_reading().unwrap() {}
    let tested = lab.tested().unwrap();
    assert!(
        tested.accuracy() > 0.75 && tested.count == 200,
        "{tested:?}"
    );
    assert_eq!(lab.progress().opened, 1);
}

#[test]
fn mistakes_are_those_of_their_cell_worst_first() {
    let mut lab = lab(setup("", SOFTMAX, ""));
    while lab.advance().unwrap() != Event::Look {}
    let counts = lab.confusion(Held::Validation).unwrap().counts;
    let cell = (0..100)
        .filter(|cell| cell % 11 != 0)
        .max_by_key(|&cell| counts[cell])
        .unwrap();
    let (label, answer) = ((cell / 10) as u8, (cell % 10) as u8);
    let mistakes = lab
        .mistakes(Held::Validation, label, answer, 0, 100)
        .unwrap();
    assert_eq!(mistakes.total, counts[cell] as usize);
    assert!(mistakes.total >= 2, "a network that has learned nothing");
    assert!(mistakes.digits.is_sorted_by(|a, b| a.chance >= b.chance));
    assert!(
        mistakes
            .digits
            .iter()
            .all(|digit| digit.label == label && digit.right < digit.chance)
    );
    assert!(mistakes.digits[0].pixels.iter().any(|&pixel| pixel > 200));
    let second = lab.mistakes(Held::Validation, label, answer, 1, 1).unwrap();
    assert_eq!(second.digits[..], mistakes.digits[1..2]);
}

#[test]
fn one_worker_and_two_have_the_same_weights_bit_for_bit() {
    for (data, layers, batch) in [
        ("", SOFTMAX, 70),
        (r#", "noise": 0.2, "shift": 2, "augment": 0.5"#, CONV, 16),
    ] {
        let make = || {
            let mut setup = setup(data, layers, r#", "average": 0.9, "lookEvery": 5"#);
            setup.batch = batch;
            setup
        };
        let mut alone = lab(make());
        while alone.run().step() < 12 {
            alone.advance().unwrap();
        }
        let two = in_two(make(), 12);
        assert_eq!(bits(&alone), bits(&two[0]));
        assert_eq!(bits(&alone), bits(&two[1]));
        assert_ne!(bits(&alone), bits(&lab(make())), "it has learned something");
    }
}

#[test]
fn a_run_goes_on_from_its_checkpoint_bit_for_bit() {
    let make = || setup(r#", "shift": 1"#, CONV, r#", "lookEvery": 7"#);
    let mut through = lab(make());
    while through.advance().unwrap() != Event::Over {}
    // Anywhere: between two steps, within a batch, within a look.
    for stop in [0, 3, 40, 61] {
        let mut first = lab(make());
        first.set_seconds(2.5);
        for _ in 0..stop {
            first.advance().unwrap();
        }
        let bytes = first.checkpoint().unwrap();
        drop(first);
        let dealt = written(&make());
        let mut second = Lab::resume(make(), dealt, &bytes).unwrap();
        assert_eq!(second.seconds(), 2.5);
        while second.advance().unwrap() != Event::Over {}
        assert_eq!(bits(&through), bits(&second), "stopped after {stop} parts");
        assert_eq!(through.progress().losses, second.progress().losses);
        let losses = |lab: &Lab| {
            lab.looks()
                .iter()
                .map(|look| look.validation[0].loss.to_bits())
                .collect::<Vec<_>>()
        };
        assert_eq!(losses(&through), losses(&second));
    }
}

#[test]
fn a_checkpoint_has_the_best_look_and_one_from_before_it_had_still_opens() {
    let make = || {
        let layers = r#"{"type": "dense", "units": 32, "activation": "relu"}, {"type": "dense", "units": 10}"#;
        let mut setup = setup(r#", "noise": 0.5"#, layers, r#", "lookEvery": 3"#);
        setup.data.train = 100;
        setup.epochs = 40;
        setup
    };
    let resume = |bytes: &[u8]| Lab::resume(make(), written(&make()), bytes);
    let mut first = lab(make());
    // Before the first look there is none, and the bytes are those of every version.
    let plain = first.checkpoint().unwrap();
    assert_ne!(plain[..5], [0xff; 5]);
    assert_eq!(resume(&plain).unwrap().can_go_back(), None);
    while first.advance().unwrap() != Event::Over {}
    let (best, end) = (first.can_go_back().unwrap(), first.run().step());
    let bytes = first.checkpoint().unwrap();
    let mut second = resume(&bytes).unwrap();
    assert_eq!(second.can_go_back(), Some(best));
    assert_eq!(second.checkpoint().unwrap(), bytes);
    assert_eq!(bits(&first), bits(&second));
    for lab in [&mut first, &mut second] {
        lab.go_back().unwrap();
        assert_eq!(lab.run().step(), best);
        lab.advance().unwrap();
    }
    assert_eq!(bits(&first), bits(&second));
    assert_eq!(first.looks(), second.looks());
    // What an older version wrote: the run as it is alone. It is the first of the two.
    let (old, rest): (&[u8], _) = postcard::take_from_bytes(&bytes[5..]).unwrap();
    let older = resume(old).unwrap();
    assert_eq!((older.can_go_back(), older.run().step()), (None, end));
    // A best look of another run is none.
    let other = lab(setup("", SOFTMAX, "")).checkpoint().unwrap();
    let mixed = [
        &bytes[..bytes.len() - rest.len()],
        &postcard::to_allocvec(&other).unwrap(),
    ]
    .concat();
    let codes = [
        &mixed[..],
        &[&bytes[..], &[0]].concat(),
        &bytes[..bytes.len() - 1],
    ]
    .map(|bytes| resume(bytes).map(|_| ()).unwrap_err().code);
    assert_eq!(codes, ["lab-checkpoint"; 3]);
}

#[test]
fn a_checkpoint_of_another_run_or_a_damaged_one_is_refused() {
    let mut first = lab(setup("", SOFTMAX, ""));
    for _ in 0..20 {
        first.advance().unwrap();
    }
    let bytes = first.checkpoint().unwrap();
    let resume = |setup: Setup, bytes: &[u8]| {
        let dealt = written(&setup);
        Lab::resume(setup, dealt, bytes)
            .map(|_| ())
            .map_err(|fault| fault.code)
    };
    assert_eq!(resume(setup("", SOFTMAX, ""), &bytes), Ok(()));
    assert_eq!(
        resume(setup("", SOFTMAX, r#", "average": 0.5"#), &bytes),
        Err("lab-checkpoint")
    );
    assert_eq!(
        resume(setup(r#", "noise": 0.1"#, SOFTMAX, ""), &bytes),
        Err("lab-checkpoint")
    );
    let dealt = written(&setup("", SOFTMAX, ""));
    for end in (0..bytes.len()).step_by(9_770) {
        let cut = Lab::resume(setup("", SOFTMAX, ""), dealt.clone(), &bytes[..end]);
        assert_eq!(cut.map(|_| ()).unwrap_err().code, "lab-checkpoint", "{end}");
    }
}

#[test]
fn a_frozen_layer_stays_bit_for_bit_and_the_others_learn() {
    let layers = r#"{"type": "conv", "filters": 4, "kernel": 3, "padding": "valid", "activation": "tanh", "frozen": true},
        {"type": "maxpool", "size": 2}, {"type": "dense", "units": 16, "activation": "relu"},
        {"type": "dense", "units": 10}"#;
    let mut setup = setup("", layers, r#", "average": 0.9"#);
    // What shrinks all weights does not shrink these.
    setup.optimizer =
        serde_json::from_str(r#"{"type": "adam", "learningRate": 0.01, "weightDecay": 0.1}"#)
            .unwrap();
    let frozen = 4 * 9 + 4;
    let start = bits(&lab(setup.clone()));
    for mut lab in in_two(setup.clone(), 20) {
        let after = bits(&lab);
        assert_eq!(start[..frozen], after[..frozen]);
        assert_ne!(start[frozen..], after[frozen..]);
        let answering = lab.answering().unwrap();
        assert!(
            answering.params()[..frozen]
                .iter()
                .map(|weight| weight.to_bits())
                .eq(start[..frozen].iter().copied()),
            "nor does the average move them"
        );
        let health = lab.health().unwrap();
        assert_eq!((health.updates[0], health.gradients[0]), (None, None));
        assert!(health.updates[2].is_some());
        let bytes = lab.checkpoint().unwrap();
        let mut on = Lab::resume(setup.clone(), written(&setup), &bytes).unwrap();
        while on.advance().unwrap() != Event::Over {}
        assert_eq!(start[..frozen], bits(&on)[..frozen]);
        assert!(on.looks()[3].validation[0].accuracy() > 0.5);
    }
    let row = |layers: &str| {
        let fault = fault(layers, |_| ());
        (fault.code, fault.row)
    };
    let dense = r#"{"type": "dense", "units": 10, "frozen": true}"#;
    assert_eq!(row(dense), ("lab-frozen", Some(0)));
    assert_eq!(
        row(r#"{"type": "maxpool", "size": 2, "frozen": true}, {"type": "dense", "units": 10}"#),
        ("lab-layer", Some(0))
    );
    assert_eq!(
        row(
            r#"{"type": "dense", "units": 20}, {"type": "batchnorm", "frozen": true}, {"type": "dense", "units": 10}"#
        ),
        ("lab-layer", Some(1))
    );
}

#[test]
fn one_can_go_back_to_the_best_look_and_comes_the_same_way_again() {
    // By heart, with a rate that is too high: the validation digits are read best on the way.
    let make = || {
        let layers = r#"{"type": "dense", "units": 32, "activation": "relu"}, {"type": "dense", "units": 10}"#;
        let mut setup = setup(
            r#", "noise": 0.5"#,
            layers,
            r#", "lookEvery": 3, "patience": 6"#,
        );
        setup.data.train = 100;
        setup.epochs = 40;
        setup
    };
    let mut labs = in_two(make(), u64::MAX);
    let mut alone = lab(make());
    assert_eq!(alone.can_go_back(), None);
    assert_eq!(alone.go_back().unwrap_err().code, "lab-no-best");
    while alone.advance().unwrap() != Event::Over {}
    assert_eq!(alone.progress().ending, Some("no-gain"));
    let (end, step) = (bits(&alone), alone.run().step());
    let best = alone.can_go_back().unwrap();
    assert_eq!(best, alone.health().unwrap().best);
    assert_eq!(step, best + 6 * 3, "six looks without gain");
    alone.begin_reading(Held::Test).unwrap();
    while alone.advance_reading().unwrap() {}
    let seen = alone.looks();
    for lab in labs.iter_mut().chain([&mut alone]) {
        lab.go_back().unwrap();
        assert_eq!((lab.run().step(), lab.progress().ending), (best, None));
        assert_eq!(lab.can_go_back(), None, "it is there");
        let look = lab.looks();
        assert_eq!(look[..], seen[..look.len()]);
        assert_eq!(look.last().unwrap().step, best);
        // The answers are of the best weights, not of the last ones.
        lab.begin_reading(Held::Validation).unwrap();
        while lab.advance_reading().unwrap() {}
        let counts = lab.confusion(Held::Validation).unwrap().counts;
        let right: u32 = (0..10).map(|digit| counts[digit * 11]).sum();
        assert_eq!(u64::from(right), look.last().unwrap().validation[0].right);
        assert!(lab.film().iter().all(|&at| at <= best));
    }
    assert_eq!(alone.progress().opened, 1, "what was opened stays opened");
    assert!(alone.tested().is_none());
    while alone.advance().unwrap() != Event::Over {}
    assert_eq!((bits(&alone), alone.run().step()), (end, step));
}

#[test]
fn a_film_shows_the_first_weights_as_they_were() {
    let mut lab = lab(setup("", CONV, ""));
    let start = lab.first_weights().unwrap();
    let mut seen = vec![start.clone()];
    while lab.run().ending().is_none() {
        if let Event::Step { .. } = lab.advance().unwrap() {
            seen.push(lab.first_weights().unwrap());
        }
    }
    let steps = lab.film();
    assert!(
        steps.first() == Some(&0) && steps.len() > 24 && steps.len() <= 48,
        "{steps:?}"
    );
    for step in steps {
        let then = lab.first_weights_at(step).unwrap();
        let was = &seen[step as usize];
        assert_eq!(
            (then.step, then.count, then.height, then.width),
            (step, 4, 3, 3)
        );
        let most = was
            .values
            .iter()
            .fold(0.0_f32, |most, value| most.max(value.abs()));
        let close = |(a, b): (&f32, &f32)| (a - b).abs() <= most / 250.0;
        assert!(then.values.iter().zip(&was.values).all(close));
    }
    assert_eq!(
        lab.first_weights_at(1_000_000).unwrap_err().code,
        "lab-failed"
    );
}

#[test]
fn the_start_is_what_the_setup_says() {
    let start = |name: &str| {
        let layers = r#"{"type": "dense", "units": 16, "activation": "relu"}, {"type": "dense", "units": 10}"#;
        let mut setup = setup("", layers, "");
        setup.network.start = serde_json::from_str(&format!("\"{name}\"")).unwrap();
        lab(setup)
    };
    let mut zero = start("zero");
    while zero.advance().unwrap() != Event::Over {}
    let params = zero.run().network().params();
    let biases = &params[params.len() - 10..];
    assert!(
        params[..params.len() - 10]
            .iter()
            .all(|&weight| weight == 0.0),
        "no weight ever moves"
    );
    assert!(biases.iter().all(|&bias| bias != 0.0), "only ten biases do");
    let mut constant = start("constant");
    for _ in 0..30 {
        constant.advance().unwrap();
    }
    let weights = &constant.run().network().params()[..784 * 16];
    assert!(
        weights
            .chunks_exact(16)
            .all(|unit| unit.iter().all(|&w| w == unit[0])),
        "all units stay alike"
    );
    let usual = bits(&start("usual"));
    assert!(usual != bits(&start("he")) && usual != bits(&start("xavier")));
}

#[test]
fn health_sees_dead_units_and_gradients_that_vanish() {
    let mut lab = lab(setup(
        "",
        r#"{"type": "dense", "units": 32, "activation": "relu"}, {"type": "dense", "units": 10}"#,
        "",
    ));
    let before = lab.health().unwrap();
    assert_eq!(
        (before.step, before.first_to_last, before.gradients[0]),
        (0, None, None)
    );
    while lab.run().step() < 20 {
        lab.advance().unwrap();
    }
    let well = lab.health().unwrap();
    assert!(well.dead[0].unwrap() < 0.4 && well.dead[1].is_none());
    assert!(
        well.updates
            .iter()
            .all(|update| (1e-4..0.5).contains(&update.unwrap())),
        "{well:?}"
    );
    assert_eq!(well.chance, 0);

    let mut setup = setup(
        "",
        r#"{"type": "dense", "units": 32, "activation": "relu"}, {"type": "dense", "units": 10}"#,
        "",
    );
    setup.optimizer = trazo_nn::OptimizerSpec::adam(3.0);
    let dealt = written(&setup);
    let mut wild = Lab::new(setup, dealt).unwrap();
    while wild.run().step() < 20 {
        wild.advance().unwrap();
    }
    assert!(wild.health().unwrap().dead[0].unwrap() > 0.4);

    let deep = [r#"{"type": "dense", "units": 20, "activation": "sigmoid"}"#; 6].join(", ");
    let mut deep = self::lab(self::setup("", &format!("{deep}, {SOFTMAX}"), ""));
    while deep.run().step() < 20 {
        deep.advance().unwrap();
    }
    let health = deep.health().unwrap();
    assert!(health.first_to_last.unwrap() < 0.01, "{health:?}");
    assert_eq!(health.chance, 20);
}

#[test]
fn a_rate_beyond_reason_ends_the_run_with_a_reason() {
    let mut setup = setup(
        "",
        r#"{"type": "dense", "units": 16, "activation": "relu"}, {"type": "dense", "units": 10}"#,
        "",
    );
    setup.optimizer = serde_json::from_str(r#"{"type": "sgd", "learningRate": 1e30}"#).unwrap();
    let dealt = written(&setup);
    let mut lab = Lab::new(setup, dealt).unwrap();
    while lab.advance().unwrap() != Event::Over {}
    assert_eq!(lab.progress().ending, Some("diverged"));
    assert!(lab.run().step() < 10);
}

#[test]
fn digits_are_dealt_once_and_spoiled_as_asked() {
    // Picture i is all ink i, so that it can be told which is where.
    let picture = |index: usize| [(index % 251) as u8; 784];
    let given = |count: usize, uses: Vec<Use>| Given {
        pictures: Pictures::new(
            (0..count).flat_map(picture).collect(),
            (0..count).map(|index| (index % 10) as u8).collect(),
        )
        .unwrap(),
        uses,
    };
    let inks = |part: &Pictures| {
        (0..part.len())
            .map(|index| part.picture(index)[400])
            .collect::<Vec<u8>>()
    };
    let plain = setup("", SOFTMAX, "").data;

    // 250 where 1,500 are asked for: two thirds, a fifth, the rest.
    let dealt = deal(&plain, &given(250, Vec::new())).unwrap();
    assert_eq!(
        [dealt.train.len(), dealt.validation.len(), dealt.test.len()],
        [166, 50, 33]
    );
    let mut all = [
        inks(&dealt.train),
        inks(&dealt.validation),
        inks(&dealt.test),
    ]
    .concat();
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 249, "none is in two parts");

    // A writer who is left out is only looked at; a test set is only for the test.
    let uses: Vec<Use> = (0..250)
        .map(|index| if index < 50 { Use::Held } else { Use::Any })
        .collect();
    let dealt = deal(&plain, &given(250, uses)).unwrap();
    assert!(inks(&dealt.train).iter().all(|&ink| ink >= 50) && dealt.train.len() == 200);
    assert!(
        inks(&dealt.validation)
            .iter()
            .chain(&inks(&dealt.test))
            .all(|&ink| ink < 50)
    );
    let uses: Vec<Use> = (0..250)
        .map(|index| if index < 50 { Use::Test } else { Use::Any })
        .collect();
    let dealt = deal(&plain, &given(250, uses)).unwrap();
    assert_eq!(
        (dealt.test.len(), dealt.train.len() + dealt.validation.len()),
        (50, 199)
    );
    assert!(inks(&dealt.test).iter().all(|&ink| ink < 50));

    let mut spoiled = plain.clone();
    (spoiled.classes, spoiled.noise) = (Some(vec![3, 5, 8]), 0.4);
    let dealt = deal(&spoiled, &given(2000, Vec::new())).unwrap();
    assert!(
        dealt
            .train
            .labels()
            .iter()
            .chain(dealt.validation.labels())
            .all(|label| [3, 5, 8].contains(label))
    );
    // In these sizes the ink tells the true label only by its place; so ask how often labels differ.
    spoiled.noise = 0.0;
    let clean = deal(&spoiled, &given(2000, Vec::new())).unwrap();
    let wrong = clean
        .train
        .labels()
        .iter()
        .zip(dealt.train.labels())
        .filter(|(a, b)| a != b)
        .count();
    let share = wrong as f64 / clean.train.len() as f64;
    assert!((0.32..0.48).contains(&share), "{share}");
    assert_eq!(
        clean.validation.labels(),
        dealt.validation.labels(),
        "what is looked at is right"
    );

    let mut one = plain.clone();
    one.classes = Some(vec![4]);
    assert!(
        deal(&one, &given(100, Vec::new())).is_ok(),
        "one class is a question, too"
    );
    assert_eq!(
        deal(&plain, &given(1, Vec::new()))
            .map(|_| ())
            .unwrap_err()
            .code,
        "lab-no-data"
    );
}

#[test]
fn classes_come_one_after_the_other() {
    let mut setup = setup(
        r#", "classes": [0, 1, 2, 3, 4], "later": {"epochs": 2, "classes": [5, 6, 7, 8, 9], "replay": 0}"#,
        SOFTMAX,
        "",
    );
    setup.epochs = 4;
    let dealt = written(&setup);
    let mut lab = Lab::new(setup, dealt).unwrap();
    while lab.advance().unwrap() != Event::Over {}
    let looks = lab.looks();
    let [all, first, later] = looks[2].validation[..] else {
        panic!("three parts")
    };
    assert_eq!(all.count, first.count + later.count);
    assert!(
        first.accuracy() > 0.8 && later.accuracy() < 0.05,
        "{first:?} {later:?}"
    );
    let [_, first, later] = looks[4].validation[..] else {
        panic!("three parts")
    };
    assert!(
        first.accuracy() < 0.5 && later.accuracy() > 0.7,
        "it forgets: {first:?} {later:?}"
    );
}

fn fault(layers: &str, change: impl Fn(&mut Setup)) -> Fault {
    let mut setup = setup("", layers, "");
    change(&mut setup);
    setup
        .shapes()
        .fault
        .unwrap_or_else(|| panic!("nothing is wrong with {layers}"))
}

#[test]
fn what_is_wrong_is_said_at_its_row() {
    let row = |layers: &str| {
        let fault = fault(layers, |_| ());
        (fault.code, fault.row, fault.numbers)
    };
    let conv = |filters: usize, kernel: usize| {
        format!(
            r#"{{"type": "conv", "filters": {filters}, "kernel": {kernel}, "padding": "valid"}}"#
        )
    };
    assert_eq!(
        row(&format!("{}, {}, {SOFTMAX}", conv(8, 3), conv(8, 4))),
        ("lab-kernel", Some(1), vec![4.0])
    );
    assert_eq!(
        row(&format!("{}, {}, {SOFTMAX}", conv(8, 21), conv(8, 9))),
        ("lab-window", Some(1), vec![9.0, 8.0, 8.0])
    );
    assert_eq!(
        row(&format!("{}, {SOFTMAX}", conv(0, 3))),
        ("lab-zero", Some(0), vec![])
    );
    assert_eq!(row(&format!("{SOFTMAX}, {SOFTMAX}")).0, "lab-layer");
    assert_eq!(
        row(r#"{"type": "dense", "units": 7}"#),
        ("lab-outputs", Some(0), vec![7.0])
    );
    assert_eq!(
        row(r#"{"type": "dense", "units": 10, "activation": "relu"}"#),
        ("lab-activation", Some(0), vec![])
    );
    assert_eq!(
        row(&format!(r#"{{"type": "batchnorm"}}, {SOFTMAX}"#)),
        ("lab-layer", Some(0), vec![])
    );
    assert_eq!(
        row(&format!(r#"{{"type": "dropout", "rate": 1.5}}, {SOFTMAX}"#)).1,
        Some(0)
    );
    assert_eq!(row(&format!(r#"{{"type": "dense", "units": 100}}, {{"type": "dense", "units": 1000000000}}, {SOFTMAX}"#)).1, Some(1));
    assert_eq!(row(""), ("lab-outputs", None, vec![0.0]));
    let many = [SOFTMAX; 1000].join(", ");
    assert_eq!(row(&many), ("lab-too-large", Some(32), vec![1000.0, 32.0]));

    let about = |change: &dyn Fn(&mut Setup)| {
        let fault = fault(SOFTMAX, change);
        (fault.code, fault.about.unwrap_or_default())
    };
    assert_eq!(about(&|setup| setup.batch = 1), ("lab-setting", "batch"));
    assert_eq!(about(&|setup| setup.epochs = 0), ("lab-setting", "epochs"));
    assert_eq!(
        about(&|setup| setup.data.train = usize::MAX),
        ("lab-setting", "digits")
    );
    assert_eq!(
        about(&|setup| setup.data.noise = f32::NAN),
        ("lab-setting", "noise")
    );
    assert_eq!(
        about(&|setup| setup.data.classes = Some(vec![])),
        ("lab-setting", "classes")
    );
    assert_eq!(
        about(&|setup| setup.optimizer = trazo_nn::OptimizerSpec::adam(f64::NAN)).0,
        "lab-setting"
    );

    let before = setup(
        "",
        &format!("{}, {}, {SOFTMAX}", conv(8, 3), conv(8, 4)),
        "",
    )
    .shapes();
    assert_eq!(before.rows[0].shape, Some([26, 26, 8]));
    assert_eq!((before.rows[1].shape, before.rows.len()), (None, 3));
}

#[test]
fn a_setup_from_the_future_says_so() {
    let code = |json: &str| Setup::from_json(json).map(|_| ()).unwrap_err().code;
    assert_eq!(code(r#"{"v": 2, "whatever": true}"#), "lab-version");
    assert_eq!(code(r#"{"v": 1}"#), "lab-setup");
    assert_eq!(code("[]"), "lab-setup");
    assert_eq!(code(""), "lab-setup");
}
