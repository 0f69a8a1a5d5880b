//! Every attack of `src/attacks.md`, under its name there.

// Helpers are not tests to clippy.
#![allow(clippy::unwrap_used)]

mod common;

use common::{
    Curve, Edge, Example, ForgedProject, Goal, Ink, Layer, MODEL, Numbers, PROJECT, Way, dense,
    example, f32s, frame, model, project, reseal,
};
use trazo_formats::{
    Encoding, Error, Kind, idx, open_model, pesos_to_model, read_archive, read_checkpoint,
    read_json, read_model, read_npy, read_npz, read_onnx, read_pesos, read_project,
    read_safetensors, sniff, strokes, unpacked, write_archive, write_checkpoint, write_json,
    write_model, write_npy, write_npz, write_onnx, write_project, write_safetensors,
};

fn model_file() -> Vec<u8> {
    write_model(&model(), Encoding::F32).unwrap()
}

fn project_file() -> Vec<u8> {
    write_project(&project()).unwrap()
}

/// What the right reader for the file says about it.
fn refuse(file: &[u8]) -> Error {
    match file.get(8) {
        Some(2) => read_project(file).unwrap_err(),
        Some(3) => read_checkpoint(file).unwrap_err(),
        _ => read_model(file).unwrap_err(),
    }
}

#[track_caller]
fn assert_code(error: &Error, code: &str) {
    assert_eq!(error.code(), code, "{error}");
}

// ---- Trazo files: the frame

#[test]
fn not_ours() {
    for file in [
        &b"hello"[..],
        b"\x89PNG\r\n\x1a\n",
        b"PK\x03\x04",
        b"<!doctype html>",
        b"",
    ] {
        assert_code(&refuse(file), "not-trazo");
    }
    let pickle = include_bytes!("reference/small.pkl");
    assert!(refuse(pickle).to_string().contains("Python pickle"));
}

#[test]
fn cut_short_at_every_length() {
    for file in [model_file(), project_file(), write_checkpoint(b"state")] {
        for length in 1..file.len() {
            let error = refuse(&file[..length]);
            assert_code(&error, "cut-short");
        }
    }
}

#[test]
fn every_single_flipped_bit() {
    for file in [model_file(), project_file(), write_checkpoint(b"state")] {
        for bit in 0..file.len() * 8 {
            let mut flipped = file.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let code = match file[8] {
                2 => read_project(&flipped).unwrap_err(),
                3 => read_checkpoint(&flipped).unwrap_err(),
                _ => read_model(&flipped).unwrap_err(),
            }
            .code();
            let expected = match bit / 8 {
                0..6 => &["not-trazo"][..],
                6..8 => &["from-the-future", "bad-checksum"],
                10..18 => &["cut-short", "trailing-bytes"],
                _ => &["bad-checksum"],
            };
            assert!(expected.contains(&code), "bit {bit}: {code}");
        }
    }
}

#[test]
fn wrong_crc() {
    let mut file = model_file();
    let end = file.len();
    file[end - 4..].copy_from_slice(&[0; 4]);
    assert_code(&refuse(&file), "bad-checksum");
}

#[test]
fn a_version_from_the_future() {
    for version in [2_u16, 9, u16::MAX] {
        let mut file = model_file();
        file[6..8].copy_from_slice(&version.to_le_bytes());
        let told = Error::FromTheFuture {
            found: version,
            newest: 1,
            damaged: true,
        };
        assert_eq!(refuse(&file), told);
        // A real one has a right checksum, and may have a payload that means nothing to us.
        let told = Error::FromTheFuture {
            found: version,
            newest: 1,
            damaged: false,
        };
        assert_eq!(refuse(&reseal(file)), told);
        assert!(told.to_string().contains("Open it with a newer Trazo"));
    }
}

#[test]
fn a_version_that_never_existed() {
    let mut file = model_file();
    file[6] = 0;
    assert_code(&refuse(&reseal(file)), "malformed");
}

#[test]
fn another_kind_of_file() {
    assert_code(&read_model(&project_file()).unwrap_err(), "wrong-kind");
    assert_code(&read_project(&model_file()).unwrap_err(), "wrong-kind");
    assert_code(&read_model(&frame(77, b"")).unwrap_err(), "wrong-kind");
}

#[test]
fn bytes_added_after_the_end() {
    let mut file = model_file();
    file.extend([0; 9]);
    assert_eq!(refuse(&file), Error::TrailingBytes { extra: 9 });
}

#[test]
fn a_claim_of_two_gigabytes() {
    for claim in [2_u64 << 30, 1 << 60, u64::MAX] {
        let mut file = model_file();
        file[10..18].copy_from_slice(&claim.to_le_bytes());
        assert_code(&refuse(&reseal(file)), "cut-short");
    }
}

// ---- Trazo files: the content, with a checksum that is right

#[test]
fn a_claim_of_2_to_the_60_weights() {
    let mut forged = dense();
    forged.input = [1, 1, 1 << 20];
    forged.layers = vec![
        Layer::Dense {
            units: 1 << 20,
            activation: Curve::Relu,
        },
        Layer::Dense {
            units: 1 << 20,
            activation: Curve::Relu,
        },
        Layer::Dense {
            units: u32::MAX,
            activation: Curve::Linear,
        },
    ];
    assert_code(&refuse(&forged.file()), "too-large");
    forged.input = [u32::MAX; 3];
    assert_code(&refuse(&forged.file()), "too-large");
}

