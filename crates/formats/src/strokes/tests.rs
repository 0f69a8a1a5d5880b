use super::*;
use proptest::prelude::*;
use trazo_ink::Point;

const GOOD: &str = r#"{"label":3,"source":"me","writer":"a","strokes":[[[0,0],[1.5,-2]],[[7,7]]]}"#;

fn problem(line: &str) -> String {
    let error = read(line.as_bytes()).unwrap_err();
    assert_eq!(error.code(), "bad-line");
    error.to_string()
}

#[test]
fn a_written_file_reads_back_the_same() {
    let samples = read(GOOD.as_bytes()).unwrap();
    assert_eq!(samples[0].drawing.strokes[0][1], Point { x: 1.5, y: -2.0 });
    let file = write(&samples).unwrap();
    assert_eq!(String::from_utf8(file).unwrap().trim(), GOOD);
}

#[test]
fn empty_lines_and_windows_line_ends_are_passed_over() {
    let file = format!("\u{feff}{GOOD}\r\n\r\n  \n{GOOD}");
    assert_eq!(read(file.as_bytes()).unwrap().len(), 2);
}

#[test]
fn a_wrong_line_is_told_with_its_number() {
    let file = format!("{GOOD}\n\n{{\"label\":3}}\n");
    let text = problem(&file);
    assert!(
        text.starts_with("Line 3:") && text.contains("an object without strokes"),
        "{text}"
    );
}

#[test]
fn what_is_wrong_with_a_line_is_said() {
    let with = |from: &str, to: &str| GOOD.replace(from, to);
    let cases = [
        (with("3,", "10,"), "a label from 0 to 9, found 10"),
        (with("3,", "-1,"), "a label from 0 to 9, found -1"),
        (with("3,", "3.5,"), "a label from 0 to 9, found 3.5"),
        (with("3,", "\"A\","), "a label from 0 to 9, found \"A\""),
        (with("\"label\":3,", ""), "a label from 0 to 9, found none"),
        (with("[[7,7]]", "[]"), "points in stroke 1"),
        (
            with("[[[0,0],[1.5,-2]],[[7,7]]]", "[]"),
            "at least one stroke",
        ),
        (with("1.5", "NaN"), "column"),
        (with("1.5", "null"), "a list for a point"),
        (
            with("1.5", "1e39"),
            "coordinates from -1000000 to 1000000, found [inf",
        ),
        (with("1.5", "1e999"), "number out of range"),
        (
            with("1.5", "1000001"),
            "found [1000001, -2] (stroke 0, point 1)",
        ),
        (with("[7,7]", "[7]"), "a point of one number"),
        (GOOD[..30].to_owned(), "EOF"),
        ("[".repeat(100_000), "column"),
    ];
    for (line, expected) in cases {
        let text = problem(&line);
        assert!(
            text.contains(expected),
            "{text:?} should contain {expected:?}"
        );
    }
}

#[test]
fn leniently_wrong_lines_are_passed_over_and_listed() {
    let file = format!("{GOOD}\nnonsense\n{GOOD}\n{}", GOOD.replace("3,", "12,"));
    let reading = read_lenient(file.as_bytes());
    assert_eq!(reading.samples.len(), 2);
    let lines: Vec<usize> = reading.skipped.iter().map(|skipped| skipped.line).collect();
    assert_eq!(lines, [2, 4]);
}

