//! Setups come from links, and links from anyone: whatever they say, nothing panics and nothing asks for more memory than
//! the limits allow. TRAZO_LINKS says how many are tried; 10,000 where it says nothing.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::fmt::Write;

use trazo_ink::Rng;
use trazo_train::lab::{Lab, Setup, Writing};

thread_local! {
    static LIVE: Cell<isize> = const { Cell::new(0) };
    static MOST: Cell<isize> = const { Cell::new(0) };
}

/// Counts the bytes that each thread holds.
struct Counting;

// SAFETY: everything is handed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LIVE.set(LIVE.get() + layout.size() as isize);
        MOST.set(MOST.get().max(LIVE.get()));
        // SAFETY: as the caller promises.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        LIVE.set(LIVE.get() - layout.size() as isize);
        // SAFETY: as the caller promises.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// What `work` gives, and the bytes that it held at most.
fn measured<T>(work: impl FnOnce() -> T) -> (T, isize) {
    let before = LIVE.get();
    MOST.set(before);
    let found = work();
    (found, MOST.get() - before)
}

const NUMBERS: [&str; 17] = [
    "0",
    "1",
    "2",
    "3",
    "5",
    "8",
    "10",
    "28",
    "64",
    "1000",
    "4096",
    "70000",
    "4294967296",
    "18446744073709551615",
    "-1",
    "0.5",
    "1e300",
];

