use super::*;
use crate::normalize::digit_ink;
use crate::raster::{View, rasterize};
use crate::{Drawing, Rng, writer};
use proptest::prelude::*;

/// Dark on light, the drawing as on the pad, the pen `pen` of the height.
fn picture(drawing: &Drawing, side: usize, pen: f32) -> Vec<u8> {
    let scale = side as f32 / 1000.0;
    let view = View {
        scale,
        dx: 0.0,
        dy: 0.0,
    };
    let ink = rasterize(drawing, &view, side, side, pen * side as f32);
    ink.pixels
        .iter()
        .map(|&coverage| 240 - (coverage / 255 * 200 + coverage % 255 / 2))
        .collect()
}

/// Cosine of the angle between two pictures.
fn likeness(a: &Ink, b: &Ink) -> f64 {
    let dot = |a: &Ink, b: &Ink| -> f64 {
        a.pixels
            .iter()
            .zip(&b.pixels)
            .map(|(&a, &b)| f64::from(a) * f64::from(b))
            .sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

#[test]
fn a_picture_of_a_drawing_gives_the_ink_of_the_drawing_whatever_the_pen() {
    for (drawing, label) in writer::exam(11, 40) {
        let expected = digit_ink(&drawing).unwrap();
        let extent = drawing.bounds().unwrap().side() / 1000.0;
        for pen in [0.02, 0.04, 0.08] {
            let grey = picture(&drawing, 300, pen);
            let ink = picture_ink(300, 300, &grey).unwrap();
            let found = likeness(&ink, &expected);
            // A pen of a fifth of the digit's size closes loops: less can be asked.
            let least = if pen < 0.15 * extent { 0.97 } else { 0.85 };
            assert!(
                found > least,
                "{label}, pen {pen}: {found} {ink:?} {expected:?}"
            );
        }
    }
}

#[test]
fn light_on_dark_is_read_as_dark_on_light() {
    let (drawing, _) = writer::exam(12, 1).remove(0);
    let dark = picture(&drawing, 200, 0.04);
    let light: Vec<u8> = dark.iter().map(|&level| 255 - level).collect();
    assert_eq!(picture_ink(200, 200, &dark), picture_ink(200, 200, &light));
    assert_eq!(
        picture_bits(200, 200, &dark),
        picture_bits(200, 200, &light)
    );
}

#[test]
fn neither_a_shadow_nor_grain_changes_what_is_read() {
    let mut rng = Rng::new(1);
    for (drawing, label) in writer::exam(13, 20) {
        let grey = picture(&drawing, 300, 0.04);
        let spoilt: Vec<u8> = grey
            .iter()
            .enumerate()
            .map(|(at, &level)| {
                let (x, y) = ((at % 300) as f32 / 300.0, (at / 300) as f32 / 300.0);
                let shadow = 70.0 * (0.7 * x + 0.3 * y * y);
                (f32::from(level) * 0.9 - shadow + 5.0 * rng.normal()).clamp(0.0, 255.0) as u8
            })
            .collect();
        let expected = picture_ink(300, 300, &grey).unwrap();
        let found = likeness(&picture_ink(300, 300, &spoilt).unwrap(), &expected);
        assert!(found > 0.97, "{label}: {found}");
    }
}

#[test]
fn dust_and_the_edge_of_the_table_are_left_out() {
    let (drawing, _) = writer::exam(14, 1).remove(0);
    let clean = picture(&drawing, 300, 0.04);
    let mut spoilt = clean.clone();
    for y in 0..300 {
        for x in 0..9 {
            spoilt[y * 300 + x] = 30;
        }
    }
    for (x, y) in [(280, 20), (30, 270), (150, 5)] {
        spoilt[y * 300 + x] = 20;
        spoilt[y * 300 + x + 1] = 20;
    }
    let found = likeness(
        &picture_ink(300, 300, &spoilt).unwrap(),
        &picture_ink(300, 300, &clean).unwrap(),
    );
    assert!(found > 0.97, "{found}");
}

#[test]
fn a_blank_picture_says_so() {
    let mut rng = Rng::new(2);
    let grain: Vec<u8> = (0..10_000)
        .map(|_| (200.0 + 8.0 * rng.normal()) as u8)
        .collect();
    let slope: Vec<u8> = (0..10_000).map(|at| 100 + (at % 100) as u8).collect();
    for grey in [vec![255; 10_000], vec![0; 10_000], grain, slope] {
        assert_eq!(picture_ink(100, 100, &grey), Err(Error::PictureBlank));
        assert_eq!(picture_bits(100, 100, &grey), Err(Error::PictureBlank));
    }
    assert!(Error::PictureBlank.to_string().contains("nothing is drawn"));
}

#[test]
fn a_size_that_does_not_fit_is_named() {
    let error = picture_ink(10, 10, &[0; 99]).unwrap_err();
    let expected = Error::PictureSize {
        width: 10,
        height: 10,
        expected: 100,
        found: 99,
    };
    assert_eq!(error, expected);
    let error = picture_ink(0, 5, &[]).unwrap_err();
    assert!(matches!(error, Error::PictureExtent { width: 0, .. }));
    let error = picture_ink(usize::MAX, usize::MAX, &[]).unwrap_err();
    assert!(matches!(error, Error::PictureExtent { .. }));
    assert!(grey_of_rgba(2, 2, &[0; 15]).is_err());
}

#[test]
fn transparent_is_paper() {
    // Black on transparent, white on transparent, and black on opaque white.
    let ink_at = |at: usize| (40..60).contains(&(at % 100)) && (20..80).contains(&(at / 100));
    let rgba = |ink: u8, alpha: u8| -> Vec<u8> {
        (0..10_000)
            .flat_map(|at| {
                if ink_at(at) {
                    [ink, ink, ink, 255]
                } else {
                    [255 - ink, 0, 9, alpha]
                }
            })
            .collect()
    };
    let read = |rgba: &[u8]| picture_ink(100, 100, &grey_of_rgba(100, 100, rgba).unwrap()).unwrap();
    assert_eq!(read(&rgba(0, 0)), read(&rgba(255, 0)));
    assert!(likeness(&read(&rgba(0, 0)), &read(&rgba(0, 255))) > 0.99);
}

#[test]
fn bits_are_bits_in_the_middle_of_the_pad() {
    for (drawing, label) in writer::exam(15, 20) {
        let grey = picture(&drawing, 200, 0.05);
        let bits = picture_bits(200, 200, &grey).unwrap();
        assert!(bits.pixels.iter().all(|&pixel| pixel == 0 || pixel == 255));
        let expected = crate::pad::pad_bits(&drawing.fit(), 20);
        let found = likeness(&bits, &expected);
        assert!(found > 0.75, "{label}: {found} {bits:?} {expected:?}");
    }
}

#[test]
fn large_pictures_are_read_like_small_ones() {
    let (drawing, _) = writer::exam(16, 1).remove(0);
    let small = picture_ink(350, 350, &picture(&drawing, 350, 0.05)).unwrap();
    let large = picture_ink(1400, 1400, &picture(&drawing, 1400, 0.05)).unwrap();
    assert!(likeness(&small, &large) > 0.98);
}

/// Three bars of 8 x 60 in two lines, on 400 x 300.
fn bars() -> Vec<u8> {
    let mut grey = vec![230; 400 * 300];
    for (left, top) in [(40, 30), (120, 36), (60, 190)] {
        for y in top..top + 60 {
            grey[y * 400 + left..y * 400 + left + 8].fill(40);
        }
    }
    grey
}

fn places(page: &Page) -> Vec<Vec<[i32; 4]>> {
    let place = |mark: &Mark| {
        let a = mark.area();
        [a.x, a.y, a.width, a.height].map(|v| v.round() as i32)
    };
    let lines = page.lines.iter();
    lines.map(|line| line.iter().map(place).collect()).collect()
}

#[test]
fn a_page_is_lines_of_marks_in_reading_order() {
    let found = places(&Page::of(400, 300, &bars()).unwrap());
    assert_eq!(
        found,
        [
            vec![[40, 30, 8, 60], [120, 36, 8, 60]],
            vec![[60, 190, 8, 60]]
        ]
    );
}

#[test]
fn rules_specks_and_the_table_are_no_marks() {
    let clean = places(&Page::of(400, 300, &bars()).unwrap());
    let mut grey = bars();
    for y in 0..300 {
        for x in 0..400 {
            let level = &mut grey[y * 400 + x];
            // Ruled lines that lean; the table along the left edge.
            if (y + x / 30) % 50 == 25 || x < 6 {
                *level = (*level).min(90);
            }
        }
    }
    for (x, y) in [(300, 40), (330, 150), (200, 250)] {
        grey[y * 400 + x] = 30;
        grey[y * 400 + x + 1] = 30;
    }
    let found = places(&Page::of(400, 300, &grey).unwrap());
    assert_eq!(found.len(), clean.len(), "{found:?}");
    for (found, clean) in found.iter().flatten().zip(clean.iter().flatten()) {
        let apart = found.iter().zip(clean).map(|(a, b)| (a - b).abs());
        assert!(apart.max() <= Some(3), "{found:?} {clean:?}");
    }
}

#[test]
fn a_line_that_a_number_parts_is_taken_out_before_it_and_after() {
    // What is left of the number is a fifth of the picture: too short for a printed line by itself.
    let mut grey = vec![230; 400 * 300];
    for top in [40, 90, 140, 190, 240] {
        for x in 0..400 {
            let y = top + x / 60;
            if top != 140 || !(70..150).contains(&x) {
                grey[y * 400 + x..y * 400 + x + 1].fill(150);
                grey[(y + 1) * 400 + x] = 150;
            }
        }
    }
    for left in [80, 120] {
        for y in 110..170 {
            grey[y * 400 + left..y * 400 + left + 8].fill(40);
        }
    }
    let found = places(&Page::of(400, 300, &grey).unwrap());
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].len(), 2, "{found:?}");
    for (found, left) in found[0].iter().zip([80, 120]) {
        let apart = found
            .iter()
            .zip([left, 110, 8, 60])
            .map(|(a, b)| (a - b).abs());
        assert!(apart.max() <= Some(3), "{found:?}");
    }
}

