//! Drawings in few bytes, for the memory of examples and for files.
//!
//! Coordinates are rounded to half a unit. A point is stored as its distance from where the last
//! two would lead (a pen goes on as it went), zigzagged, Rice coded (Rice & Plaunt 1971) with a
//! parameter for the whole drawing. Layout:
//!
//! ```text
//! version u8 = 1 │ k u8 │ strokes varint │ points of each stroke, varints │ bits, first bit lowest
//! ```
//!
//! and per coordinate: `q` ones and a zero, then the `k` low bits; or `ESCAPE` ones and 32 bits.

use crate::{Drawing, Error, Point, varint};

const VERSION: u8 = 1;

/// Steps per pad unit.
const STEPS: f32 = 2.0;

/// So many ones announce a number written out in 32 bits.
const ESCAPE: u32 = 20;

/// The largest Rice parameter: beyond it the escape is shorter.
const MOST_BITS: u8 = 22;

/// A drawing as bytes. Each coordinate is kept to a quarter of a unit; unusable points (see
/// [`Point::is_usable`]) and empty strokes are left out.
#[must_use]
pub fn pack(drawing: &Drawing) -> Vec<u8> {
    let strokes: Vec<Vec<(i32, i32)>> = drawing
        .strokes
        .iter()
        .map(|stroke| {
            stroke
                .iter()
                .filter(|point| point.is_usable())
                .map(|&point| steps(point))
                .collect()
        })
        .filter(|stroke: &Vec<_>| !stroke.is_empty())
        .collect();

    let mut residuals = Vec::new();
    let mut pen = Prediction::default();
    for stroke in &strokes {
        pen.lift();
        for &(x, y) in stroke {
            let (guess_x, guess_y) = pen.guess();
            residuals.push(zigzag(x.wrapping_sub(guess_x)));
            residuals.push(zigzag(y.wrapping_sub(guess_y)));
            pen.moved_to(x, y);
        }
    }
    let size = |k: u8| {
        residuals
            .iter()
            .map(|&value| code_length(value, k))
            .sum::<u64>()
    };
    let k = (0..=MOST_BITS).min_by_key(|&k| size(k)).unwrap_or(0);

    let mut bytes = vec![VERSION, k];
    varint::put(&mut bytes, strokes.len());
    for stroke in &strokes {
        varint::put(&mut bytes, stroke.len());
    }
    let mut writer = BitWriter { bytes, spare: 0 };
    for &value in &residuals {
        let quotient = value >> k;
        if quotient < ESCAPE {
            writer.ones(quotient);
            writer.bits(0, 1);
            writer.bits(value, k.into());
        } else {
            writer.ones(ESCAPE);
            writer.bits(value, 32);
        }
    }
    writer.bytes
}

/// The drawing of packed bytes, as [`pack`] writes them.
///
/// # Errors
/// [`Error::PackVersion`] for a version from the future, [`Error::PackDamaged`] for bytes that
/// are no packed drawing. Nothing is allocated that the bytes could not fill: a point takes at
/// least two bits, a stroke at least a byte.
pub fn unpack(bytes: &[u8]) -> Result<Drawing, Error> {
    let mut reader = Reader {
        bytes,
        at: 0,
        bit: 0,
    };
    let version = reader.byte("a version")?;
    if version != VERSION {
        return Err(Error::PackVersion {
            found: version,
            expected: VERSION,
        });
    }
    let k = reader.byte("a Rice parameter")?;
    if k > MOST_BITS {
        return Err(reader.damaged("a Rice parameter of at most 22"));
    }
    let strokes = reader.varint("the number of strokes")?;
    if strokes > reader.left() {
        return Err(reader.damaged("a number of strokes that fits"));
    }
    let mut lengths = Vec::with_capacity(strokes);
    let mut points = 0_usize;
    for _ in 0..strokes {
        let length = reader.varint("the length of a stroke")?;
        points = points.saturating_add(length);
        if length == 0 || points > reader.left().saturating_mul(4) {
            return Err(reader.damaged("a length of a stroke that fits"));
        }
        lengths.push(length);
    }
    // The lengths that follow a long one take bytes that its points cannot have.
    if points > reader.left().saturating_mul(4) {
        return Err(reader.damaged("as many points as promised"));
    }

    let mut pen = Prediction::default();
    let mut strokes = Vec::with_capacity(lengths.len());
    for length in lengths {
        let mut stroke = Vec::with_capacity(length);
        pen.lift();
        for _ in 0..length {
            let (guess_x, guess_y) = pen.guess();
            let x = guess_x.wrapping_add(unzigzag(reader.rice(k)?));
            let y = guess_y.wrapping_add(unzigzag(reader.rice(k)?));
            pen.moved_to(x, y);
            let point = Point::new(x as f32 / STEPS, y as f32 / STEPS);
            if !point.is_usable() {
                return Err(reader.damaged("a point on or near the pad"));
            }
            stroke.push(point);
        }
        strokes.push(stroke);
    }
    if reader.left() > 0 {
        return Err(reader.damaged("the end"));
    }
    Ok(Drawing { strokes })
}