#[test]
fn a_tensor_longer_than_the_file() {
    // A tensor is a length and then the bytes. The length of the first is the one byte 24.
    let payload = postcard::to_allocvec(&dense()).unwrap();
    let at = payload.windows(2).position(|pair| pair == [0, 24]).unwrap() + 1;
    for length in [1_u64 << 31, 1 << 60, u64::MAX] {
        let mut forged = payload[..at].to_vec();
        forged.extend(postcard::to_allocvec(&length).unwrap());
        forged.extend(&payload[at + 1..]);
        assert_code(&refuse(&frame(MODEL, &forged)), "malformed");
    }
}

#[test]
fn weights_that_are_not_numbers() {
    for number in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let mut forged = dense();
        forged.tensors[0] = f32s(&[0.0, 0.0, number, 0.0, 0.0, 0.0]);
        let error = refuse(&forged.file());
        assert!(
            matches!(error, Error::NotFinite { index: 2, .. }),
            "{error}"
        );
        forged.tensors[0] = Numbers::I8 {
            scales: [number.to_le_bytes(); 3].concat(),
            values: vec![1; 6],
        };
        assert_code(&refuse(&forged.file()), "not-finite");
    }
    let mut forged = dense();
    // Infinity in half precision, and a scale that becomes infinite when it is used.
    forged.tensors[0] = Numbers::F16([0x00, 0x7c].repeat(6));
    assert_code(&refuse(&forged.file()), "not-finite");
    forged.tensors[0] = Numbers::I8 {
        scales: [f32::MAX.to_le_bytes(); 3].concat(),
        values: vec![127; 6],
    };
    assert_code(&refuse(&forged.file()), "not-finite");
}

#[test]
fn shapes_that_do_not_fit_the_weights() {
    let with = |tensors: Vec<Numbers>| {
        let mut forged = dense();
        forged.tensors = tensors;
        refuse(&forged.file())
    };
    assert_code(&with(vec![f32s(&[0.0; 6])]), "shape-mismatch");
    assert_code(
        &with(vec![f32s(&[0.0; 7]), f32s(&[0.0; 3])]),
        "shape-mismatch",
    );
    // The right number of weights, in the wrong places.
    assert_code(
        &with(vec![f32s(&[0.0; 5]), f32s(&[0.0; 4])]),
        "shape-mismatch",
    );
    assert_code(&with(vec![f32s(&[0.0; 9])]), "shape-mismatch");
    // Halves of numbers; scales for no channel, and for channels that do not come out even.
    assert_code(&with(vec![Numbers::F32(vec![0; 25])]), "malformed");
    assert_code(&with(vec![Numbers::F16(vec![0; 3])]), "malformed");
    assert_code(
        &with(vec![Numbers::I8 {
            scales: vec![],
            values: vec![0; 6],
        }]),
        "malformed",
    );
    let scales = vec![0; 16];
    assert_code(
        &with(vec![Numbers::I8 {
            scales,
            values: vec![0; 6],
        }]),
        "malformed",
    );
}

#[test]
fn an_input_that_no_drawing_fills() {
    for recipe in [Way::PadBits20, Way::Mnist28 { pen: 2.0 }] {
        let mut forged = dense();
        forged.recipe = recipe;
        assert_code(&refuse(&forged.file()), "shape-mismatch");
    }
    for planes in [2, 3] {
        let mut forged = dense();
        forged.recipe = Way::Mnist28 { pen: 2.0 };
        forged.input = [28, 27, planes];
        assert_code(&refuse(&forged.file()), "shape-mismatch");
    }
    for pen in [0.0, -1.0, f32::NAN, f32::INFINITY, 29.0] {
        let mut forged = dense();
        forged.recipe = Way::Mnist28 { pen };
        assert_code(&refuse(&forged.file()), "malformed");
    }
}

#[test]
fn networks_that_cannot_be_built() {
    let with = |layers: &[Layer]| {
        let mut forged = dense();
        forged.layers = layers.to_vec();
        refuse(&forged.file())
    };
    let conv = |filters, kernel| Layer::Conv {
        filters,
        kernel,
        padding: Edge::Valid,
        activation: Curve::Relu,
    };
    assert_code(&with(&[]), "bad-network");
    assert_code(
        &with(&[Layer::Dense {
            units: 0,
            activation: Curve::Linear,
        }]),
        "bad-network",
    );
    assert_code(
        &with(&[Layer::Dense {
            units: 3,
            activation: Curve::Relu,
        }]),
        "bad-network",
    );
    assert_code(&with(&[conv(1, 2)]), "bad-network");
    assert_code(&with(&[conv(1, 3)]), "bad-network");
    assert_code(&with(&[conv(0, 1)]), "bad-network");
    assert_code(&with(&[Layer::MaxPool { size: 0 }]), "bad-network");
    assert_code(
        &with(&[Layer::BatchNorm {
            activation: Curve::Linear,
        }]),
        "bad-network",
    );
    for rate in [-0.1, 1.0, f64::NAN] {
        assert_code(&with(&[Layer::Dropout { rate }]), "bad-network");
    }
    let mut forged = dense();
    forged.input = [0, 1, 2];
    assert_code(&refuse(&forged.file()), "bad-network");
    assert_code(
        &with(&vec![Layer::Dropout { rate: 0.0 }; 100_000]),
        "too-large",
    );
}

