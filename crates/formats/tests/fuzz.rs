//! Every reader under files that were changed at random: none panics, and what one accepts can be
//! used. A network that is accepted answers finite numbers and is written and read back the same.
//!
//! The corpus is what the writers write, the golden files, and those that other tools made
//! (`reference/`). The changes come from a seed, so that a failure repeats; the short run is part of
//! the tests, a long one is
//!
//! ```sh
//! TRAZO_FUZZ=1000000 TRAZO_FUZZ_SEED=7 cargo test --release -p trazo-formats --test fuzz
//! ```
//!
//! A file that fails is written to `target/tmp`, where the failure says.

// Helpers are not tests to clippy.
#![allow(clippy::unwrap_used, clippy::panic)]

mod common;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use common::{model, project, reseal};
use trazo_formats::{
    Answers, Encoding, ModelFile, idx, model_to_pesos, open_model_with, pesos_to_model,
    read_checkpoint, read_json, read_model, read_npy, read_npz, read_onnx, read_pesos, read_points,
    read_project, read_safetensors, sniff, strokes, unpacked, write_checkpoint, write_json,
    write_model, write_npy, write_npz, write_onnx, write_pesos, write_points, write_project,
    write_safetensors,
};
use trazo_learn::ExamResult;
use trazo_learn::history::{Event, Point};
use trazo_nn::Workspace;

/// Files that each reader is given, where nothing else is said.
const SHORT: u64 = 1_500;

fn number(name: &str, otherwise: u64) -> u64 {
    let said = std::env::var(name).ok();
    said.map_or(otherwise, |said| said.parse().unwrap())
}

/// Numbers without a pattern: xorshift64* (Vigna 2016).
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d)
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() >> 33) as usize % bound.max(1)
    }

    fn of<'a, T: ?Sized>(&mut self, all: &[&'a T]) -> &'a T {
        all[self.below(all.len())]
    }

    /// A file of the corpus with a few changes.
    fn changed(&mut self, corpus: &[Vec<u8>]) -> Vec<u8> {
        /// Lengths that overflow, numbers that are none, text that means something.
        const PIECES: [&[u8]; 12] = [
            &[0xff; 4],
            &[0xff; 9],
            &[0; 4],
            &[0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
            // The largest float, infinity, NaN; the largest double.
            &[0xff, 0xff, 0x7f, 0x7f],
            &[0, 0, 0x80, 0x7f],
            &[0, 0, 0xc0, 0x7f],
            &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xef, 0x7f],
            b"1e999",
            b"-1",
            b"18446744073709551615",
            b"[[[[",
        ];
        let mut file = corpus[self.below(corpus.len())].clone();
        for _ in 0..=self.below(6) {
            let at = self.below(file.len() + 1);
            let end = (at + self.below(16)).min(file.len());
            match self.below(8) {
                0 if at < file.len() => file[at] ^= 1 << self.below(8),
                1 if at < file.len() => file[at] = self.next() as u8,
                2 => {
                    let piece = self.of(&PIECES);
                    for (to, from) in file[at..].iter_mut().zip(piece) {
                        *to = *from;
                    }
                }
                3 => drop(file.splice(at..at, self.of(&PIECES).iter().copied())),
                4 => drop(file.drain(at..end)),
                5 => {
                    let again = file[at..end].to_vec();
                    drop(file.splice(at..at, again));
                }
                6 if self.below(8) == 0 => file.truncate(at),
                7 if self.below(4) == 0 => {
                    let other = &corpus[self.below(corpus.len())];
                    let from = self.below(other.len());
                    drop(file.splice(at.., other[from..].iter().copied()));
                }
                _ => {}
            }
        }
        // Half of them with a right checksum: else no change would come further than that.
        match file.starts_with(b"TRAZO\0") && file.len() > 26 && self.below(2) == 0 {
            true => {
                let length = (file.len() - 22) as u64;
                file[10..18].copy_from_slice(&length.to_le_bytes());
                reseal(file)
            }
            false => file,
        }
    }
}

