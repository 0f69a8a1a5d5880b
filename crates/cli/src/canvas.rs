//! A grey picture to draw on: squares, lines and a few words in letters of 3 x 5 dots.

use crate::error::Error;

/// Pixels of a letter's dot.
const DOT: usize = 2;

/// From one letter to the next, in pixels.
pub const LETTER: usize = 5 * DOT;

/// Letters as 3 x 5 dots, a row an octal digit.
const FONT: [(char, u16); 39] = [
    ('0', 0o75557),
    ('1', 0o26227),
    ('2', 0o71747),
    ('3', 0o71717),
    ('4', 0o55711),
    ('5', 0o74717),
    ('6', 0o74757),
    ('7', 0o71122),
    ('8', 0o75757),
    ('9', 0o75717),
    ('>', 0o42124),
    ('.', 0o00002),
    ('%', 0o51245),
    ('A', 0o25755),
    ('B', 0o65656),
    ('C', 0o34443),
    ('D', 0o65556),
    ('E', 0o74647),
    ('F', 0o74644),
    ('G', 0o34553),
    ('H', 0o55755),
    ('I', 0o72227),
    ('J', 0o11152),
    ('K', 0o55655),
    ('L', 0o44447),
    ('M', 0o57755),
    ('N', 0o65555),
    ('O', 0o25552),
    ('P', 0o65644),
    ('Q', 0o25563),
    ('R', 0o65655),
    ('S', 0o34216),
    ('T', 0o72222),
    ('U', 0o55557),
    ('V', 0o55522),
    ('W', 0o55775),
    ('X', 0o55255),
    ('Y', 0o55222),
    ('Z', 0o71247),
];

/// The picture.
pub struct Canvas {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
}

impl Canvas {
    /// A picture all of one grey.
    pub fn new(width: usize, height: usize, paper: u8) -> Self {
        Self {
            width,
            height,
            pixels: vec![paper; width * height],
        }
    }

    /// A square; what would lie outside is left out.
    pub fn square(&mut self, left: usize, top: usize, side: usize, value: u8) {
        for y in top..(top + side).min(self.height) {
            for x in left..(left + side).min(self.width) {
                if let Some(pixel) = self.pixels.get_mut(y * self.width + x) {
                    *pixel = value;
                }
            }
        }
    }

    /// A line two pixels wide between two places; of `dash` pixels every second `dash` is left
    /// out, none where it is 0.
    pub fn line(&mut self, from: (f64, f64), to: (f64, f64), value: u8, dash: usize) {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let steps = dx.hypot(dy).ceil().max(1.0) as usize;
        for step in 0..=steps {
            if dash > 0 && step / dash % 2 == 1 {
                continue;
            }
            let along = step as f64 / steps as f64;
            let (x, y) = (from.0 + dx * along, from.1 + dy * along);
            if x >= 0.0 && y >= 0.0 {
                self.square(x as usize, y as usize, 2, value);
            }
        }
    }

    /// Words; letters that the font lacks stay empty.
    pub fn text(&mut self, left: usize, top: usize, text: &str) {
        for (place, letter) in text.chars().enumerate() {
            let letter = letter.to_ascii_uppercase();
            let dots = FONT
                .iter()
                .find(|(known, _)| *known == letter)
                .map_or(0, |(_, dots)| *dots);
            for bit in (0..15).filter(|bit| dots >> (14 - bit) & 1 == 1) {
                self.square(
                    left + place * LETTER + bit % 3 * DOT,
                    top + bit / 3 * DOT,
                    DOT,
                    0,
                );
            }
        }
    }

    /// The picture as a file.
    ///
    /// # Errors
    /// Where it cannot be encoded.
    pub fn png(&self) -> Result<Vec<u8>, Error> {
        let failed = |error: png::EncodingError| {
            Error::Failed(format!("The picture cannot be encoded: {error}"))
        };
        let mut bytes = Vec::new();
        let mut encoder = png::Encoder::new(&mut bytes, self.width as u32, self.height as u32);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::Eight);
        let mut writer = encoder.write_header().map_err(failed)?;
        writer.write_image_data(&self.pixels).map_err(failed)?;
        writer.finish().map_err(failed)?;
        Ok(bytes)
    }
}