#[test]
fn a_small_file_that_asks_for_much_memory_later() {
    let mut forged = dense();
    forged.loss = Goal::SquaredError;
    forged.input = [1024, 1024, 1];
    // Two kernels of one weight each, and eight megabytes of outputs.
    forged.layers = vec![Layer::Conv {
        filters: 2,
        kernel: 1,
        padding: Edge::Same,
        activation: Curve::Relu,
    }];
    forged.tensors = vec![f32s(&[0.0; 2]), f32s(&[0.0; 2])];
    assert_code(&refuse(&forged.file()), "too-large");
    // Few outputs but years of work.
    forged.input = [512, 512, 1];
    forged.layers = vec![Layer::Conv {
        filters: 1,
        kernel: 255,
        padding: Edge::Same,
        activation: Curve::Relu,
    }];
    forged.tensors = vec![f32s(&[0.0; 255 * 255]), f32s(&[0.0; 1])];
    assert_code(&refuse(&forged.file()), "too-large");
}

#[test]
fn a_variance_below_zero() {
    let mut forged = dense();
    forged.layers.push(Layer::BatchNorm {
        activation: Curve::Linear,
    });
    forged.tensors.extend([f32s(&[]), f32s(&[1.0; 12])]);
    assert!(read_model(&forged.file()).is_ok());
    forged.tensors[3] = f32s(&[[1.0; 9].as_slice(), &[1.0, -1e-3, 1.0]].concat());
    assert_code(&refuse(&forged.file()), "bad-network");
}

#[test]
fn labels_twice_missing_or_empty() {
    for labels in [
        &["a", "b"][..],
        &["a", "b", "c", "d"],
        &["a", "b", "a"],
        &["a", "", "c"],
        &[],
    ] {
        let mut forged = dense();
        forged.labels = labels.iter().map(|&label| label.into()).collect();
        assert_code(&refuse(&forged.file()), "bad-labels");
    }
}

#[test]
fn weights_so_large_that_an_answer_is_no_number() {
    // Each is a number; the sum of two, or a product of three, is none.
    for weight in [f32::MAX, 1e30] {
        let mut forged = dense();
        forged.layers.push(Layer::Dense {
            units: 3,
            activation: Curve::Linear,
        });
        forged.tensors = [6, 3, 9, 3]
            .map(|count| f32s(&vec![weight; count]))
            .to_vec();
        assert_code(&refuse(&forged.file()), "bad-network");
    }
    // A sigmoid keeps what follows it small, and a normalization can divide.
    let mut forged = dense();
    forged.tensors[0] = f32s(&[1e35; 6]);
    assert!(read_model(&forged.file()).is_ok());
    forged.layers.push(Layer::BatchNorm {
        activation: Curve::Linear,
    });
    let norm = [vec![1e5; 3], vec![0.0; 3], vec![0.0; 3], vec![0.0; 3]].concat();
    forged.tensors.extend([f32s(&[]), f32s(&norm)]);
    assert_code(&refuse(&forged.file()), "bad-network");
}

#[test]
fn text_that_is_not_utf_8() {
    let mut file = dense().file();
    let at = file
        .windows(6)
        .position(|bytes| bytes == b"forged")
        .unwrap();
    file[at] = 0xff;
    assert_code(&refuse(&reseal(file)), "malformed");
}

#[test]
fn bytes_left_over_in_the_payload() {
    let mut payload = postcard::to_allocvec(&dense()).unwrap();
    payload.push(0);
    assert_code(&refuse(&frame(MODEL, &payload)), "malformed");
}

#[test]
fn varint_bombs() {
    // A length of 2^64 - 1 at every position, and one that never ends.
    for kind in [MODEL, PROJECT] {
        let payload = match kind {
            MODEL => postcard::to_allocvec(&dense()).unwrap(),
            _ => postcard::to_allocvec(&ForgedProject::with(vec![example(1)])).unwrap(),
        };
        for at in 0..payload.len().min(200) {
            let huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01];
            let endless = [0xff; 64];
            for bomb in [&huge[..], &endless] {
                let forged = frame(kind, &[&payload[..at], bomb, &payload[at..]].concat());
                // A few of them are numbers that may be that large; none does harm.
                let _ = (read_model(&forged), read_project(&forged));
            }
        }
        assert_code(&refuse(&frame(kind, &[0xff; 1000])), "malformed");
    }
}

#[test]
fn a_huge_example_count() {
    let payload = postcard::to_allocvec(&ForgedProject::with(vec![])).unwrap();
    // The last three bytes are the counts of examples, settings and extras.
    let start = payload.len() - 3;
    for count in [1_u64 << 31, 1 << 60, u64::MAX] {
        let mut forged = payload[..start].to_vec();
        forged.extend(postcard::to_allocvec(&count).unwrap());
        forged.extend([0; 64]);
        assert_code(&refuse(&frame(PROJECT, &forged)), "malformed");
    }
}

#[test]
fn examples_that_are_no_digits() {
    let with = |change: fn(&mut Example)| {
        let mut examples = vec![example(1), example(2)];
        change(&mut examples[1]);
        let error = refuse(&ForgedProject::with(examples).file());
        assert!(
            matches!(error, Error::BadExample { index: 1, .. }),
            "{error}"
        );
    };
    with(|example| example.id = 1);
    with(|example| example.id = 1 << 53);
    // One millisecond after the last that a JavaScript date can be.
    with(|example| example.taught_at_ms = 8_640_000_000_000_001);
    with(|example| example.label = 10);
    with(|example| example.answer = Some(10));
    with(|example| example.ink = Ink::Picture28(vec![0; 783]));
    with(|example| example.ink = Ink::Picture28(vec![]));
    with(|example| example.ink = Ink::Strokes(vec![]));
    with(|example| example.ink = Ink::Strokes(vec![0xff; 40]));
    with(|example| example.bits20 = Some(vec![0; 49]));
}