/// Gives a reader the corpus as it is, and then changed.
fn fuzz(name: &str, corpus: Vec<Vec<u8>>, reader: impl Fn(&[u8])) {
    let mut chance = Chance(number("TRAZO_FUZZ_SEED", 20) | 1);
    let changed = (0..number("TRAZO_FUZZ", SHORT)).map(|_| chance.changed(&corpus));
    let all: Vec<Vec<u8>> = corpus.clone();
    for file in all.into_iter().chain(changed) {
        if catch_unwind(AssertUnwindSafe(|| reader(&file))).is_err() {
            let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.failed"));
            std::fs::write(&path, &file).unwrap();
            panic!("{name}: {}", path.display());
        }
    }
}

/// The files of a folder under `tests/` whose names end so.
fn files(folder: &str, ending: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests")
        .join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with(ending))
        .collect();
    paths.sort();
    paths
        .iter()
        .map(|path| std::fs::read(path).unwrap())
        .collect()
}

/// What is accepted answers finite numbers, and comes back from every writer that takes it.
fn sound(model: &ModelFile) {
    let network = model.network();
    let mut workspace = Workspace::new();
    for input in [0.0, 1.0, 256.0, -256.0] {
        let inputs = vec![input; network.inputs()];
        let answers = network.predict(&inputs, &mut workspace).unwrap();
        assert!(
            answers.iter().all(|answer| answer.is_finite()),
            "{answers:?}"
        );
    }
    let file = write_model(model, Encoding::F32).unwrap();
    assert_eq!(&read_model(&file).unwrap(), model);
}

fn open(file: &[u8]) {
    let mut answers = Answers::default();
    answers.answer("activation", "relu").unwrap();
    if let Ok(opened) = open_model_with(file, &answers, &[]) {
        sound(&opened.model);
    }
}

fn small() -> ModelFile {
    pesos_to_model(include_bytes!("reference/small.pkl")).unwrap()
}

#[test]
fn a_trazo_model_under_random_changes() {
    let mut corpus = files("golden", ".trazo");
    for encoding in [Encoding::F32, Encoding::F16, Encoding::I8PerChannel] {
        corpus.push(write_model(&model(), encoding).unwrap());
    }
    fuzz("model", corpus, |file| {
        if let Ok(model) = read_model(file) {
            sound(&model);
        }
    });
}

#[test]
fn a_project_under_random_changes() {
    let corpus = vec![write_project(&project()).unwrap()];
    fuzz("project", corpus, |file| {
        if let Ok(project) = read_project(file) {
            project.models.iter().for_each(|entry| sound(&entry.model));
            let again = write_project(&project).unwrap();
            assert_eq!(read_project(&again).unwrap(), project);
        }
    });
}

#[test]
fn a_checkpoint_under_random_changes() {
    fuzz("checkpoint", vec![write_checkpoint(b"epoch 7")], |file| {
        let _ = read_checkpoint(file);
    });
}

#[test]
fn a_history_under_random_changes() {
    let count = |right, total| ExamResult { right, total };
    let point = |serial| Point {
        serial,
        after: serial - 1,
        at_ms: 1_763_800_000_000,
        event: Event::Lesson(7),
        lessons: serial,
        example: 300,
        exam: count(498, 500),
        own: count(7, 8),
        change: vec![3, 1, 4],
    };
    let corpus = vec![write_points(&[point(1), point(2)]).unwrap()];
    fuzz("history", corpus, |file| {
        if let Ok(points) = read_points(file) {
            assert_eq!(
                read_points(&write_points(&points).unwrap()).unwrap(),
                points
            );
        }
    });
}