#[test]
fn each_fault_of_a_line_has_a_code() {
    let fault = |line: &str| read_lenient(line.as_bytes()).skipped[0].fault.code();
    let cases = [
        ("nonsense".to_owned(), "not-a-drawing"),
        (
            r#"{"label": "A", "strokes": [[[0, 0]]]}"#.to_owned(),
            "label",
        ),
        (GOOD.replace("3,", "[[3]],"), "label"),
        (GOOD.replace("3,", "{\"a\":[3]},"), "label"),
        (r#"{"label": "A"}"#.to_owned(), "not-a-drawing"),
        (GOOD.replace("1.5", "1e999"), "not-a-drawing"),
        (GOOD.replace("3,", "12,"), "label"),
        (GOOD.replace("\"label\":3,", ""), "label"),
        (GOOD.replace("[[[0,0],[1.5,-2]],[[7,7]]]", "[]"), "no-ink"),
        (GOOD.replace("[[7,7]]", "[]"), "no-ink"),
        (GOOD.replace("1.5", "1000001"), "coordinates"),
    ];
    for (line, code) in cases {
        assert_eq!(fault(&line), code, "{line}");
    }
}

#[test]
fn a_drawing_to_be_read_needs_no_label() {
    let file = GOOD.replace("\"label\":3,", "");
    assert_eq!(read_unlabelled(file.as_bytes()).unwrap()[0].0, None);
}

#[test]
fn what_could_not_be_read_back_is_not_written() {
    let mut samples = read(GOOD.as_bytes()).unwrap();
    samples[0].drawing.strokes[0][0].x = f32::NAN;
    assert_eq!(write(&samples).unwrap_err().code(), "cannot-write");
}

/// What is read of a file that has one drawing, and the notes on how.
fn one(file: &[u8]) -> (StrokeSample, Vec<&'static str>) {
    let reading = read_lenient(file);
    assert_eq!(reading.skipped, []);
    assert_eq!(reading.samples.len(), 1);
    let codes = reading.assumed.iter().map(|assumed| assumed.code);
    (reading.samples[0].clone(), codes.collect())
}

#[test]
fn labels_points_and_texts_as_others_write_them_are_read_and_said() {
    let expected = read(GOOD.as_bytes()).unwrap().remove(0);
    let with = |from: &str, to: &str| GOOD.replace(from, to).into_bytes();
    let utf_16 =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let big_endian: Vec<u8> = format!("\u{feff}{GOOD}")
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    let quick =
        r#"{"word":"three","source":"me","writer":"a","drawing":[[[0,1.5],[0,-2]],[[7],[7],[0]]]}"#;
    let cases: [(Vec<u8>, &[&str]); 11] = [
        (with("3,", "\"3\","), &["label-text"]),
        (with("3,", "3.0,"), &["label-float"]),
        (with("3,", "\"Three\","), &["label-word"]),
        (with("[7,7]", "[7,7,0.5]"), &["point-extra"]),
        (
            with("[7,7]", "{\"time\":3,\"y\":7,\"x\":7}"),
            &["point-objects"],
        ),
        (with("[[7,7]]", "{\"points\":[[7,7]]}"), &["signature-pad"]),
        (format!("[\n{GOOD}\n]").into_bytes(), &["json-array"]),
        (GOOD.replace(',', ",\n").into_bytes(), &[]),
        (utf_16(GOOD), &["utf-16"]),
        (big_endian, &["utf-16"]),
        (quick.into(), &["quick-draw", "label-word"]),
    ];
    for (file, codes) in cases {
        let (sample, said) = one(&file);
        assert_eq!(sample, expected);
        assert_eq!(said, codes);
    }
}

#[test]
fn a_drawing_without_a_label_is_counted_and_taken_once_one_is_said() {
    let pad = r#"[{"penColor": "black", "points": [{"x": 1, "y": 2, "time": 5}]}, {"points": [{"x": 3, "y": 4}]}]"#;
    for file in [pad, "[[[1, 2]], [[3, 4]]]"] {
        let reading = read_lenient(file.as_bytes());
        assert_eq!(
            (reading.samples.len(), reading.unlabelled, reading.listed),
            (0, 1, true)
        );
        assert_eq!(reading.skipped[0].fault, LineFault::Label);
        let reading = read_known(file.as_bytes(), Some(7), &|_| None);
        assert_eq!((reading.samples[0].label, reading.skipped.len()), (7, 0));
        assert_eq!(reading.samples[0].drawing.strokes.len(), 2);
        assert_eq!(read_unlabelled(file.as_bytes()).unwrap()[0].0, None);
    }
}

#[test]
fn wrong_entries_of_a_list_are_told_by_their_place() {
    let file = format!("[{GOOD}, 5, {GOOD}, {{\"label\": 11, \"strokes\": [[[0, 0]]]}}]");
    let reading = read_lenient(file.as_bytes());
    assert_eq!((reading.samples.len(), reading.listed), (2, true));
    let told: Vec<_> = reading
        .skipped
        .iter()
        .map(|one| (one.line, one.fault.code()))
        .collect();
    assert_eq!(told, [(2, "not-a-drawing"), (4, "label")]);
    let error = read(file.as_bytes()).unwrap_err();
    assert!(error.to_string().starts_with("Entry 2:"), "{error}");
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = read(&bytes);
        let _ = read_lenient(&bytes);
    }

    #[test]
    fn any_finite_drawing_comes_back_bit_for_bit(
        label in 0_u8..10,
        source in ".{0,12}",
        strokes in proptest::collection::vec(proptest::collection::vec((-1e6_f32..1e6, -1e6_f32..1e6), 1..9), 1..5),
    ) {
        let strokes = strokes.into_iter()
            .map(|s| s.into_iter().map(|(x, y)| Point { x, y }).collect()).collect();
        let sample = StrokeSample { label, source, writer: String::new(), drawing: Drawing { strokes } };
        let file = write([&sample]).unwrap();
        prop_assert_eq!(read(&file).unwrap(), vec![sample]);
    }
}
