//! What can be done with a model once there is one: measure, ask, convert, look at it.
// A test that cannot set itself up has to stop.
#![allow(clippy::unwrap_used)]

mod support;

use support::{Folder, figures, said, text, trazo};
use trazo_formats::{Encoding, ModelFile, read_model, write_model};
use trazo_ink::{Planes, Recipe};
use trazo_nn::{Activation, LayerSpec, Loss, Network, NetworkSpec};

/// An untrained network of the right shape: what it answers does not matter here.
fn model(folder: &Folder, recipe: Recipe) -> String {
    let side = if recipe == Recipe::PadBits20 { 20 } else { 28 };
    let sigmoid = |units| LayerSpec::Dense {
        units,
        activation: Activation::Sigmoid,
    };
    let (layers, loss) = if recipe == Recipe::PadBits20 {
        (vec![sigmoid(100), sigmoid(10)], Loss::SquaredError)
    } else {
        let dense = LayerSpec::Dense {
            units: 10,
            activation: Activation::Linear,
        };
        (
            vec![LayerSpec::MaxPool { size: 4 }, dense],
            Loss::CrossEntropy,
        )
    };
    let network = Network::new(
        NetworkSpec {
            input: [side, side, 1],
            layers,
            loss,
        },
        1,
    )
    .unwrap();
    let file = ModelFile::new("mine", network, Some(recipe)).unwrap();
    text(&folder.write("m.trazo", write_model(&file, Encoding::F32).unwrap()))
}

const MNIST_RECIPE: Recipe = Recipe::Mnist28 {
    pen: 2.4,
    planes: Planes::Ink,
};

#[test]
fn eval_gives_every_figure_of_every_set() {
    let folder = Folder::new("eval");
    let model = model(&folder, MNIST_RECIPE);
    let mnist = text(&folder.write_mnist(100));
    let strokes = text(&folder.write_strokes(60));
    let sheet = folder.path("errors.png");
    let output = trazo([
        "eval",
        "--json",
        "--model",
        &model,
        "--mnist",
        &mnist,
        "--strokes",
        &strokes,
        "--errors",
        &text(&sheet),
    ]);
    let figures = figures(&output);
    assert_eq!(
        output.stdout.iter().filter(|&&byte| byte == b'\n').count(),
        1,
        "one line"
    );
    let sets = figures["sets"].as_array().unwrap();
    assert_eq!(sets.len(), 3);
    for (set, count) in sets.iter().zip([50, 60, 2000]) {
        assert_eq!(set["count"], count);
        let accuracy = set["accuracy"].as_f64().unwrap();
        assert!(set["interval"][0].as_f64().unwrap() <= accuracy);
        assert!(set["interval"][1].as_f64().unwrap() >= accuracy);
        for name in ["loss", "milliseconds", "calibration_error", "not_sure"] {
            assert!(set[name].as_f64().unwrap() >= 0.0, "{name}");
        }
        assert_eq!(set["by_class"].as_array().unwrap().len(), 10);
    }
    assert_eq!(sets[1]["by_source"]["made/a"]["count"], 30);
    assert_eq!(sets[1]["by_source"]["made/b"]["count"], 30);
    assert_eq!(figures["no_digits"]["count"], 2000);

    let decoder = png::Decoder::new(std::io::BufReader::new(std::fs::File::open(sheet).unwrap()));
    let info = decoder.read_info().unwrap().info().clone();
    // 20 pictures of 56 pixels and a gap of 4 each, and one more gap.
    assert_eq!(info.width, 20 * 60 + 4);
}

#[test]
fn eval_draws_the_digits_anew_and_reads_them_from_pictures() {
    let folder = Folder::new("sweep");
    for recipe in [MNIST_RECIPE, Recipe::PadBits20] {
        let output = trazo([
            "eval",
            "--model",
            &model(&folder, recipe),
            "--strokes",
            &text(&folder.write_strokes(20)),
            "--sweep",
            "--pictures",
        ]);
        let figures = figures(&output);
        let sweep = &figures["sweep"];
        assert_eq!((&sweep["count"], &sweep["ways"]), (&20.into(), &75.into()));
        for (by, rows) in [("by_size", 5), ("by_place", 5), ("by_spacing", 3)] {
            assert_eq!(sweep[by].as_array().unwrap().len(), rows);
        }
        let plain = sweep["plain"]["accuracy"].as_f64().unwrap();
        let worst = sweep["worst"]["accuracy"].as_f64().unwrap();
        let points = sweep["worst"]["points"].as_f64().unwrap();
        assert!((100.0 * (worst - plain) - points).abs() < 1e-9);
        let pictures = &figures["pictures"];
        assert_eq!(pictures["count"], 4 * 20);
        for by in ["by_manner", "by_pen"] {
            assert_eq!(pictures[by].as_array().unwrap().len(), 4);
        }
    }
}

#[test]
fn eval_of_one_source_looks_at_no_other() {
    let folder = Folder::new("source");
    let model = model(&folder, MNIST_RECIPE);
    let strokes = text(&folder.write_strokes(60));
    let eval = |source: &str| {
        trazo([
            "eval",
            "--model",
            &model,
            "--strokes",
            &strokes,
            "--source",
            source,
        ])
    };
    assert_eq!(figures(&eval("made/b"))["sets"][0]["count"], 30);
    let output = eval("made/c");
    assert_eq!(output.status.code(), Some(2));
    assert!(
        said(&output).contains("made/a, made/b"),
        "{}",
        said(&output)
    );
}