/// The JSON of a setup that may say anything.
fn setup(rng: &mut Rng, json: &mut String) {
    json.clear();
    let number = |rng: &mut Rng| NUMBERS[rng.below(NUMBERS.len())];
    // Mostly what fits, so that what comes later is reached.
    let small = |rng: &mut Rng, of: &[&'static str]| match rng.chance(0.85) {
        true => of[rng.below(of.len())],
        false => NUMBERS[rng.below(NUMBERS.len())],
    };
    let digits = ["2", "20", "50"];
    write!(
        json,
        r#"{{"v": {}, "data": {{"source": "{}", "train": {}, "validation": {}, "test": {}, "seed": {}"#,
        small(rng, &["1"]),
        ["synthetic", "mnist", "files", "examples", "web"][rng.below(32).saturating_sub(27)],
        small(rng, &digits),
        small(rng, &digits),
        small(rng, &digits),
        small(rng, &["1"]),
    )
    .unwrap();
    for name in ["shift", "moved", "augment", "noise"] {
        if rng.chance(0.2) {
            write!(json, r#", "{name}": {}"#, small(rng, &["0", "1"])).unwrap();
        }
    }
    if rng.chance(0.2) {
        write!(
            json,
            r#", "classes": [{}, {}]"#,
            small(rng, &["3"]),
            small(rng, &["8"])
        )
        .unwrap();
    }
    if rng.chance(0.2) {
        write!(
            json,
            r#", "later": {{"epochs": {}, "classes": [{}], "replay": {}}}"#,
            number(rng),
            small(rng, &["5"]),
            small(rng, &["0", "0.5"]),
        )
        .unwrap();
    }
    json.push_str(r#"}, "network": {"layers": ["#);
    let rows = if rng.chance(0.02) {
        rng.below(200)
    } else {
        rng.below(6)
    };
    for row in 0..rows {
        if row > 0 {
            json.push(',');
        }
        let activation = ["linear", "relu", "sigmoid", "tanh", "softmax"][rng.below(18).min(4)];
        let frozen = if rng.chance(0.2) {
            r#", "frozen": true"#
        } else {
            ""
        };
        let sizes = ["1", "2", "3", "5", "8", "28"];
        match rng.below(5) {
            0 => write!(
                json,
                r#"{{"type": "conv", "filters": {}, "kernel": {}, "padding": "{}", "activation": "{activation}"{frozen}}}"#,
                small(rng, &sizes),
                small(rng, &["1", "3", "5"]),
                ["same", "valid"][rng.below(2)],
            ),
            1 => write!(json, r#"{{"type": "maxpool", "size": {}{frozen}}}"#, small(rng, &sizes)),
            2 => write!(json, r#"{{"type": "batchnorm", "activation": "{activation}"}}"#),
            3 => write!(json, r#"{{"type": "dropout", "rate": {}}}"#, small(rng, &["0", "0.5"])),
            _ => write!(
                json,
                r#"{{"type": "dense", "units": {}, "activation": "{activation}"{frozen}}}"#,
                number(rng),
            ),
        }
        .unwrap();
    }
    if rng.chance(0.8) {
        json.push_str(if rows > 0 { "," } else { "" });
        json.push_str(r#"{"type": "dense", "units": 10}"#);
    }
    write!(
        json,
        r#"], "loss": "{}"}}, "optimizer": {{"type": "{}", "learningRate": {}}}, "epochs": {}, "batch": {}, "seeds": {{"weights": {}, "order": 1}}"#,
        ["cross-entropy", "squared-error"][rng.below(2)],
        ["sgd", "momentum", "adam"][rng.below(3)],
        ["0.01", "0.01", "0", "-1", "1e9"][rng.below(5)],
        small(rng, &["1", "3"]),
        small(rng, &["2", "10", "64"]),
        small(rng, &["1"]),
    )
    .unwrap();
    for name in ["lookEvery", "patience", "average"] {
        if rng.chance(0.15) {
            write!(json, r#", "{name}": {}"#, small(rng, &["1", "0.5"])).unwrap();
        }
    }
    json.push('}');
    // And now and then what is no JSON any more.
    if rng.chance(0.1) {
        let place = rng.below(json.len());
        let sign = ["", "}", "\"", "9", "e", "é", "null"][rng.below(7)];
        if json.is_char_boundary(place) && json.is_char_boundary(place + 1) {
            json.replace_range(place..place + 1, sign);
        }
    }
}

#[test]
fn random_links_neither_panic_nor_ask_for_too_much() {
    let wanted = std::env::var("TRAZO_LINKS").map_or(10_000, |text| text.parse().unwrap());
    let mut rng = Rng::new(20);
    let mut json = String::with_capacity(32_768);
    let (mut read, mut fine, mut ran) = (0_u64, 0_u64, 0_u64);
    let (mut most_read, mut most_run) = (0, 0);
    for _ in 0..wanted {
        setup(&mut rng, &mut json);
        let (found, bytes) =
            measured(|| Setup::from_json(&json).map(|setup| (setup.shapes(), setup)));
        most_read = most_read.max(bytes);
        assert!(bytes < 200_000, "{bytes} bytes for {json}");
        let Ok((shapes, setup)) = found else { continue };
        read += 1;
        if shapes.fault.is_some() {
            continue;
        }
        fine += 1;
        assert!(
            shapes.bytes <= 500_000_000 && shapes.parameters <= 1 << 22,
            "{json}"
        );
        let digits = setup.data.train + setup.data.validation + setup.data.test;
        // Those that can be run in no time are; of the others it is known what they would take.
        if digits > 200 || shapes.training_multiply_adds > 3_000_000 || ran >= 2_000 {
            continue;
        }
        let (_, bytes) = measured(|| {
            let mut writing = Writing::new(&setup.data);
            while writing.advance(64) < 1.0 {}
            let Ok(dealt) = writing.deal() else { return };
            let mut lab = match Lab::new(setup.clone(), dealt) {
                Ok(lab) => lab,
                // Two digits may be of one class, where another was to come later.
                Err(fault) if fault.code == "lab-no-data" => return,
                Err(fault) => panic!("{}: {json}", fault.message),
            };
            for _ in 0..3 {
                lab.advance().unwrap();
            }
            ran += 1;
        });
        most_run = most_run.max(bytes);
        // Twice what was said, and what the engine needs whatever is trained.
        assert!(
            bytes < 2 * shapes.bytes as isize + 20_000_000,
            "{bytes} bytes where {} were said: {json}",
            shapes.bytes
        );
    }
    eprintln!(
        "{wanted} links, {read} of them setups, {fine} fine, {ran} run; {most_read} bytes at most to read one, {most_run} to run one"
    );
    assert!(fine > wanted / 100 && ran > 20, "{fine} fine, {ran} run");
}
