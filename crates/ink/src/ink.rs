//! Ink as pixels.

/// A small picture of how much of each pixel is inked.
#[derive(Clone, PartialEq, Eq)]
pub struct Ink {
    /// Pixels across.
    pub width: usize,
    /// Pixels down.
    pub height: usize,
    /// Coverage, row after row from the top left; 0 is bare paper, 255 is ink all over.
    pub pixels: Vec<u8>,
}

impl Ink {
    /// A picture of this size without ink.
    #[must_use]
    pub fn blank(width: usize, height: usize) -> Self {
        Self {
            width,
            height,
            pixels: vec![0; width.saturating_mul(height)],
        }
    }

    /// Whether there is no ink at all.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.pixels.iter().all(|&pixel| pixel == 0)
    }

    /// The sum of all coverage, in pixels that are inked all over.
    #[must_use]
    pub fn mass(&self) -> f32 {
        let sum: u64 = self.pixels.iter().map(|&pixel| u64::from(pixel)).sum();
        sum as f32 / 255.0
    }

    /// The center of mass in pixels from the top left corner (the middle of the first pixel is
    /// at one half), or `None` where there is no ink.
    ///
    /// Sums are whole numbers, so the result does not depend on the order in which the strokes
    /// were drawn.
    #[must_use]
    pub fn center_of_mass(&self) -> Option<(f32, f32)> {
        center_of_mass(&self.pixels, self.width)
    }

    /// Coverage as numbers from 0 to 1, row after row: what a network takes.
    #[must_use]
    pub fn to_unit(&self) -> Vec<f32> {
        self.pixels
            .iter()
            .map(|&pixel| f32::from(pixel) * (1.0 / 255.0))
            .collect()
    }
}

impl std::fmt::Debug for Ink {
    /// The ink as a picture in letters, so that a failing test shows what it saw.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "Ink {}x{}", self.width, self.height)?;
        for row in self.pixels.chunks(self.width.max(1)) {
            for &pixel in row {
                let shade = match pixel {
                    0 => '.',
                    1..=84 => '-',
                    85..=169 => '+',
                    _ => '#',
                };
                write!(f, "{shade}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

/// [`Ink::center_of_mass`] of pixels that no [`Ink`] owns.
pub(crate) fn center_of_mass(pixels: &[u8], width: usize) -> Option<(f32, f32)> {
    let (mut mass, mut across, mut down) = (0_u64, 0_u64, 0_u64);
    for (y, row) in pixels.chunks(width.max(1)).enumerate() {
        let mut row_mass = 0_u64;
        for (x, &pixel) in row.iter().enumerate() {
            row_mass += u64::from(pixel);
            across += u64::from(pixel) * x as u64;
        }
        mass += row_mass;
        down += row_mass * y as u64;
    }
    if mass == 0 {
        return None;
    }
    // Sums of a 28x28 picture are below 2^24 and so exact in f32; larger ones are rounded once.
    let mass = mass as f32;
    Some((across as f32 / mass + 0.5, down as f32 / mass + 0.5))
}
