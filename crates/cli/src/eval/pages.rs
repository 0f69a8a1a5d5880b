//! How well numbers are found and read in [photographs](super::photographs): what is found is held against where the digits are.

use std::collections::BTreeMap;

use rayon::prelude::*;
use serde_json::{Value, json};
use trazo_ink::Rng;
use trazo_learn::metrics::wilson;
use trazo_learn::{PictureLine, read_picture};
use trazo_nn::Workspace;

use super::photographs::{Frame, Paper, Photograph, photograph};
use crate::data::PenDigit;
use crate::error::Error;
use crate::model::Model;

/// Drives all that is drawn by lot.
const SEED: u64 = 0x7061_6765;

/// Pages with numbers, and blank ones.
const PAGES: usize = 120;
const BLANK: usize = 30;

/// Boxes that share this much of what both cover are of one digit.
const SAME: f32 = 0.5;

/// What came of some photographs.
#[derive(Clone, Copy, Default)]
struct Count {
    pages: u64,
    digits: u64,
    found: u64,
    right: u64,
    wrong_boxes: u64,
    sure: u64,
    sure_right: u64,
}

impl Count {
    fn add(mut self, other: Self) -> Self {
        self.pages += other.pages;
        self.digits += other.digits;
        self.found += other.found;
        self.right += other.right;
        self.wrong_boxes += other.wrong_boxes;
        self.sure += other.sure;
        self.sure_right += other.sure_right;
        self
    }

    fn json(self) -> Value {
        let share = |part: u64, all: u64| {
            let share = wilson(part, all.max(1));
            json!({"value": share.value, "interval": [share.low, share.high]})
        };
        json!({
            "pages": self.pages,
            "digits": self.digits,
            "found": share(self.found, self.digits),
            "right_of_found": share(self.right, self.found),
            "sure_of_found": share(self.sure, self.found),
            "right_of_sure": share(self.sure_right, self.sure),
            "false_boxes_per_100_digits": 100.0 * self.wrong_boxes as f64 / self.digits.max(1) as f64,
        })
    }
}

/// Figures in all, by paper, by ink, and of blank pages; what to say of them in a line.
///
/// # Errors
/// Where the network refuses what it is shown, or a photograph cannot be encoded.
pub fn measure(model: &Model, pens: &[PenDigit]) -> Result<(Value, String), Error> {
    let mut writers: BTreeMap<&str, Vec<&PenDigit>> = BTreeMap::new();
    for pen in pens {
        writers.entry(&pen.writer).or_default().push(pen);
    }
    let writers: Vec<Vec<&PenDigit>> = writers.into_values().collect();
    let taken: Vec<(Photograph, Count)> = (0..PAGES + BLANK)
        .into_par_iter()
        .map_init(Workspace::default, |workspace, page| {
            let mut rng = Rng::stream(SEED, page as u64);
            let none = Vec::new();
            let of = if page < PAGES && !writers.is_empty() {
                &writers[rng.below(writers.len())]
            } else {
                &none
            };
            let photo = photograph(of, &mut rng)?;
            let (width, height) = photo.size;
            let lines = read_picture((width, height, &photo.grey), model.recipe, |row| {
                Ok(model.network.predict(row, workspace)?.to_vec())
            })
            .map_err(|error| Error::Failed(error.to_string()))?;
            let count = compare(&photo, &lines);
            Ok((photo, count))
        })
        .collect::<Result<_, Error>>()?;
    let (pages, blank) = taken.split_at(PAGES);
    let sum = |of: &[(Photograph, Count)], kept: &dyn Fn(&Photograph) -> bool| {
        let kept = of.iter().filter(|(photo, _)| kept(photo));
        kept.fold(Count::default(), |all, (_, count)| all.add(*count))
    };
    let all = sum(pages, &|_| true);
    let empty = sum(blank, &|_| true);
    let mut by = serde_json::Map::new();
    for (name, paper) in [
        ("plain", Paper::Plain),
        ("ruled", Paper::Ruled),
        ("squared", Paper::Squared),
    ] {
        by.insert(
            name.into(),
            sum(pages, &|photo| photo.paper == paper).json(),
        );
    }
    by.insert(
        "light on dark".into(),
        sum(pages, &|photo| photo.light_ink).json(),
    );
    for (name, from, to) in [
        ("ink below 3 %", 0.0, 0.03),
        ("ink 3 % to 5.5 %", 0.03, 0.055),
        ("ink above 5.5 %", 0.055, 1.0),
    ] {
        let within = |photo: &Photograph| (from..to).contains(&photo.ink_share);
        by.insert(name.into(), sum(pages, &within).json());
    }
    let percent = |part: u64, all: u64| 100.0 * part as f64 / all.max(1) as f64;
    let words = format!(
        "{:.2} % of {} digits found, {:.2} % of them right, {:.2} false boxes in 100 digits, {} on {} blank pages",
        percent(all.found, all.digits),
        all.digits,
        percent(all.right, all.found),
        percent(all.wrong_boxes, all.digits),
        empty.wrong_boxes,
        empty.pages,
    );
    let mut json = all.json();
    json["by"] = Value::Object(by);
    json["blank"] = json!({"pages": empty.pages, "boxes": empty.wrong_boxes});
    Ok((json, words))
}

