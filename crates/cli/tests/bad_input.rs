//! What a wrong use and a wrong file get: the exit status, the file, the line, what was expected.
// A test that cannot set itself up has to stop.
#![allow(clippy::unwrap_used)]

mod support;

use support::{Folder, figures, said, text, trazo};

/// Runs a training that must fail before it begins, and gives what it said.
fn refused(folder: &Folder, more: &[&str]) -> (Option<i32>, String) {
    let out = folder.path("model.trazo");
    let mut args = vec!["train".to_owned(), "--epochs".to_owned(), "1".to_owned()];
    args.extend(["--out".to_owned(), text(&out)]);
    args.extend(more.iter().map(|&arg| arg.to_owned()));
    let output = trazo(&args);
    assert!(!out.exists(), "nothing was trained");
    assert!(output.stdout.is_empty(), "no figures");
    assert!(!said(&output).contains("panicked"), "{}", said(&output));
    (output.status.code(), said(&output))
}

fn with_mnist(folder: &Folder) -> (Option<i32>, String) {
    refused(folder, &["--mnist", &text(&folder.path("mnist"))])
}

fn with_strokes(name: &str, lines: &str) -> (Option<i32>, String) {
    let folder = Folder::new(name);
    let file = folder.write("strokes.jsonl", lines);
    refused(&folder, &["--strokes", &text(&file)])
}

const GOOD: &str = r#"{"label": 1, "source": "s", "writer": "w", "strokes": [[[5, 0], [5, 9]]]}"#;

#[test]
fn a_wrong_use_has_exit_status_two() {
    assert_eq!(trazo(["fly"]).status.code(), Some(2));
    assert_eq!(trazo(["train"]).status.code(), Some(2), "--out is missing");
    assert_eq!(trazo::<&str>([]).status.code(), Some(2));
    let folder = Folder::new("usage");
    let (status, said) = refused(&folder, &[]);
    assert_eq!(status, Some(2));
    assert!(said.contains("--mnist"), "{said}");
    let mnist = text(&folder.write_mnist(20));
    for (more, word) in [
        (["--arch", "vast"], "digits"),
        (["--lr", "-1"], "--lr"),
        (["--lr", "NaN"], "--lr"),
        (["--epochs", "0"], "--epochs"),
        (["--threads", "0"], "--threads"),
        (["--smoothing", "1.5"], "--smoothing"),
        (["--time-limit", "-3"], "--time-limit"),
        (["--hold-out-donor", "nobody"], "nobody"),
    ] {
        let args: Vec<&str> = ["--mnist", &mnist].into_iter().chain(more).collect();
        let out = text(&folder.path("model.trazo"));
        let output = trazo(["train", "--out", &out].into_iter().chain(args));
        assert_eq!(output.status.code(), Some(2), "{more:?}");
        assert!(
            support::said(&output).contains(word),
            "{more:?}: {}",
            support::said(&output)
        );
    }
}

#[test]
fn curves_that_are_no_svg_are_refused_before_the_training_not_after_it() {
    let folder = Folder::new("curves");
    let mnist = text(&folder.write_mnist(20));
    let log = text(&folder.path("log.jsonl"));
    let more = ["--mnist", &mnist, "--log", &log, "--curves", "curves.png"];
    let (status, said) = refused(&folder, &more);
    assert_eq!(status, Some(2));
    assert!(said.contains(".svg"), "{said}");
}

#[test]
fn help_is_no_failure() {
    for command in ["train", "eval", "predict", "convert", "inspect"] {
        let output = trazo([command, "--help"]);
        assert_eq!(output.status.code(), Some(0));
        assert!(!output.stdout.is_empty());
    }
}

#[test]
fn a_missing_idx_file_is_named() {
    let folder = Folder::new("missing");
    let mnist = folder.write_mnist(20);
    std::fs::remove_file(mnist.join("train-labels-idx1-ubyte")).unwrap();
    let (status, said) = with_mnist(&folder);
    assert_eq!(status, Some(1));
    assert!(said.contains("train-labels-idx1-ubyte"), "{said}");
    assert!(said.contains("fetch-data"), "{said}");
}

#[test]
fn a_truncated_idx_file_is_named_with_its_sizes() {
    let folder = Folder::new("truncated");
    let path = folder.write_mnist(20).join("train-images-idx3-ubyte");
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..1000]).unwrap();
    let (status, said) = with_mnist(&folder);
    assert_eq!(status, Some(1));
    assert!(said.contains("train-images-idx3-ubyte"), "{said}");
    // 20 pictures of 784 bytes after a header of 16.
    assert!(said.contains("15696") && said.contains("1000"), "{said}");
}

