//! The learning curves of a run as a picture: errors on the validation digits and the training
//! loss, both on a scale where halving is the same step everywhere.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::canvas::{Canvas, LETTER};
use crate::error::Error;
use crate::files;

/// Size of each of the two panels.
const WIDTH: usize = 760;
const HEIGHT: usize = 300;
/// Left of a panel, for the numbers.
const LEFT: usize = 90;
/// Above and below a panel.
const MARGIN: usize = 50;

/// A curve: its name, how it is drawn (length of a dash, grey), and its value at each epoch.
struct Curve {
    name: &'static str,
    dash: usize,
    grey: u8,
    points: Vec<(u32, f64)>,
}

/// Draws the epochs in the log at `log` to the PNG at `path`.
///
/// # Errors
/// Where the log cannot be read or the picture not be written.
pub fn write(path: &Path, log: Option<&Path>) -> Result<(), Error> {
    let Some(log) = log else {
        return Ok(());
    };
    let epochs = read(&String::from_utf8_lossy(&files::read(log)?));
    let curve = |name, dash, grey, value: &dyn Fn(&Value) -> Option<f64>| Curve {
        name,
        dash,
        grey,
        points: epochs
            .iter()
            .filter_map(|(&epoch, line)| Some((epoch, value(line)?)))
            .collect(),
    };
    let wrong = |line: &Value, set: &str| {
        let set = &line["validation"][set];
        let (count, right) = (set["count"].as_f64()?, set["right"].as_f64()?);
        // Half an error where there is none: zero has no place on this scale.
        Some(100.0 * (count - right).max(0.5) / count)
    };
    let errors = [
        curve("MNIST", 0, 0, &|line| wrong(line, "mnist")),
        curve("PEN", 8, 90, &|line| wrong(line, "pen")),
    ];
    let loss = [curve("LOSS", 0, 0, &|line| {
        line["loss"].as_f64().filter(|&loss| loss > 0.0)
    })];
    let last = epochs.keys().next_back().copied().unwrap_or(1);
    let mut canvas = Canvas::new(LEFT + WIDTH + MARGIN, 2 * (HEIGHT + 2 * MARGIN), 255);
    panel(&mut canvas, MARGIN, "VALIDATION ERRORS IN %", &errors, last);
    panel(
        &mut canvas,
        HEIGHT + 3 * MARGIN,
        "TRAINING LOSS",
        &loss,
        last,
    );
    files::write(path, &canvas.png()?)
}

/// The lines about epochs; of two about the same one (a run that went on) the later.
fn read(log: &str) -> BTreeMap<u32, Value> {
    log.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|line| line["event"] == "epoch")
        .filter_map(|line| Some((u32::try_from(line["epoch"].as_u64()?).ok()?, line)))
        .collect()
}

fn panel(canvas: &mut Canvas, top: usize, title: &str, curves: &[Curve], epochs: u32) {
    let values = || {
        let points = curves.iter().flat_map(|curve| &curve.points);
        points.map(|&(_, value)| value)
    };
    canvas.text(LEFT, top - 30, title);
    let most = values().fold(f64::MIN, f64::max);
    let least = values().fold(f64::MAX, f64::min);
    if most < least {
        return;
    }
    let (high, low) = ((most * 1.1).log2(), (least / 1.1).log2());
    let place = |epoch: f64, value: f64| {
        let across = (epoch - 1.0) / f64::from(epochs.max(2) - 1);
        let down = (high - value.log2()) / (high - low);
        (
            LEFT as f64 + across * WIDTH as f64,
            top as f64 + down * HEIGHT as f64,
        )
    };
    // A thin rule at each power of two, with its number.
    for power in low.ceil() as i32..=high.floor() as i32 {
        let value = 2.0_f64.powi(power);
        let (from, to) = (place(1.0, value), place(f64::from(epochs.max(2)), value));
        canvas.line(from, to, 215, 0);
        let label = if value < 0.1 {
            format!("{value:.3}")
        } else {
            format!("{value:.2}")
        };
        canvas.text(LEFT - LETTER * label.len() - 8, from.1 as usize - 4, &label);
    }
    let step = (epochs / 8).max(1) as usize;
    for epoch in (1..=epochs).step_by(step) {
        let (x, _) = place(f64::from(epoch), 1.0);
        canvas.text(x as usize - 4, top + HEIGHT + 10, &epoch.to_string());
    }
    for (number, curve) in curves.iter().enumerate() {
        for pair in curve.points.windows(2) {
            if let [from, to] = pair {
                let from = place(f64::from(from.0), from.1);
                let to = place(f64::from(to.0), to.1);
                canvas.line(from, to, curve.grey, curve.dash);
            }
        }
        let (x, y) = (LEFT + 380 + 180 * number, top - 30);
        let (from, to) = (
            (x as f64, y as f64 + 4.0),
            (x as f64 + 40.0, y as f64 + 4.0),
        );
        canvas.line(from, to, curve.grey, curve.dash);
        canvas.text(x + 50, y, curve.name);
    }
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn of_an_epoch_that_was_done_twice_the_later_counts() {
        let log = "{\"event\":\"begin\"}\n{\"event\":\"epoch\",\"epoch\":1,\"loss\":2.0}\n\
                   {\"event\":\"epoch\",\"epoch\":1,\"loss\":1.5}\nhalf a li";
        let epochs = read(log);
        assert_eq!(epochs.len(), 1);
        assert_eq!(epochs[&1]["loss"], 1.5);
    }
}
