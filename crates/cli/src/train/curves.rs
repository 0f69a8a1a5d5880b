//! The learning curves of a run as an SVG: errors on the validation digits and the training loss,
//! both on a scale where halving is the same step everywhere.

use std::collections::BTreeMap;
use std::path::Path;

use plotters::coord::Shift;
use plotters::drawing::DrawingAreaErrorKind;
use plotters::prelude::*;
use serde_json::Value;

use crate::error::Error;
use crate::files;

/// Width of the picture, and height of each of its two panels, in pixels.
const SIZE: (u32, u32) = (880, 400);

/// What the SVG refuses to draw.
type Refused = DrawingAreaErrorKind<std::io::Error>;

/// A curve: its name, its color, and its value at each epoch.
struct Curve {
    name: &'static str,
    color: RGBColor,
    points: Vec<(f64, f64)>,
}

/// Draws the epochs in the log at `log` to the SVG at `path`.
///
/// # Errors
/// Where the log cannot be read or the picture not be written.
pub fn write(path: &Path, log: &Path) -> Result<(), Error> {
    let epochs = read(&String::from_utf8_lossy(&files::read(log)?));
    let svg = draw(&epochs)
        .map_err(|error| Error::Failed(format!("The curves cannot be drawn: {error}")))?;
    files::write(path, svg.as_bytes())
}

/// The lines about epochs; of two about the same one (a run that went on) the later.
fn read(log: &str) -> BTreeMap<u32, Value> {
    log.lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|line| line["event"] == "epoch")
        .filter_map(|line| Some((u32::try_from(line["epoch"].as_u64()?).ok()?, line)))
        .collect()
}

fn draw(epochs: &BTreeMap<u32, Value>) -> Result<String, Refused> {
    let curve = |name, color, value: &dyn Fn(&Value) -> Option<f64>| Curve {
        name,
        color,
        points: epochs
            .iter()
            .filter_map(|(&epoch, line)| Some((f64::from(epoch), value(line)?)))
            .collect(),
    };
    let wrong = |line: &Value, set: &str| {
        let set = &line["validation"][set];
        let (count, right) = (set["count"].as_f64()?, set["right"].as_f64()?);
        // Half an error where there is none: zero has no place on this scale.
        Some(100.0 * (count - right).max(0.5) / count)
    };
    let errors = [
        curve("MNIST", BLACK, &|line| wrong(line, "mnist")),
        curve("pen", RGBColor(190, 80, 30), &|line| wrong(line, "pen")),
    ];
    let loss = [curve("training", BLACK, &|line| {
        line["loss"].as_f64().filter(|&loss| loss > 0.0)
    })];
    let last = epochs.keys().next_back().copied().unwrap_or(1);
    let mut svg = String::new();
    {
        let sheet = SVGBackend::with_string(&mut svg, (SIZE.0, 2 * SIZE.1)).into_drawing_area();
        sheet.fill(&WHITE)?;
        let (above, below) = sheet.split_vertically(SIZE.1);
        panel(&above, "Validation errors in %", &errors, last)?;
        panel(&below, "Loss", &loss, last)?;
        sheet.present()?;
    }
    Ok(svg)
}

/// One panel of curves over epochs; only its title where there are no points.
fn panel(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    title: &str,
    curves: &[Curve],
    epochs: u32,
) -> Result<(), Refused> {
    let values = || {
        let points = curves.iter().flat_map(|curve| &curve.points);
        points.map(|&(_, value)| value)
    };
    let most = values().fold(f64::MIN, f64::max);
    let least = values().fold(f64::MAX, f64::min);
    if most < least {
        area.titled(title, ("sans-serif", 20))?;
        return Ok(());
    }
    let across = 1.0..f64::from(epochs.max(2));
    let down = (least / 1.1..most * 1.1).log_scale().base(2.0);
    let mut chart = ChartBuilder::on(area)
        .caption(title, ("sans-serif", 20))
        .margin(16)
        .x_label_area_size(40)
        .y_label_area_size(60)
        .build_cartesian_2d(across, down)?;
    chart
        .configure_mesh()
        .disable_x_mesh()
        .light_line_style(WHITE)
        .x_desc("epoch")
        .x_label_formatter(&|epoch| format!("{epoch:.0}"))
        .y_label_formatter(&|value| match *value {
            small if small < 0.1 => format!("{small:.3}"),
            value => format!("{value:.2}"),
        })
        .draw()?;
    for curve in curves.iter().filter(|curve| !curve.points.is_empty()) {
        let style = curve.color.stroke_width(2);
        chart
            .draw_series(LineSeries::new(curve.points.iter().copied(), style))?
            .label(curve.name)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 24, y)], style));
    }
    chart
        .configure_series_labels()
        .border_style(BLACK.mix(0.2))
        .background_style(WHITE)
        .draw()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_an_epoch_that_was_done_twice_the_later_counts() {
        let log = "{\"event\":\"begin\"}\n{\"event\":\"epoch\",\"epoch\":1,\"loss\":2.0}\n\
                   {\"event\":\"epoch\",\"epoch\":1,\"loss\":1.5}\nhalf a li";
        let epochs = read(log);
        assert_eq!(epochs.len(), 1);
        assert_eq!(epochs[&1]["loss"], 1.5);
    }

    #[test]
    fn a_log_of_nothing_one_epoch_and_many_can_be_drawn() {
        let line = |epoch: u32| {
            let set = |right: u32| serde_json::json!({"count": 1000, "right": right});
            let validation = serde_json::json!({"mnist": set(900 + 4 * epoch), "pen": set(1000)});
            let loss = 1.0 / f64::from(epoch);
            let line = serde_json::json!({"loss": loss, "validation": validation});
            (epoch, line)
        };
        for epochs in [0, 1, 20] {
            let svg = draw(&(1..=epochs).map(line).collect()).unwrap();
            assert!(svg.contains("Validation errors in %"), "{epochs}");
            let lines = svg.matches("<polyline").count();
            assert!(
                epochs < 2 || lines > 6,
                "three curves and their legend: {lines}"
            );
        }
    }
}