#[test]
fn a_wrong_magic_number_is_told() {
    let folder = Folder::new("magic");
    let path = folder.write_mnist(20).join("train-images-idx3-ubyte");
    std::fs::write(&path, b"<html>not found</html>").unwrap();
    let (status, said) = with_mnist(&folder);
    assert_eq!(status, Some(1));
    assert!(
        said.contains("train-images-idx3-ubyte") && said.contains("IDX"),
        "{said}"
    );
    assert!(said.contains("web page"), "{said}");
}

#[test]
fn a_label_beyond_nine_is_told_with_its_place() {
    let folder = Folder::new("label");
    let path = folder.write_mnist(20).join("train-labels-idx1-ubyte");
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[8 + 13] = 10;
    std::fs::write(&path, bytes).unwrap();
    let (status, said) = with_mnist(&folder);
    assert_eq!(status, Some(1));
    assert!(
        said.contains("train-labels-idx1-ubyte") && said.contains("label 13"),
        "{said}"
    );
}

#[test]
fn as_many_labels_as_pictures_are_needed() {
    let folder = Folder::new("counts");
    let path = folder.write_mnist(20).join("train-labels-idx1-ubyte");
    std::fs::write(&path, trazo_formats::idx::write_labels(&[1, 2, 3])).unwrap();
    let (status, said) = with_mnist(&folder);
    assert_eq!(status, Some(1));
    assert!(said.contains("3 labels for the 20 pictures"), "{said}");
}

#[test]
fn damaged_gzip_is_told() {
    let folder = Folder::new("gzip");
    folder.write_mnist(20);
    folder.write(
        "mnist/train-images-idx3-ubyte.gz",
        b"\x1f\x8b\x08\x00rubbish that is no gzip",
    );
    let (status, said) = with_mnist(&folder);
    assert_eq!(status, Some(1));
    assert!(
        said.contains("train-images-idx3-ubyte.gz") && said.contains("gzip"),
        "{said}"
    );
}

#[test]
fn each_kind_of_bad_line_is_told_with_its_number_and_what_was_expected() {
    for (name, bad, expected) in [
        ("empty-line", "", "empty line"),
        ("no-strokes", r#"{"label": 1, "strokes": []}"#, "stroke"),
        ("no-points", r#"{"label": 1, "strokes": [[]]}"#, "points"),
        (
            "nan",
            r#"{"label": 1, "strokes": [[[NaN, 1]]]}"#,
            "expected",
        ),
        (
            "huge",
            r#"{"label": 1, "strokes": [[[1e300, 1]]]}"#,
            "expected",
        ),
        (
            "label-10",
            r#"{"label": 10, "strokes": [[[1, 1]]]}"#,
            "0 to 9",
        ),
        ("no-label", r#"{"strokes": [[[1, 1]]]}"#, "0 to 9"),
        ("cut", r#"{"label": 1, "strokes": [[[1, "#, "expected"),
    ] {
        let (status, said) = with_strokes(name, &format!("{GOOD}\n{bad}\n{GOOD}\n"));
        assert_eq!(status, Some(1), "{name}");
        assert!(said.contains("strokes.jsonl"), "{name}: {said}");
        assert!(said.contains("Line 2"), "{name}: {said}");
        assert!(said.contains(expected), "{name}: {said}");
    }
}

#[test]
fn a_file_without_a_single_digit_is_refused() {
    let (status, said) = with_strokes("nothing", "\n");
    assert_eq!(status, Some(1));
    assert!(said.contains("strokes.jsonl"), "{said}");
}

#[test]
fn lines_are_left_out_only_when_asked_for_and_it_says_so() {
    let folder = Folder::new("lenient");
    folder.write_strokes(100);
    let good = std::fs::read_to_string(folder.path("strokes.jsonl")).unwrap();
    let file = folder.write("mixed.jsonl", format!("{good}rubbish\n"));
    let out = folder.path("m.trazo");
    let output = trazo([
        "train",
        "--epochs",
        "1",
        "--batch",
        "32",
        "--out",
        &text(&out),
        "--strokes",
        &text(&file),
        "--skip-bad-lines",
    ]);
    assert_eq!(figures(&output)["skipped_lines"], 1);
    assert!(said(&output).contains("Line 101"), "{}", said(&output));
}

#[test]
fn a_model_that_is_none_is_refused_by_every_command() {
    let folder = Folder::new("no-model");
    let file = text(&folder.write("m.trazo", b"hello"));
    let strokes = text(&folder.write_strokes(10));
    for args in [
        vec!["eval", "--model", &file],
        vec!["predict", "--model", &file, "--strokes", &strokes],
        vec!["inspect", &file],
        vec!["convert", &file, "out.onnx"],
    ] {
        let output = trazo(&args);
        assert_eq!(output.status.code(), Some(1), "{args:?}");
        assert!(
            said(&output).contains("m.trazo"),
            "{args:?}: {}",
            said(&output)
        );
        assert!(output.stdout.is_empty());
    }
    let output = trazo(["eval", "--model", "not/there.trazo"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(said(&output).contains("not/there.trazo"));
}