#[test]
fn a_shadow_in_a_corner_is_paper() {
    // It gets darker up to the corner, over 100 pixels.
    let grey: Vec<u8> = (0..400 * 300)
        .map(|at| {
            let away = (at % 400 + at / 400) as f32;
            (220.0 * (0.5 + 0.5 * (away / 100.0).min(1.0))) as u8
        })
        .collect();
    let found = Page::of(400, 300, &grey).map(|page| places(&page));
    assert_eq!(found, Err(Error::PictureBlank));
}

#[test]
fn squared_paper_with_grain_that_leans_is_blank() {
    let mut rng = Rng::new(7);
    let grey: Vec<u8> = (0..800 * 600)
        .map(|at| {
            let (x, y) = (at % 800, at / 800);
            let ruled = (y + x / 20) % 36 < 2 || (x + y / 15) % 36 < 2;
            let level = if ruled { 190.0 } else { 220.0 };
            (level + 4.0 * rng.normal()) as u8
        })
        .collect();
    let found = Page::of(800, 600, &grey).map(|page| places(&page));
    assert_eq!(found, Err(Error::PictureBlank));
}

#[test]
fn a_thousand_specks_are_none_and_a_page_of_print_is_refused() {
    let mut rng = Rng::new(9);
    let (width, height) = (1200, 900);
    let paper = vec![230; width * height];
    let mut specks = paper.clone();
    for _ in 0..1000 {
        let (x, y) = (rng.below(width - 2), rng.below(height - 2));
        for at in [y * width + x, (y + 1) * width + x + 1] {
            specks[at] = 40;
        }
    }
    let found = Page::of(width, height, &specks);
    assert!(!found.is_ok_and(|page| !page.lines.is_empty()));

    // Letters 20 pixels high, 50 a line, 30 lines.
    let mut print = paper;
    for (row, column) in (0..30).flat_map(|row| (0..50).map(move |column| (row, column))) {
        let left = 10 + column * 23 + rng.below(12);
        for y in 0..20 {
            let from = (20 + row * 29 + y) * width + left;
            print[from..from + 3].fill(40);
        }
    }
    let refused = matches!(
        Page::of(width, height, &print),
        Err(Error::PictureCrowded { .. })
    );
    assert!(refused, "a page of print is taken for numbers");
}