#[test]
fn a_bad_model_within_a_project() {
    let mut forged = ForgedProject::with(vec![]);
    forged.models[0].1.tensors[0] = f32s(&[f32::NAN; 6]);
    assert_code(&refuse(&forged.file()), "not-finite");
    let mut forged = ForgedProject::with(vec![]);
    forged.models.push(("digits".into(), dense()));
    assert_code(&refuse(&forged.file()), "malformed");
}

// ---- pickles

fn pickle(parts: &[&[u8]]) -> Vec<u8> {
    let mut file = b"\x80\x04".to_vec();
    for part in parts {
        file.extend(*part);
    }
    file
}

fn small_text(text: &str) -> Vec<u8> {
    [&[0x8c, text.len() as u8][..], text.as_bytes()].concat()
}

#[track_caller]
fn assert_forbidden(file: &[u8], name: &str) {
    let error = read_pesos(file).unwrap_err();
    assert_eq!(
        error,
        Error::PickleForbidden {
            global: name.into()
        }
    );
}

#[test]
fn a_pickle_that_runs_a_command() {
    assert_forbidden(
        b"\x80\x02cposix\nsystem\nX\x02\0\0\0id\x85R.",
        "posix.system",
    );
    let global = [small_text("builtins"), small_text("eval"), b"\x93".to_vec()].concat();
    assert_forbidden(&pickle(&[&global, b"."]), "builtins.eval");
    assert_forbidden(b"\x80\x02(ios\nsystem\n.", "os.system");
    // Hidden behind a right pickle, and in place of the class of an array.
    let honest = include_bytes!("reference/protocol-4.pkl");
    let hidden = [&honest[..honest.len() - 1], b"0cos\nsystem\n."].concat();
    assert!(read_pesos(&hidden).is_err());
    let hidden = [&honest[..honest.len() - 1], b"cos\nsystem\n."].concat();
    // The frame of the honest pickle ends before it; Python would run it all the same.
    assert_forbidden(&hidden, "os.system");
}

#[test]
fn a_pickle_with_a_name_like_numpys() {
    for (module, name) in [
        ("numpy", "load"),
        ("numpy.core.multiarray", "scalar"),
        ("numpy.core.multiarray", "_reconstruct.__globals__"),
        ("numpy.core.multiarray ", "_reconstruct"),
        ("numpy", "ndarray.tofile"),
        ("numpy.ndarray", ""),
        ("Numpy", "dtype"),
    ] {
        let global = [small_text(module), small_text(name), b"\x93.".to_vec()].concat();
        assert_forbidden(&pickle(&[&global]), &format!("{module}.{name}"));
    }
}

#[test]
fn a_pickle_that_refers_to_the_world_outside() {
    for instruction in [
        &b"Pfile\n."[..],
        b"Nq\0Q.",
        b"\x82\x01.",
        b"\x83\x01\0.",
        b"\x97.",
    ] {
        assert_code(
            &read_pesos(&pickle(&[instruction])).unwrap_err(),
            "pickle-forbidden",
        );
    }
}

#[test]
fn a_deep_pickle() {
    let deep = [
        // Marks, lists made of their own lists, tuples around tuples, appended lists.
        b"(".repeat(100_000),
        [b"]".repeat(40), b"a".repeat(39)].concat(),
        [b")".to_vec(), b"\x85".repeat(4000)].concat(),
        [b"(".repeat(33), b"t".repeat(33)].concat(),
    ];
    for part in deep {
        let error = read_pesos(&pickle(&[&part, b"."])).unwrap_err();
        assert_code(&error, "pickle-too-deep");
    }
}

#[test]
fn a_list_that_contains_itself() {
    let error = read_pesos(&pickle(&[b"]\x94h\x00a."])).unwrap_err();
    assert_code(&error, "pickle-unsupported");
    let error = read_pesos(&pickle(&[b"]\x94", &b"h\x00a".repeat(100), b"."])).unwrap_err();
    assert_code(&error, "pickle-too-deep");
}

#[test]
fn memo_bombs() {
    // One entry far out, and many entries.
    let far = read_pesos(&pickle(&[b"Nr\xff\xff\xff\xff."])).unwrap_err();
    assert_code(&far, "pickle-unsupported");
    let many = read_pesos(&pickle(&[b"N", &b"\x94".repeat(100_000), b"."])).unwrap_err();
    assert_code(&many, "too-large");
    let missing = read_pesos(&pickle(&[b"j\xff\xff\xff\xff."])).unwrap_err();
    assert_code(&missing, "pickle-unsupported");
    // "A billion laughs": each list holds the one before ten times.
    let laughs = b"]\x94".to_vec();
    let laughs = (0_u8..30).fold(laughs, |file, n| {
        [
            file,
            b"](".to_vec(),
            [b'h', n].repeat(10),
            b"e\x94".to_vec(),
        ]
        .concat()
    });
    assert!(read_pesos(&pickle(&[&laughs, b"."])).is_err());
}

#[test]
fn many_small_objects() {
    for instruction in [&b"]"[..], b")", b"N", b"K\x01", b"C\0"] {
        let error = read_pesos(&pickle(&[&instruction.repeat(1_000_000), b"."])).unwrap_err();
        assert_code(&error, "too-large");
    }
}