fn steps(point: Point) -> (i32, i32) {
    // Half up; within +-2,000,000 by `is_usable`.
    let step = |value: f32| libm::floorf(value * STEPS + 0.5) as i32;
    (step(point.x), step(point.y))
}

/// The place where the pen should be next. Wrapping arithmetic: damaged bytes may lead anywhere.
#[derive(Default)]
struct Prediction {
    at: (i32, i32),
    speed: (i32, i32),
    down: bool,
}

impl Prediction {
    fn lift(&mut self) {
        self.down = false;
        self.speed = (0, 0);
    }

    fn guess(&self) -> (i32, i32) {
        (
            self.at.0.wrapping_add(self.speed.0),
            self.at.1.wrapping_add(self.speed.1),
        )
    }

    fn moved_to(&mut self, x: i32, y: i32) {
        if self.down {
            self.speed = (x.wrapping_sub(self.at.0), y.wrapping_sub(self.at.1));
        }
        self.at = (x, y);
        self.down = true;
    }
}

fn zigzag(value: i32) -> u32 {
    ((value << 1) ^ (value >> 31)) as u32
}

fn unzigzag(value: u32) -> i32 {
    (value >> 1) as i32 ^ -((value & 1) as i32)
}

fn code_length(value: u32, k: u8) -> u64 {
    let quotient = value >> k;
    if quotient < ESCAPE {
        u64::from(quotient) + 1 + u64::from(k)
    } else {
        u64::from(ESCAPE) + 32
    }
}

struct BitWriter {
    bytes: Vec<u8>,
    /// Bits still free in the last byte.
    spare: u32,
}

impl BitWriter {
    fn bits(&mut self, value: u32, count: u32) {
        for at in 0..count {
            if self.spare == 0 {
                self.bytes.push(0);
                self.spare = 8;
            }
            if let Some(last) = self.bytes.last_mut() {
                *last |= (((value >> at) & 1) as u8) << (8 - self.spare);
            }
            self.spare -= 1;
        }
    }

    fn ones(&mut self, count: u32) {
        self.bits(u32::MAX, count);
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Bits already taken from the byte before `at`, or 0 at its end.
    bit: u32,
}

impl Reader<'_> {
    fn damaged(&self, what: &'static str) -> Error {
        Error::PackDamaged {
            what,
            at: self.at,
            length: self.bytes.len(),
        }
    }

    fn left(&self) -> usize {
        self.bytes.len() - self.at
    }

    fn byte(&mut self, what: &'static str) -> Result<u8, Error> {
        let byte = *self.bytes.get(self.at).ok_or_else(|| self.damaged(what))?;
        self.at += 1;
        Ok(byte)
    }

    fn varint(&mut self, what: &'static str) -> Result<usize, Error> {
        let mut rest = self.bytes.get(self.at..).unwrap_or_default();
        let value = varint::take(&mut rest);
        self.at = self.bytes.len() - rest.len();
        value.ok_or_else(|| self.damaged(what))
    }

    fn bit(&mut self) -> Result<u32, Error> {
        if self.bit == 0 {
            self.byte("another point")?;
            self.bit = 8;
        }
        let byte = self.bytes.get(self.at - 1).copied().unwrap_or(0);
        let bit = u32::from(byte) >> (8 - self.bit);
        self.bit -= 1;
        Ok(bit & 1)
    }

    fn bits(&mut self, count: u32) -> Result<u32, Error> {
        let mut value = 0;
        for at in 0..count {
            value |= self.bit()? << at;
        }
        Ok(value)
    }

    fn rice(&mut self, k: u8) -> Result<u32, Error> {
        let mut quotient = 0;
        while self.bit()? == 1 {
            quotient += 1;
            if quotient == ESCAPE {
                return self.bits(32);
            }
        }
        Ok((quotient << k) | self.bits(k.into())?)
    }
}

#[cfg(test)]
mod tests;