#[test]
fn two_bars_that_touch_are_cut_where_the_ink_is_thin() {
    let mut grey = vec![230; 200 * 120];
    for y in 20..80 {
        for x in (40..48).chain(90..98) {
            grey[y * 200 + x] = 40;
        }
    }
    for x in 40..98 {
        grey[50 * 200 + x..50 * 200 + x + 1].fill(40);
        grey[51 * 200 + x] = 40;
    }
    let page = Page::of(200, 120, &grey).unwrap();
    let [mark] = &page.lines[0][..] else {
        panic!("one mark, not {}", page.lines[0].len())
    };
    let pieces = mark.cut(2);
    assert_eq!(pieces.len(), 2);
    assert!(pieces[0].area().x < 42.0 && (47.0..=90.0).contains(&pieces[1].area().x));
    let whole = Mark::joined(&pieces).unwrap();
    assert_eq!(whole.area(), mark.area());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn no_page_does_harm(
        width in 1_usize..90, height in 1_usize..90,
        bytes in prop::collection::vec(any::<u8>(), 8100), few in any::<bool>(), sparse in any::<bool>(),
    ) {
        let level = |(at, &byte): (usize, &u8)| match (few, sparse) {
            (true, _) => byte / 128 * 255,
            // Blocks, as strokes are.
            (false, true) => if bytes[(at / 400) % 8100] > 200 { 20 } else { 220 },
            _ => byte,
        };
        let grey: Vec<u8> = bytes.iter().enumerate().take(width * height).map(level).collect();
        if let Ok(page) = Page::of(width, height, &grey) {
            for mark in page.lines.iter().flatten() {
                let area = mark.area();
                prop_assert!(area.x >= 0.0 && area.x + area.width <= width as f32 + 1.0);
                prop_assert!(area.y >= 0.0 && area.y + area.height <= height as f32 + 1.0);
                for piece in mark.cut(5) {
                    let _ = piece.ink(crate::Recipe::PadBits20);
                }
                let _ = mark.ink(crate::Recipe::PadBits20);
            }
        }
    }
    #[test]
    fn no_picture_does_harm(
        width in 1_usize..24, height in 1_usize..24,
        bytes in prop::collection::vec(any::<u8>(), 576), few in any::<bool>(),
    ) {
        let levels = |&byte: &u8| if few { byte / 128 * 255 } else { byte };
        let grey: Vec<u8> = bytes.iter().take(width * height).map(levels).collect();
        if let Ok(ink) = picture_ink(width, height, &grey) {
            prop_assert_eq!(ink.pixels.len(), 784);
            prop_assert!(!ink.is_blank());
        }
    }
}
