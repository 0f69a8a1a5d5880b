//! A folder of its own for each test, tiny data in it, and the program to run on it.
// Each test file uses some of it; a test that cannot set itself up has to stop.
#![allow(dead_code, clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use trazo_formats::idx;
use trazo_formats::strokes::{self, StrokeSample};
use trazo_ink::{Rng, normalize, writer};

/// A folder that goes when the test ends.
pub struct Folder(PathBuf);

impl Folder {
    /// An empty one; `name` is the test's.
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("trazo-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// A file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Writes a file in it.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, bytes).unwrap();
        path
    }

    /// `count` digits by the synthetic writer as MNIST's files, train and test.
    pub fn write_mnist(&self, count: usize) -> PathBuf {
        for (prefix, seed, count) in [("train", 1, count), ("t10k", 2, count / 2)] {
            let digits = writer::exam(seed, count);
            let pixels: Vec<u8> = digits
                .iter()
                .flat_map(|(drawing, _)| normalize::digit_ink(drawing).unwrap().pixels)
                .collect();
            let labels: Vec<u8> = digits.iter().map(|&(_, label)| label).collect();
            self.write(
                &format!("mnist/{prefix}-images-idx3-ubyte"),
                idx::write_images(28, 28, &pixels),
            );
            self.write(
                &format!("mnist/{prefix}-labels-idx1-ubyte"),
                idx::write_labels(&labels),
            );
        }
        self.path("mnist")
    }

    /// `count` digits by the synthetic writer as strokes, by two donors of several writers.
    pub fn write_strokes(&self, count: usize) -> PathBuf {
        let mut rng = Rng::new(3);
        let samples: Vec<StrokeSample> = (0..count)
            .map(|i| StrokeSample {
                label: (i % 10) as u8,
                source: ["made/a", "made/b"][(i / 10) % 2].to_owned(),
                writer: format!("w{}", i / 20),
                drawing: writer::random((i % 10) as u8, &mut rng),
            })
            .collect();
        self.write("strokes.jsonl", strokes::write(&samples).unwrap())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// Runs `trazo`.
pub fn trazo<S: AsRef<std::ffi::OsStr>>(args: impl IntoIterator<Item = S>) -> Output {
    Command::new(env!("CARGO_BIN_EXE_trazo"))
        .args(args)
        .output()
        .unwrap()
}

/// Its figures; it must have succeeded.
pub fn figures(output: &Output) -> serde_json::Value {
    assert_eq!(output.status.code(), Some(0), "{}", said(output));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What it said on stderr.
pub fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A path as an argument.
pub fn text(path: &Path) -> String {
    path.to_str().unwrap().to_owned()
}