#[test]
fn a_pickle_under_random_changes() {
    let mut corpus = files("reference", ".pkl");
    corpus.push(model_to_pesos(&small()).unwrap());
    fuzz("pickle", corpus, |file| {
        if let Ok(pesos) = read_pesos(file) {
            assert_eq!(read_pesos(&write_pesos(&pesos).unwrap()).unwrap(), pesos);
        }
        if let Ok(model) = pesos_to_model(file) {
            sound(&model);
        }
    });
}

#[test]
fn safetensors_under_random_changes() {
    let mut corpus = files("reference/foreign", ".safetensors");
    corpus.push(write_safetensors(&model()).unwrap());
    fuzz("safetensors", corpus, |file| {
        if let Ok(model) = read_safetensors(file) {
            sound(&model);
        }
        open(file);
    });
}

#[test]
fn onnx_under_random_changes() {
    let mut corpus = files("reference/foreign", ".onnx");
    corpus.push(write_onnx(&model()).unwrap());
    fuzz("onnx", corpus, |file| {
        if let Ok(model) = read_onnx(file) {
            sound(&model);
        }
    });
}

#[test]
fn npz_under_random_changes() {
    let mut corpus = files("reference/foreign", ".npz");
    corpus.push(write_npz(&model()).unwrap());
    fuzz("npz", corpus, |file| {
        if let Ok(model) = read_npz(file) {
            sound(&model);
        }
        open(file);
    });
}

#[test]
fn npy_under_random_changes() {
    let mut corpus = files("reference/foreign", ".npy");
    corpus.push(write_npy(&[2, 3], &[0.5; 6]));
    fuzz("npy", corpus, |file| {
        if let Ok(array) = read_npy(file) {
            assert_eq!(array.shape.iter().product::<usize>(), array.values.len());
        }
    });
}

#[test]
fn json_under_random_changes() {
    fuzz("json", vec![write_json(&model()).unwrap()], |file| {
        if let Ok(model) = read_json(file) {
            sound(&model);
        }
    });
}

#[test]
fn idx_under_random_changes() {
    let corpus = vec![
        idx::write_images(2, 3, &[7; 24]),
        idx::write_labels(&[1, 2, 3]),
    ];
    fuzz("idx", corpus, |file| {
        if let Ok(images) = idx::read_images(file) {
            assert_eq!(images.iter().count(), images.count);
        }
        let _ = idx::read_labels(file);
    });
}

#[test]
fn strokes_under_random_changes() {
    let forms = [
        r#"{"label":3,"source":"me","writer":"a","strokes":[[[0,0],[1.5,-2]],[[7,7]]]}"#,
        r#"{"word":"three","drawing":[[[0,1.5],[0,-2]],[[7],[7],[0]]]}"#,
        r#"[{"penColor":"black","points":[{"x":1,"y":2,"time":5},{"x":2,"y":3}]}]"#,
        r#"[{"label":"3","strokes":[[[0,0,1],{"x":1,"y":2}]]},{"label":3.0,"strokes":[[[1,1]]]}]"#,
    ];
    let mut corpus: Vec<Vec<u8>> = forms.map(|form| form.as_bytes().to_vec()).to_vec();
    corpus.push(forms[0].encode_utf16().flat_map(u16::to_le_bytes).collect());
    corpus.push(forms[..2].join("\n").into_bytes());
    fuzz("strokes", corpus, |file| {
        let reading = strokes::read_known(file, Some(7), &|_| Some(12));
        let again = strokes::write_named(&reading.samples, &|_| Some("x")).unwrap();
        let named = strokes::read_known(&again, None, &|_| Some(12));
        assert_eq!(named.samples, reading.samples);
        let _ = strokes::read_unlabelled(file);
    });
}

#[test]
fn what_is_packed_under_random_changes() {
    let mut corpus = files("reference/foreign", ".npz");
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut encoder, &write_model(&model(), Encoding::F32).unwrap())
        .unwrap();
    corpus.push(encoder.finish().unwrap());
    fuzz("packed", corpus, |file| {
        let _ = unpacked(file);
        let _ = sniff(file).sentence();
        open(file);
    });
}
