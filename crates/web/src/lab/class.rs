//! A class file: the digits that a pupil hands in.

use js_sys::{Array, Float32Array, Object, Uint8Array, Uint32Array};
use trazo_formats::strokes::{LineFault, StrokeSample, read_lenient};
use trazo_formats::{Kind, sniff, unpacked};
use wasm_bindgen::prelude::*;

use super::with;
use crate::failure::Failure;

/// More digits of one file are no pupil's: the rest is passed over.
const MOST: usize = 2000;

/// The drawings of a file, flat as `labDrawings` takes them.
#[derive(Default)]
struct Class {
    points: Vec<f32>,
    ends: Vec<u32>,
    counts: Vec<u32>,
    labels: Vec<u8>,
    /// Of each drawing the hand, as the file names it.
    writers: Vec<String>,
    /// Lines with a label that is no digit.
    odd_labels: usize,
    /// Other lines that were not taken.
    passed_over: usize,
}

impl Class {
    fn take(&mut self, sample: StrokeSample) {
        let mut end = 0;
        for stroke in &sample.drawing.strokes {
            end += stroke.len() as u32;
            self.ends.push(end);
            self.points
                .extend(stroke.iter().flat_map(|point| [point.x, point.y]));
        }
        self.counts.push(sample.drawing.strokes.len() as u32);
        self.labels.push(sample.label);
        self.writers.push(sample.writer);
    }
}

/// Reads a file of strokes, packed or not; wrong lines are passed over and counted.
fn read(file: &[u8]) -> Result<Class, Failure> {
    let none = || Failure::new("lab-class-file", "This is no file of drawings.");
    let (text, _) = unpacked(file)?;
    if text.trim_ascii().is_empty() {
        return Err(Failure::new("lab-class-empty", "The file is empty."));
    }
    if sniff(&text) != Kind::Strokes {
        return Err(none());
    }
    let read = read_lenient(&text);
    let odd = |fault| fault == LineFault::Label;
    let odd_labels = read.skipped.iter().filter(|line| odd(line.fault)).count();
    let mut class = Class {
        odd_labels,
        passed_over: read.skipped.len() - odd_labels + read.samples.len().saturating_sub(MOST),
        ..Class::default()
    };
    for sample in read.samples.into_iter().take(MOST) {
        class.take(sample);
    }
    if class.labels.is_empty() && odd_labels == 0 {
        return Err(none());
    }
    Ok(class)
}

/// The digits of a class file: a file of strokes in any form that Trazo opens.
///
/// # Errors
/// `lab-class-empty`, `lab-class-file`; what is wrong with a packed file.
#[wasm_bindgen(js_name = labClassFile)]
pub fn lab_class_file(file: &[u8]) -> Result<JsValue, Failure> {
    let class = read(file)?;
    let writers: Array = class.writers.iter().map(JsValue::from).collect();
    let parts: [(&str, JsValue); 7] = [
        ("points", Float32Array::from(class.points.as_slice()).into()),
        ("ends", Uint32Array::from(class.ends.as_slice()).into()),
        ("counts", Uint32Array::from(class.counts.as_slice()).into()),
        ("labels", Uint8Array::from(class.labels.as_slice()).into()),
        ("writers", writers.into()),
        ("oddLabels", JsValue::from_f64(class.odd_labels as f64)),
        ("passedOver", JsValue::from_f64(class.passed_over as f64)),
    ];
    let empty = JsValue::from(Object::new());
    Ok(parts
        .iter()
        .fold(empty, |told, (name, value)| with(told, name, value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(file: &[u8]) -> Option<&'static str> {
        read(file).err().map(|failure| failure.code)
    }

    #[test]
    fn what_is_right_is_taken_and_what_is_not_is_counted() {
        let file = br#"{"label": 3, "writer": "Ana", "strokes": [[[1, 2], [3, 4]], [[5, 6]]]}
{"label": 12, "writer": "Ana", "strokes": [[[1, 2]]]}
{"label": "x", "strokes": [[[1, 2]]]}
{"label": 4, "strokes": []}
nonsense
{"label": 4, "strokes": [[[7, 8]]]}
"#;
        let class = read(file).unwrap_or_default();
        assert_eq!(class.points, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]);
        assert_eq!(class.ends, [2, 3, 1]);
        assert_eq!(class.counts, [2, 1]);
        assert_eq!(class.labels, [3, 4]);
        assert_eq!(class.writers, ["Ana", ""]);
        assert_eq!((class.odd_labels, class.passed_over), (2, 2));
    }

    #[test]
    fn what_is_no_class_file_is_refused_by_its_kind() {
        assert_eq!(code(b""), Some("lab-class-empty"));
        assert_eq!(code(b" \n\n"), Some("lab-class-empty"));
        assert_eq!(code(b"TRAZO\0 something"), Some("lab-class-file"));
        assert_eq!(code(b"\x89PNG\r\n\x1a\n"), Some("lab-class-file"));
        assert_eq!(code(b"{\"name\": \"x\"}"), Some("lab-class-file"));
        assert_eq!(code(b"Dear teacher,"), Some("lab-class-file"));
        assert_eq!(code(b"{\"label\": 12, \"strokes\": [[[1, 2]]]}"), None);
    }

    #[test]
    fn more_than_anyone_draws_is_cut_off() {
        let line = "{\"label\": 1, \"strokes\": [[[1, 2], [3, 4]]]}\n";
        let class = read(line.repeat(MOST + 5).as_bytes()).unwrap_or_default();
        assert_eq!((class.labels.len(), class.passed_over), (MOST, 5));
    }
}
