use super::*;
use proptest::prelude::*;

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
        text.starts_with("Line 3:") && text.contains("missing field `strokes`"),
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
        (with("1.5", "null"), "invalid type: null"),
        (
            with("1.5", "1e39"),
            "coordinates from -1000000 to 1000000, found [inf",
        ),
        (with("1.5", "1e999"), "number out of range"),
        (
            with("1.5", "1000001"),
            "found [1000001, -2] (stroke 0, point 1)",
        ),
        (with("[7,7]", "[7]"), "invalid length 1"),
        (with("[7,7]", "[7,7,7]"), "column"),
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