#[test]
fn predict_gives_one_line_a_digit_with_chances_that_sum_to_one() {
    let folder = Folder::new("predict");
    // No label, and a tablet's own units.
    let lines = "{\"strokes\": [[[0, 0], [9000, 9000]]]}\n{\"strokes\": [[[1, 2]]]}\n";
    let strokes = text(&folder.write("mine.jsonl", lines));
    for recipe in [MNIST_RECIPE, Recipe::PadBits20] {
        let model = model(&folder, recipe);
        let output = trazo(["predict", "--model", &model, "--strokes", &strokes]);
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let lines = String::from_utf8(output.stdout).unwrap();
        let lines: Vec<serde_json::Value> = lines
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), 2);
        for line in lines {
            let chances = line["probabilities"].as_array().unwrap();
            let sum: f64 = chances.iter().map(|chance| chance.as_f64().unwrap()).sum();
            assert!((sum - 1.0).abs() < 1e-5);
            let digit = line["digit"].as_u64().unwrap() as usize;
            assert!(
                chances
                    .iter()
                    .all(|c| c.as_f64() <= chances[digit].as_f64())
            );
        }
    }
}

#[test]
fn a_model_goes_to_every_format_and_back() {
    let folder = Folder::new("convert");
    for (recipe, endings) in [
        (MNIST_RECIPE, ["safetensors", "onnx", "npz", "json"]),
        (Recipe::PadBits20, ["pkl", "safetensors", "npz", "json"]),
    ] {
        let model = model(&folder, recipe);
        let before = read_model(&std::fs::read(&model).unwrap()).unwrap();
        for ending in endings {
            let there = text(&folder.path(&format!("there.{ending}")));
            let back = text(&folder.path("back.trazo"));
            figures(&trazo(["convert", &model, &there]));
            figures(&trazo(["convert", &there, &back]));
            let after = read_model(&std::fs::read(&back).unwrap()).unwrap();
            assert_eq!(after.network(), before.network(), "{ending}");
            assert_eq!(after.recipe(), before.recipe(), "{ending}");
        }
    }
    let output = trazo(["convert", &model(&folder, MNIST_RECIPE), "model.h5"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn files_of_other_tools_are_converted_and_what_they_leave_open_is_asked() {
    let folder = Folder::new("foreign");
    let foreign = |name: &str| {
        let root = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../formats/tests/reference/foreign"
        );
        std::fs::read(format!("{root}/{name}")).unwrap()
    };
    let copy = |name: &str| text(&folder.write(name, foreign(name)));
    let out = text(&folder.path("out.trazo"));
    for (name, assumed) in [
        ("torch-22.onnx", "softmax"),
        ("named.npz", "sigmoid layers"),
    ] {
        let shown = figures(&trazo(["convert", &copy(name), &out]));
        assert!(shown["assumed"].to_string().contains(assumed), "{shown}");
        figures(&trazo(["inspect", &out]));
    }

    let bare = copy("single.safetensors");
    let output = trazo(["convert", &bare, &out]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("relu or sigmoid"),
        "{}",
        said(&output)
    );
    assert!(said(&output).contains("--activation"), "{}", said(&output));
    figures(&trazo(["convert", &bare, &out, "--activation", "relu"]));
    let output = trazo(["convert", &bare, &out, "--activation", "selu"]);
    assert_eq!(output.status.code(), Some(2));

    let model = copy("external.onnx");
    let output = trazo(["convert", &model, &out]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        said(&output).contains("\"external.onnx.data\""),
        "{}",
        said(&output)
    );
    let elsewhere = foreign("external.onnx.data");
    let weights = text(&folder.write("elsewhere/external.onnx.data", &elsewhere));
    figures(&trazo(["convert", &model, &weights, &out]));
    folder.write("external.onnx.data", elsewhere);
    figures(&trazo(["convert", &model, &out]));

    for (name, word) in [("single.npy", "single array"), ("no-selu.onnx", "Selu")] {
        let output = trazo(["convert", &copy(name), &out]);
        assert_eq!(output.status.code(), Some(1));
        assert!(said(&output).contains(word), "{}", said(&output));
    }
    let shown = figures(&trazo(["inspect", &copy("single.npy")]));
    assert_eq!(shown["shape"].to_string(), "[10,4]");
}

#[test]
fn half_the_bits_are_half_the_bytes() {
    let folder = Folder::new("encode");
    let model = model(&folder, Recipe::PadBits20);
    let half = folder.path("half.trazo");
    figures(&trazo([
        "convert",
        &model,
        &text(&half),
        "--weights",
        "f16",
    ]));
    let (before, after) = (
        std::fs::metadata(&model).unwrap(),
        std::fs::metadata(half).unwrap(),
    );
    let ratio = after.len() as f64 / before.len() as f64;
    assert!((0.5..0.51).contains(&ratio), "{ratio}");
}

#[test]
fn inspect_says_what_a_file_is() {
    let folder = Folder::new("inspect");
    let shown = figures(&trazo(["inspect", &model(&folder, Recipe::PadBits20)]));
    assert_eq!(shown["name"], "mine");
    assert_eq!(shown["parameters"], 41_110);
    assert_eq!(shown["layers"].as_array().unwrap().len(), 2);
    let mnist = folder.write_mnist(10);
    let shown = figures(&trazo([
        "inspect",
        &text(&mnist.join("train-images-idx3-ubyte")),
    ]));
    assert_eq!(shown["pictures"], 10);
    let shown = figures(&trazo([
        "inspect",
        &text(&mnist.join("t10k-labels-idx1-ubyte")),
    ]));
    assert_eq!(shown["labels"], 5);
    let shown = figures(&trazo(["inspect", &text(&folder.write_strokes(20))]));
    assert_eq!(shown["digits"], 20);
    let output = trazo(["inspect", &text(&folder.write("x", b"\x00\x01\x02"))]);
    assert_eq!(output.status.code(), Some(1));
}
