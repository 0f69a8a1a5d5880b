use super::*;
use proptest::prelude::*;

const UNIT: View = View {
    scale: 1.0,
    dx: 0.0,
    dy: 0.0,
};

/// The definition, pixel by pixel and segment by segment.
fn naive(drawing: &Drawing, view: &View, width: usize, height: usize, pen_px: f32) -> Ink {
    let mut ink = Ink::blank(width, height);
    for (at, pixel) in ink.pixels.iter_mut().enumerate() {
        let middle = Point::new((at % width) as f32 + 0.5, (at / width) as f32 + 0.5);
        let mut nearest = f32::INFINITY;
        for stroke in &drawing.strokes {
            let points: Vec<Point> = stroke.iter().map(|&p| view.place(p)).collect();
            for pair in points.windows(2) {
                let square = crate::thin::square_distance_to_segment(middle, pair[0], pair[1]);
                nearest = nearest.min(square.sqrt());
            }
            if let [only] = points.as_slice() {
                let square = crate::thin::square_distance_to_segment(middle, *only, *only);
                nearest = nearest.min(square.sqrt());
            }
        }
        *pixel = ((pen_px * 0.5 + 0.5 - nearest).clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
    }
    ink
}

fn most_apart(a: &Ink, b: &Ink) -> u8 {
    let apart = a.pixels.iter().zip(&b.pixels);
    apart.map(|(a, b)| a.abs_diff(*b)).max().unwrap_or(0)
}

fn points(range: std::ops::Range<f32>) -> impl Strategy<Value = Point> {
    (range.clone(), range).prop_map(|(x, y)| Point::new(x, y))
}

fn drawings() -> impl Strategy<Value = Drawing> {
    let stroke = prop::collection::vec(points(-10.0..40.0), 0..12);
    prop::collection::vec(stroke, 0..4).prop_map(Drawing::from_strokes)
}

proptest! {
    #[test]
    fn coverage_follows_from_the_distance_to_the_nearest_segment(
        drawing in drawings(), pen in 0.5_f32..6.0, width in 1_usize..40, height in 1_usize..40,
    ) {
        let ink = rasterize(&drawing, &UNIT, width, height, pen);
        let expected = naive(&drawing, &UNIT, width, height, pen);
        // Skipped points move edges by a 32nd of a pixel (8 levels) at most.
        prop_assert!(most_apart(&ink, &expected) <= 9, "{ink:?} {expected:?}");
    }

    #[test]
    fn neither_the_order_nor_the_direction_of_strokes_matters(drawing in drawings()) {
        // Farther apart than what is skipped, so that the same points are drawn both ways.
        let drawing = drawing.map(|p| Point::new(p.x.round() + 0.3, p.y.round() + 0.7));
        let mut other = drawing.clone();
        other.strokes.reverse();
        other.strokes.iter_mut().for_each(|stroke| stroke.reverse());
        let view = View { scale: 0.8, dx: 1.3, dy: -0.4 };
        prop_assert_eq!(
            rasterize(&drawing, &view, 30, 30, 2.4),
            rasterize(&other, &view, 30, 30, 2.4)
        );
    }

    #[test]
    fn no_coordinates_and_no_sizes_do_harm(
        strokes in prop::collection::vec(
            prop::collection::vec((any::<f32>(), any::<f32>()), 0..6), 0..4),
        scale in any::<f32>(), dx in any::<f32>(), pen in any::<f32>(),
        width in 0_usize..30, height in 0_usize..30,
    ) {
        let point = |(x, y): (f32, f32)| Point::new(x, y);
        let strokes = strokes.into_iter().map(|s| s.into_iter().map(point).collect()).collect();
        let view = View { scale, dx, dy: 0.0 };
        let ink = rasterize(&Drawing::from_strokes(strokes), &view, width, height, pen);
        prop_assert_eq!(ink.pixels.len(), width * height);
    }
}

#[test]
fn a_drawing_of_thousands_of_points_is_drawn_to_a_fifth_of_a_pixel() {
    let mut rng = crate::Rng::new(5);
    let trembling = (0..6000)
        .map(|i| {
            let angle = i as f32 * 0.02;
            let radius = 9.0 + 0.2 * rng.normal();
            let (sin, cos) = (libm::sinf(angle), libm::cosf(angle));
            Point::new(14.0 + radius * cos, 14.0 + radius * sin)
        })
        .collect();
    let anywhere = (0..6000)
        .map(|_| Point::new(rng.range(4.0, 12.0), rng.range(4.0, 12.0)))
        .collect();
    let corner = vec![Point::new(20.0, 20.0), Point::new(25.0, 26.0)];
    let drawing = Drawing::from_strokes(vec![trembling, anywhere, corner]);
    let ink = rasterize(&drawing, &UNIT, 28, 28, 2.4);
    let apart = most_apart(&ink, &naive(&drawing, &UNIT, 28, 28, 2.4));
    assert!(apart <= 51, "{apart} of 255 levels");
}

#[test]
fn ink_drawn_twice_is_drawn_once() {
    let stroke = vec![Point::new(3.0, 4.0), Point::new(9.5, 12.0)];
    let once = Drawing::from_strokes(vec![stroke.clone()]);
    let twice = Drawing::from_strokes(vec![stroke.clone(), stroke]);
    let draw = |drawing| rasterize(drawing, &UNIT, 16, 16, 2.0);
    assert_eq!(draw(&once), draw(&twice));
}

#[test]
fn a_straight_line_covers_its_length_times_the_pen() {
    let line = Drawing::from_strokes(vec![vec![Point::new(8.0, 20.3), Point::new(32.0, 20.3)]]);
    let mass = rasterize(&line, &UNIT, 40, 40, 3.0).mass();
    // 24 x 3 and two half discs of radius 1.5.
    let expected = 24.0 * 3.0 + std::f32::consts::PI * 1.5 * 1.5;
    assert!(
        (mass - expected).abs() < 0.02 * expected,
        "{mass} for {expected}"
    );
}
