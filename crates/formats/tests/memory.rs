//! Memory is bounded by the size of the file, whatever the file says.
//!
//! One test in a file of its own: the counter counts all threads.

// Helpers are not tests to clippy.
#![allow(clippy::unwrap_used)]

mod common;

use common::{ForgedProject, PROJECT, dense, example, frame, model, project, reseal};
use peak_alloc::PeakAlloc;
use trazo_formats::{
    Encoding, idx, pesos_to_model, read_model, read_onnx, read_project, read_safetensors, strokes,
    write_model, write_onnx, write_project, write_safetensors,
};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

/// Most bytes in use at once while `work` runs, beyond those in use before.
fn peak<T>(work: impl FnOnce() -> T) -> usize {
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    let result = work();
    let peak = ALLOCATOR.peak_usage().saturating_sub(before);
    drop(result);
    peak
}

/// A byte weight becomes four bytes, twice while it is checked, and the network's own copies of it
/// come on top; an example of a dozen bytes becomes a record of a hundred and fifty.
const FACTOR: usize = 32;

/// serde sets aside up to a megabyte for a list whose length it was told, before the first item
/// comes; lists here are at most three deep.
const SLACK: usize = 4 << 20;

#[track_caller]
fn assert_bounded(what: &str, file: &[u8], peak: usize) {
    assert!(
        peak <= FACTOR * file.len() + SLACK,
        "{what}: {peak} for a file of {}",
        file.len()
    );
}

#[test]
fn memory_is_bounded_by_the_size_of_the_file() {
    // Honest files.
    let mut large = dense();
    large.input = [1, 1, 1000];
    large.layers = vec![common::Layer::Dense {
        units: 1000,
        activation: common::Curve::Linear,
    }];
    large.labels = (0..1000).map(|label| label.to_string()).collect();
    let scales = vec![0; 4000];
    large.tensors = vec![
        common::Numbers::I8 {
            scales,
            values: vec![1; 1_000_000],
        },
        common::f32s(&[0.0; 1000]),
    ];
    let many: Vec<_> = (0..10_000)
        .map(|id| {
            let mut example = example(id);
            // The least that strokes can be.
            let dot = trazo_ink::Drawing {
                strokes: vec![vec![trazo_ink::Point { x: 0.0, y: 0.0 }]],
            };
            example.ink = common::Ink::Strokes(trazo_ink::pack::pack(&dot));
            example.source = String::new();
            example
        })
        .collect();
    let mut files = vec![
        ("a model", write_model(&model(), Encoding::F32).unwrap()),
        ("a model of a million byte weights", large.file()),
        ("a project", write_project(&project()).unwrap()),
        ("ten thousand examples", ForgedProject::with(many).file()),
        ("safetensors", write_safetensors(&model()).unwrap()),
        ("ONNX", write_onnx(&model()).unwrap()),
        ("a pickle", include_bytes!("reference/small.pkl").to_vec()),
    ];
    // Hostile ones.
    for length in [1_u64 << 31, 1 << 40, u64::MAX] {
        let mut claim = write_model(&model(), Encoding::F32).unwrap();
        claim[10..18].copy_from_slice(&length.to_le_bytes());
        files.push(("a claim of a payload", reseal(claim)));
        let count = postcard::to_allocvec(&length).unwrap();
        let mut payload = postcard::to_allocvec(&ForgedProject::with(vec![])).unwrap();
        for kept in (0..=payload.len()).rev() {
            payload.truncate(kept);
            let bomb = [&payload[..], &count, &[0; 40]].concat();
            files.push(("a claim of a count", frame(PROJECT, &bomb)));
        }
        let opcodes = [0x8e_u8, 0x8d, 0x95];
        files.extend(opcodes.map(|opcode| {
            let claim = [&[0x80, 4, opcode][..], &length.to_le_bytes(), b"N."].concat();
            ("a claim in a pickle", claim)
        }));
    }
    files.push((
        "a million objects",
        [b"\x80\x04", &b"]".repeat(1_000_000)[..]].concat(),
    ));
    files.push((
        "a million marks",
        [b"\x80\x04", &b"(".repeat(1_000_000)[..]].concat(),
    ));
    files.push(("a huge IDX file", [&[0, 0, 8, 3][..], &[0xff; 12]].concat()));
    files.push((
        "empty strokes",
        [b"{\"strokes\":[", &b"[],".repeat(100_000)[..]].concat(),
    ));

    let start = b"\x08\x07\x12\x05trazo\x3a\x80\x89\x7a";
    files.push((
        "empty arrays",
        [start, &b"\x2a\x00".repeat(1_000_000)[..]].concat(),
    ));
    files.push((
        "empty metadata",
        [&start[..9], &b"\x72\x00".repeat(1_000_000)[..]].concat(),
    ));

    for (what, file) in &files {
        assert_bounded(what, file, peak(|| read_safetensors(file)));
        assert_bounded(what, file, peak(|| read_onnx(file)));
        assert_bounded(what, file, peak(|| read_model(file)));
        assert_bounded(what, file, peak(|| read_project(file)));
        assert_bounded(what, file, peak(|| pesos_to_model(file)));
        assert_bounded(
            what,
            file,
            peak(|| idx::read_images(file).map(|images| images.count)),
        );
        assert_bounded(what, file, peak(|| strokes::read_lenient(file)));
    }
}
