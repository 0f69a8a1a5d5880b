use super::*;
use proptest::prelude::*;

fn drawings() -> impl Strategy<Value = Drawing> {
    let point = (-1500.0_f32..2500.0, -1500.0_f32..2500.0).prop_map(|(x, y)| Point::new(x, y));
    let stroke = prop::collection::vec(point, 1..60);
    prop::collection::vec(stroke, 0..6).prop_map(Drawing::from_strokes)
}

fn assert_near(a: &Drawing, b: &Drawing, tolerance: f32) {
    assert_eq!(a.strokes.len(), b.strokes.len());
    for (a, b) in a.strokes.iter().zip(&b.strokes) {
        assert_eq!(a.len(), b.len());
        for (a, b) in a.iter().zip(b) {
            assert!((a.x - b.x).abs() <= tolerance && (a.y - b.y).abs() <= tolerance);
        }
    }
}

proptest! {
    #[test]
    fn what_is_packed_comes_back_to_a_quarter_of_a_unit(drawing in drawings()) {
        let packed = pack(&drawing);
        let back = unpack(&packed).unwrap();
        assert_near(&drawing, &back, 0.25);
        // And from then on exactly.
        prop_assert_eq!(&pack(&back), &packed);
        prop_assert_eq!(unpack(&pack(&back)).unwrap(), back);
    }

    #[test]
    fn any_coordinates_can_be_packed(
        strokes in prop::collection::vec(
            prop::collection::vec((any::<f32>(), any::<f32>()), 0..8), 0..5),
    ) {
        let point = |(x, y): (f32, f32)| Point::new(x, y);
        let strokes = strokes.into_iter().map(|s| s.into_iter().map(point).collect()).collect();
        let drawing = Drawing::from_strokes(strokes);
        let back = unpack(&pack(&drawing)).unwrap();
        prop_assert_eq!(back.points().count(), drawing.points().count());
    }

    #[test]
    fn no_bytes_do_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(drawing) = unpack(&bytes) {
            prop_assert!(drawing.strokes.iter().map(Vec::len).sum::<usize>() <= 4 * bytes.len());
        }
    }

    #[test]
    fn a_right_beginning_with_wrong_bytes_does_no_harm(
        k in 0_u8..=MOST_BITS, bytes in prop::collection::vec(any::<u8>(), 0..300),
    ) {
        let bytes: Vec<u8> = [VERSION, k].into_iter().chain(bytes).collect();
        let _ = unpack(&bytes);
    }

    #[test]
    fn a_drawing_cut_short_is_refused(drawing in drawings(), part in 0.0_f64..1.0) {
        let packed = pack(&drawing);
        let cut = (packed.len() as f64 * part) as usize;
        prop_assert!(unpack(&packed[..cut]).is_err());
    }

    #[test]
    fn a_flipped_bit_is_refused_or_gives_a_drawing(
        drawing in drawings(), at in any::<prop::sample::Index>(), bit in 0_u8..8,
    ) {
        let mut packed = pack(&drawing);
        let at = at.index(packed.len());
        packed[at] ^= 1 << bit;
        if let Ok(drawing) = unpack(&packed) {
            prop_assert!(drawing.strokes.iter().flatten().all(|point| point.is_usable()));
        }
    }
}

#[test]
fn a_claim_of_many_points_allocates_nothing() {
    // 2^28 - 1 strokes, then 2^28 - 1 points in one stroke.
    let strokes = [VERSION, 3, 0xFF, 0xFF, 0xFF, 0x7F];
    let points = [VERSION, 3, 1, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0];
    assert!(matches!(unpack(&strokes), Err(Error::PackDamaged { .. })));
    assert!(matches!(unpack(&points), Err(Error::PackDamaged { .. })));
}

#[test]
fn a_version_from_the_future_is_named() {
    let error = unpack(&[9, 0, 0]).unwrap_err();
    assert_eq!(
        error,
        Error::PackVersion {
            found: 9,
            expected: 1
        }
    );
    assert!(error.to_string().contains("version 9"));
}

#[test]
fn bytes_after_the_end_are_refused() {
    let mut packed = pack(&crate::writer::exam(1, 1).remove(0).0);
    packed.push(0);
    assert!(unpack(&packed).is_err());
}

#[test]
fn a_blank_drawing_takes_three_bytes() {
    assert_eq!(pack(&Drawing::default()), [VERSION, 0, 0]);
    assert_eq!(unpack(&[VERSION, 0, 0]), Ok(Drawing::default()));
}

#[test]
fn version_1_is_read_for_ever() {
    // Written by this code when version 1 was laid down: two strokes, a corner and a dot.
    let golden = [1, 8, 2, 3, 1, 65, 158, 58, 60, 2, 226, 38, 245, 9, 7, 9];
    let drawing = Drawing::from_strokes(vec![
        vec![
            Point::new(100.0, 250.5),
            Point::new(130.0, 251.0),
            Point::new(131.5, 400.0),
        ],
        vec![Point::new(500.0, 500.0)],
    ]);
    assert_eq!(pack(&drawing), golden);
    assert_eq!(unpack(&golden), Ok(drawing));
}