#[test]
fn the_same_array_a_thousand_times() {
    let honest = trazo_formats::write_pesos(&trazo_formats::Pesos {
        weights: vec![trazo_formats::Matrix {
            rows: 100,
            columns: 100,
            values: vec![0.5; 10_000],
        }],
        biases: vec![vec![0.0; 100]],
    });
    let honest = honest.unwrap();
    // The array is what the first list is filled with: remember it and name it again and again.
    let end = honest.windows(3).position(|bytes| bytes == b"e](").unwrap();
    let file = [
        &honest[..end],
        b"\x94",
        &b"h\x00".repeat(1000),
        &honest[end..],
    ]
    .concat();
    let error = read_pesos(&file).unwrap_err();
    assert_code(&error, "too-large");
}

#[test]
fn the_same_text_encoded_a_thousand_times() {
    // Ten thousand letters in the memo, made into bytes again and again.
    let letters = [&b"X\x10\x27\0\0"[..], &[b'a'; 10_000], b"q\0"].concat();
    let again = b"c_codecs\nencode\n(h\0X\x06\0\0\0latin1tR";
    let file = pickle(&[&letters, &again.repeat(1000), b"."]);
    assert_code(&read_pesos(&file).unwrap_err(), "too-large");
}

#[test]
fn text_in_a_pickle_that_is_no_bytes() {
    let encode = |text: &[u8], code: &[u8]| {
        let file = [&b"(c_codecs\nencode\n(V"[..], text, b"\nV", code, b"\ntRt."].concat();
        read_pesos(&file).unwrap_err()
    };
    assert_code(&encode(b"\\u0394", b"latin1"), "pickle-unsupported");
    assert_code(&encode(b"\\ud800", b"latin1"), "pickle-unsupported");
    assert_code(&encode(b"\\u12", b"latin1"), "pickle-unsupported");
    assert_code(&encode(b"\\", b"latin1"), "pickle-unsupported");
    assert_code(&encode(b"a", b"rot13"), "pickle-unsupported");
}

#[test]
fn frame_bombs() {
    for length in [1_u64 << 31, 1 << 60, u64::MAX] {
        let file = pickle(&[b"\x95", &length.to_le_bytes(), b"N."]);
        assert_code(&read_pesos(&file).unwrap_err(), "cut-short");
    }
}

#[test]
fn a_pickle_that_claims_gigabytes() {
    for (instruction, width) in [(b'B', 4), (b'X', 4), (0x8d, 8), (0x8e, 8), (b'T', 4)] {
        for byte in [0x7f, 0xff] {
            let claim = vec![byte; width];
            let file = pickle(&[&[instruction], &claim, b"N."]);
            assert_code(&read_pesos(&file).unwrap_err(), "cut-short");
        }
    }
}

#[test]
fn a_pickled_array_with_another_shape_than_bytes() {
    let honest = include_bytes!("reference/protocol-4.pkl");
    // Two rows of three columns: K 2, K 3, TUPLE2.
    let at = honest
        .windows(5)
        .position(|bytes| bytes == b"K\x02K\x03\x86")
        .unwrap();
    let with = |shape: &[u8]| {
        let mut file = honest.to_vec();
        file.splice(at..at + 5, shape.iter().copied());
        // The frame is now longer or shorter than it says; only its end matters.
        file.splice(2..11, []);
        read_pesos(&file).unwrap_err()
    };
    assert_code(&with(b"K\x01K\x03\x86"), "shape-mismatch");
    assert_code(&with(b"K\x00K\x03\x86"), "shape-mismatch");
    assert_code(&with(b"K\x04K\x03\x86"), "too-large");
    assert_code(&with(b"K\x02J\xff\xff\xff\xff\x86"), "pickle-unsupported");
    let huge = b"\x8a\x08\0\0\0\0\0\0\0\x40".repeat(2);
    assert_code(&with(&[&huge[..], b"\x86"].concat()), "too-large");
    assert_code(
        &with(&[&b"K\x01".repeat(3)[..], b"\x87"].concat()),
        "shape-mismatch",
    );
    assert_code(&with(b"NN\x86"), "pickle-unsupported");
    // Six flat numbers: the right bytes, the wrong number of dimensions.
    assert_code(&with(b"K\x06\x85"), "shape-mismatch");
}

#[test]
fn a_pickle_cut_short_at_every_length() {
    let file = include_bytes!("reference/protocol-4.pkl");
    for length in 1..file.len() {
        assert_code(&read_pesos(&file[..length]).unwrap_err(), "cut-short");
    }
}

#[test]
fn pickled_weights_that_are_not_numbers() {
    let honest = include_bytes!("reference/small.pkl");
    let pesos = read_pesos(honest).unwrap();
    let first = pesos.weights[0].values[0].to_le_bytes();
    let at = honest.windows(8).position(|bytes| bytes == first).unwrap();
    // The last is a number, but not one that `f32` holds.
    for number in [f64::NAN, f64::INFINITY, 1e300] {
        let mut file = honest.to_vec();
        file[at..at + 8].copy_from_slice(&number.to_le_bytes());
        assert_code(&pesos_to_model(&file).unwrap_err(), "not-finite");
    }
}

#[test]
fn not_a_pickle() {
    for file in [
        &b"\x80\x01."[..],
        b"\x80\x06.",
        b"hello",
        b"",
        &model_file(),
    ] {
        assert_code(&read_pesos(file).unwrap_err(), "not-pickle");
    }
}

// ---- safetensors and ONNX