fn compare(photo: &Photograph, lines: &[PictureLine]) -> Count {
    let mut count = Count {
        pages: 1,
        digits: photo.digits.len() as u64,
        ..Count::default()
    };
    let mut taken = vec![false; photo.digits.len()];
    for digit in lines.iter().flat_map(|line| &line.digits) {
        let area = digit.area;
        let frame = [area.x, area.y, area.x + area.width, area.y + area.height];
        let free = photo
            .digits
            .iter()
            .enumerate()
            .filter(|(at, _)| !taken[*at]);
        let best = free
            .map(|(at, (label, truth))| (shared(&frame, truth), at, *label))
            .max_by(|a, b| a.0.total_cmp(&b.0));
        match best.filter(|best| best.0 >= SAME) {
            Some((_, at, label)) => {
                taken[at] = true;
                count.found += 1;
                count.right += u64::from(digit.digit == label);
                count.sure += u64::from(digit.sure);
                count.sure_right += u64::from(digit.sure && digit.digit == label);
            }
            None => count.wrong_boxes += 1,
        }
    }
    count
}

/// Intersection over union.
fn shared(a: &Frame, b: &Frame) -> f32 {
    let side = |axis: usize| (a[axis + 2].min(b[axis + 2]) - a[axis].max(b[axis])).max(0.0);
    let size = |f: &Frame| (f[2] - f[0]) * (f[3] - f[1]);
    let both = side(0) * side(1);
    both / (size(a) + size(b) - both).max(1.0e-6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use trazo_ink::writer;

    fn pens() -> Vec<PenDigit> {
        let digit = |(drawing, label)| PenDigit {
            drawing,
            label,
            source: "made".into(),
            writer: "made".into(),
        };
        writer::exam(3, 60).into_iter().map(digit).collect()
    }

    #[test]
    fn ink_is_where_a_photograph_says_its_digits_are() {
        let pens = pens();
        let pens: Vec<&PenDigit> = pens.iter().collect();
        for page in 0..4 {
            let photo = photograph(&pens, &mut Rng::stream(1, page)).unwrap();
            let (width, height) = photo.size;
            assert_eq!(photo.grey.len(), width * height);
            assert!(!photo.digits.is_empty());
            let read = trazo_ink::picture::Page::of(width, height, &photo.grey).unwrap();
            let marks: Vec<Frame> = read
                .lines
                .iter()
                .flatten()
                .map(|mark| mark.area())
                .map(|a| [a.x, a.y, a.x + a.width, a.y + a.height])
                .collect();
            let met = |truth: &&(u8, Frame)| marks.iter().any(|mark| shared(mark, &truth.1) > 0.5);
            let found = photo.digits.iter().filter(met).count();
            assert!(
                found * 10 >= photo.digits.len() * 8,
                "{page}: {found} of {}",
                photo.digits.len()
            );
        }
    }
}