#[test]
fn a_safetensors_file_that_is_cut_or_goes_on() {
    let file = write_safetensors(&model()).unwrap();
    for length in 9..file.len() {
        assert_code(&read_safetensors(&file[..length]).unwrap_err(), "cut-short");
    }
    let longer = [&file[..], &[0; 3]].concat();
    assert_eq!(
        read_safetensors(&longer).unwrap_err(),
        Error::TrailingBytes { extra: 3 }
    );
}

#[test]
fn a_safetensors_header_that_claims_gigabytes() {
    for length in [1_u64 << 31, 1 << 39] {
        let file = [&length.to_le_bytes()[..], b"{}"].concat();
        assert_code(&read_safetensors(&file).unwrap_err(), "cut-short");
    }
    // Beyond 2^40 it does not even look like safetensors.
    let file = [&u64::MAX.to_le_bytes()[..], b"{}"].concat();
    assert_code(&read_safetensors(&file).unwrap_err(), "not-safetensors");
}

/// A safetensors file with this header and so many bytes of zeros.
fn forged_safetensors(header: &str, data: usize) -> Vec<u8> {
    let length = (header.len() as u64).to_le_bytes();
    [&length[..], header.as_bytes(), &vec![0; data]].concat()
}

#[test]
fn safetensors_arrays_that_overlap_leave_holes_or_overflow() {
    let array = |shape: &str, offsets: &str| {
        let header =
            format!(r#"{{"a":{{"dtype":"F32","shape":{shape},"data_offsets":{offsets}}}}}"#);
        read_safetensors(&forged_safetensors(&header, 8)).unwrap_err()
    };
    assert_code(&array("[1]", "[4,8]"), "malformed");
    assert_code(&array("[2]", "[8,0]"), "malformed");
    assert_code(&array("[3]", "[0,8]"), "malformed");
    assert_code(&array("[-1]", "[0,8]"), "malformed");
    assert_code(
        &array("[4294967296,4294967296,4294967296]", "[0,8]"),
        "malformed",
    );
    assert_code(
        &array("[4611686018427387904]", "[0,18446744073709551615]"),
        "malformed",
    );
    assert_code(&array("[1073741824]", "[0,4294967296]"), "cut-short");
    // Right, but it says nothing of a network.
    assert_code(&array("[2]", "[0,8]"), "bad-network");
}

#[test]
fn safetensors_of_another_network_than_described() {
    let file = write_safetensors(&model()).unwrap();
    let with = |from: &str, to: &str| {
        assert_eq!(from.len(), to.len());
        let at = file
            .windows(from.len())
            .position(|bytes| bytes == from.as_bytes())
            .unwrap();
        let mut file = file.clone();
        file[at..at + to.len()].copy_from_slice(to.as_bytes());
        read_safetensors(&file).unwrap_err()
    };
    assert_code(
        &with("\"layer4.bias\"", "\"layer9.bias\""),
        "shape-mismatch",
    );
    assert_code(
        &with("\"shape\":[3,2]", "\"shape\":[2,3]"),
        "shape-mismatch",
    );
    assert_code(&with("[4,4,1]", "[5,5,9]"), "shape-mismatch");
    assert_code(
        &with("\\\"units\\\":3", "\\\"units\\\":9"),
        "shape-mismatch",
    );
    assert_code(&with("maxpool", "mixpool"), "bad-network");
    assert_code(&with("\"trazo\"", "\"other\""), "bad-network");
}

#[test]
fn a_description_that_asks_for_gigabytes() {
    for network in [
        r#"{"input":[1,1,100000],"layers":[{"type":"dense","units":100000}],"loss":"squared-error"}"#,
        r#"{"input":[4294967295,4294967295,4294967295],"layers":[],"loss":"squared-error"}"#,
        r#"{"input":[1,1,1],"layers":[{"type":"dense","units":18446744073709551615}],"loss":"squared-error"}"#,
    ] {
        let description =
            format!(r#"{{"name":"","network":{network},"labels":[],"recipe":{{"type":"raw"}}}}"#);
        let text = serde_json::to_string(&description).unwrap();
        let header = format!(r#"{{"__metadata__":{{"trazo":{text}}}}}"#);
        let error = read_safetensors(&forged_safetensors(&header, 0)).unwrap_err();
        let expected = ["too-large", "shape-mismatch"];
        assert!(expected.contains(&error.code()), "{error}");
    }
}

#[test]
fn weights_from_elsewhere_that_are_not_numbers() {
    let (last, nan) = (
        model().network().params()[36].to_le_bytes(),
        f32::NAN.to_le_bytes(),
    );
    let poisoned = |mut file: Vec<u8>| {
        let at = file.windows(4).rposition(|bytes| bytes == last).unwrap();
        file[at..at + 4].copy_from_slice(&nan);
        file
    };
    let file = poisoned(write_safetensors(&model()).unwrap());
    assert_code(&read_safetensors(&file).unwrap_err(), "not-finite");
    let file = poisoned(write_onnx(&model()).unwrap());
    assert_code(&read_onnx(&file).unwrap_err(), "not-finite");
}

#[test]
fn an_onnx_file_cut_short_at_every_length() {
    // Protobuf has no length of its own: a cut between two fields can only be told by what lacks.
    let file = write_onnx(&model()).unwrap();
    let whole = read_onnx(&file).unwrap();
    for length in 0..file.len() {
        match read_onnx(&file[..length]) {
            // All of the graph is there, and only the description is not.
            Ok(cut) => assert_eq!(cut.network().params(), whole.network().params()),
            Err(error) => {
                let expected = ["not-onnx", "malformed", "bad-network"];
                assert!(expected.contains(&error.code()), "{length}: {error}");
            }
        }
    }
}

#[test]
fn onnx_bombs() {
    let start = b"\x08\x07\x12\x05trazo";
    // A million empty arrays; entries of metadata; lengths of 2^64 - 1; groups without an end.
    let arrays = [&b"\x3a\x80\x89\x7a"[..], &b"\x2a\x00".repeat(1_000_000)].concat();
    for (bomb, code) in [
        (arrays, "too-large"),
        (b"\x72\x00".repeat(1_000_000), "too-large"),
        (
            b"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01".to_vec(),
            "malformed",
        ),
        (
            b"\x3a".iter().copied().chain([0xff; 64]).collect(),
            "malformed",
        ),
        (b"\x43".repeat(100_000), "malformed"),
    ] {
        let error = read_onnx(&[&start[..], &bomb].concat()).unwrap_err();
        assert_code(&error, code);
    }
}

#[test]
fn a_file_that_begins_like_another() {
    // The length of a safetensors header may begin like a pickle, gzip or a picture.
    for length in [640_u64, 896, 1152, 1408, 35_615, 19_778] {
        let mut header = String::from("{}");
        while (header.len() as u64) < length {
            header.push(' ');
        }
        assert_eq!(sniff(&forged_safetensors(&header, 0)), Kind::Safetensors);
    }
    for padding in 0..1500 {
        let mut model = model();
        model.name = "n".repeat(padding);
        let file = write_safetensors(&model).unwrap();
        assert_eq!(sniff(&file), Kind::Safetensors, "{padding}");
        assert_eq!(open_model(&file).unwrap(), model, "{padding}");
    }
}

#[test]
fn onnx_weights_that_lead_elsewhere() {
    let file = include_bytes!("reference/foreign/external.onnx");
    let name = b"external.onnx.data";
    for elsewhere in [&b"../../etc/password"[..], b"/dev/zero/./.xdata"] {
        assert_eq!(elsewhere.len(), name.len());
        let mut file = file.to_vec();
        while let Some(at) = file.windows(name.len()).position(|bytes| bytes == name) {
            file[at..at + name.len()].copy_from_slice(elsewhere);
        }
        let Error::NeedsFile { file } = read_onnx(&file).unwrap_err() else {
            panic!("it is not asked for");
        };
        assert!(["password", ".xdata"].contains(&file.as_str()), "{file}");
    }
}

#[test]
fn an_onnx_graph_that_goes_in_a_circle_or_parts_ways() {
    let message = |tag: u8, inner: &[u8]| [&[tag, inner.len() as u8][..], inner].concat();
    // An input "x": its type is a tensor of floats with the dimensions 1, 1, 2, 2.
    let dimension = |size: u8| message(0x0a, &[8, size]);
    let shape = message(0x12, &[1, 1, 2, 2].map(dimension).concat());
    let tensor = message(0x0a, &[&[8, 1][..], &shape].concat());
    let input = [message(0x0a, b"x"), message(0x12, &tensor)].concat();
    let input = message(0x5a, &input);
    let node = |from: &str, to: &str| {
        let names = [message(0x0a, from.as_bytes()), message(0x12, to.as_bytes())];
        let node = [names.concat(), message(0x22, b"Identity")].concat();
        message(0x0a, &node)
    };
    let file = |nodes: Vec<Vec<u8>>| {
        let graph = [nodes.concat(), input.clone()].concat();
        let start = b"\x08\x07\x12\x05trazo\x3a";
        [&start[..], &[graph.len() as u8], &graph].concat()
    };
    let circle = read_onnx(&file(vec![node("x", "y"), node("y", "x")])).unwrap_err();
    assert!(circle.to_string().contains("circle"), "{circle}");
    let fork = read_onnx(&file(vec![node("x", "y"), node("x", "z")])).unwrap_err();
    assert!(fork.to_string().contains("parts ways"), "{fork}");
}

// ---- archives, arrays, JSON

/// An archive whose only file claims to unpack to so many bytes.
fn forged_archive(claim: u32) -> Vec<u8> {
    let mut file = write_archive(&[("a.npy", &[0; 64])]).unwrap();
    // In the local header and in the directory, 22 and 24 bytes from their beginnings.
    let directory = file
        .windows(4)
        .position(|bytes| bytes == b"PK\x01\x02")
        .unwrap();
    for at in [22, directory + 24] {
        file[at..at + 4].copy_from_slice(&claim.to_le_bytes());
    }
    file
}

#[test]
fn a_zip_bomb() {
    assert_code(
        &read_archive(&forged_archive(u32::MAX - 1)).unwrap_err(),
        "too-large",
    );
    // One that does not even say so: 100 MB of zeros, deflated, that claim to be 10 bytes.
    let zeros = vec![0; 100 << 20];
    let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut deflated, &zeros).unwrap();
    let deflated = deflated.finish().unwrap();
    let mut file = write_archive(&[("a.npy", &deflated)]).unwrap();
    let directory = file
        .windows(4)
        .rposition(|bytes| bytes == b"PK\x01\x02")
        .unwrap();
    for at in [8, directory + 10] {
        file[at] = 8;
    }
    file[directory + 24..directory + 28].copy_from_slice(&10_u32.to_le_bytes());
    assert_code(&read_archive(&file).unwrap_err(), "malformed");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    std::io::Write::write_all(&mut gzip, &zeros).unwrap();
    assert_code(&unpacked(&gzip.finish().unwrap()).unwrap_err(), "too-large");
}

#[test]
fn an_archive_that_is_cut_or_lies_about_itself() {
    let file = write_npz(&model()).unwrap();
    for length in 4..file.len() {
        assert!(read_npz(&file[..length]).is_err(), "{length}");
    }
    assert_code(&read_archive(&forged_archive(63)).unwrap_err(), "malformed");
    let mut wrong = file.clone();
    let at = wrong
        .windows(6)
        .position(|bytes| bytes == b"NUMPY\x01")
        .unwrap();
    wrong[at + 100] ^= 1;
    assert_code(&read_npz(&wrong).unwrap_err(), "bad-checksum");
    // 65,535 files, of which the directory has none.
    let mut many = file.clone();
    let end = many.len() - 22;
    many[end + 10..end + 12].copy_from_slice(&[0xff; 2]);
    assert_code(&read_npz(&many).unwrap_err(), "too-large");
    let mut encrypted = file;
    let directory = encrypted
        .windows(4)
        .position(|bytes| bytes == b"PK\x01\x02")
        .unwrap();
    encrypted[directory + 8] |= 1;
    assert_code(&read_npz(&encrypted).unwrap_err(), "malformed");
}

#[test]
fn numpy_arrays_that_lie_or_hold_python_objects() {
    let honest = write_npy(&[2, 3], &[0.5; 6]);
    for length in 6..honest.len() {
        assert!(read_npy(&honest[..length]).is_err(), "{length}");
    }
    let with = |from: &str, to: &str| {
        assert_eq!(from.len(), to.len());
        let at = honest
            .windows(from.len())
            .position(|bytes| bytes == from.as_bytes());
        let mut file = honest.clone();
        file[at.unwrap()..][..to.len()].copy_from_slice(to.as_bytes());
        read_npy(&file).unwrap_err()
    };
    assert_code(&with("'<f4'", "'|O8'"), "malformed");
    assert_code(&with("'<f4'", "'<i4'"), "malformed");
    assert_code(&with("(2, 3, )", "(2, 4, )"), "too-large");
    assert_code(&with("(2, 3, )", "(2, 2, )"), "shape-mismatch");
    assert_code(&with("(2, 3, )", "(-2,-3,)"), "malformed");
    assert_code(&with("(2, 3, )", "(9999999"), "malformed");
    assert_code(&with("False", "Maybe"), "malformed");
    assert_code(&with("'shape'", "'shade'"), "malformed");
}

#[test]
fn arrays_whose_orders_are_many() {
    // Two hundred layers of one size: whichever follows which, it is found soon or not at all.
    let arrays: Vec<(String, Vec<u8>)> = (0..200)
        .map(|index| (format!("w{index}.npy"), write_npy(&[3, 3], &[0.5; 9])))
        .collect();
    let members: Vec<(&str, &[u8])> = arrays
        .iter()
        .map(|(name, file)| (name.as_str(), file.as_slice()))
        .collect();
    let file = write_archive(&members).unwrap();
    assert_code(&read_npz(&file).unwrap_err(), "bad-network");
}

#[test]
fn json_that_is_no_model() {
    let file = write_json(&model()).unwrap();
    for length in 1..file.len() {
        assert!(read_json(&file[..length]).is_err(), "{length}");
    }
    let nested = [b"{\"trazo\":".as_slice(), &b"[".repeat(100_000)].concat();
    assert_code(&read_json(&nested).unwrap_err(), "malformed");
}

// ---- IDX and strokes

#[test]
fn an_idx_file_that_claims_gigabytes() {
    let file = [&[0, 0, 8, 3][..], &[0xff; 12]].concat();
    assert_code(&idx::read_images(&file).unwrap_err(), "cut-short");
    let file = [&[0, 0, 8, 1][..], &[0xff; 4]].concat();
    assert_code(&idx::read_labels(&file).unwrap_err(), "cut-short");
}

#[test]
fn strokes_nested_a_hundred_thousand_deep() {
    let file = "[".repeat(100_000);
    assert_code(&strokes::read(file.as_bytes()).unwrap_err(), "bad-line");
    let file = format!("{{\"label\":1,\"x\":{}", "[".repeat(100_000));
    assert_code(&strokes::read(file.as_bytes()).unwrap_err(), "bad-line");
}

#[test]
fn strokes_that_are_not_numbers() {
    for number in ["NaN", "1e999", "-1e39", "1000001", "null", "\"1\"", "[]"] {
        let line = format!("{{\"label\":1,\"strokes\":[[[0,{number}]]]}}");
        let error = strokes::read(line.as_bytes()).unwrap_err();
        assert!(matches!(error, Error::BadLine { line: 1, .. }), "{error}");
    }
}

// ---- the list itself

#[test]
fn the_list_of_attacks_and_the_tests_have_the_same_names() {
    let list = include_str!("../src/attacks.md");
    let mut listed: Vec<&str> = list
        .lines()
        .filter_map(|line| line.strip_prefix("| `")?.split('`').next())
        .collect();
    let (tests, _) = include_str!("attacks.rs")
        .split_once("// ---- the list itself")
        .unwrap();
    let mut tested: Vec<&str> = tests
        .split("#[test]\nfn ")
        .skip(1)
        .filter_map(|test| test.split('(').next())
        .collect();
    listed.sort_unstable();
    tested.sort_unstable();
    assert_eq!(listed, tested);
}
