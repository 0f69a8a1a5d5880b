//! What a pen leaves behind: points, strokes, drawings.

/// Side of the pad in pad units.
pub const PAD: f32 = 1000.0;

/// Width of the pen on the pad, in pad units.
pub const PEN: f32 = 100.0;

/// Points further than this from the origin on either axis are taken for garbage and left out.
///
/// A thousand pads away: no pen gets there, and `f32` still resolves a sixteenth of a unit.
pub const LIMIT: f32 = 1.0e6;

/// The longer side that [`Drawing::fit`] gives a drawing, in pad units.
const FITTED_SIDE: f32 = 700.0;

/// A place on the pad, in pad units, y downwards.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// Distance from the pad's left edge, to the right.
    pub x: f32,
    /// Distance from the pad's upper edge, downwards.
    pub y: f32,
}

impl Point {
    /// The point `(x, y)`.
    #[must_use]
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// Whether both coordinates are numbers no further than [`LIMIT`] from the origin.
    #[must_use]
    pub fn is_usable(self) -> bool {
        // NaN compares false.
        self.x.abs() <= LIMIT && self.y.abs() <= LIMIT
    }
}

/// Strokes in the order in which they were drawn; each is one pen-down to pen-up.
///
/// Any content is allowed, so that nothing that a browser or a file delivers can do harm:
/// unusable points (see [`Point::is_usable`]) and empty strokes are left out wherever a drawing
/// is measured or drawn.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Drawing {
    /// The strokes, in the order in which they were drawn: `strokes[stroke][point]`.
    pub strokes: Vec<Vec<Point>>,
}

impl Drawing {
    /// A drawing of the given strokes, whatever they hold.
    #[must_use]
    pub const fn from_strokes(strokes: Vec<Vec<Point>>) -> Self {
        Self { strokes }
    }

    /// The usable points, stroke after stroke.
    pub fn points(&self) -> impl Iterator<Item = Point> + '_ {
        self.strokes
            .iter()
            .flatten()
            .copied()
            .filter(|point| point.is_usable())
    }

    /// Whether there is nothing to draw: no usable point at all.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.points().next().is_none()
    }

    /// The smallest box around the usable points (of the center line: the pen's width is not
    /// in it), or `None` where there is no such point.
    #[must_use]
    pub fn bounds(&self) -> Option<Bounds> {
        let mut points = self.points();
        let first = points.next()?;
        let mut bounds = Bounds {
            left: first.x,
            top: first.y,
            right: first.x,
            bottom: first.y,
        };
        for point in points {
            bounds.include(point);
        }
        Some(bounds)
    }

    /// A drawing with as many strokes and points, each point where `place` puts it.
    #[must_use]
    pub fn map(&self, mut place: impl FnMut(Point) -> Point) -> Self {
        let strokes = self
            .strokes
            .iter()
            .map(|stroke| stroke.iter().map(|&p| place(p)).collect())
            .collect();
        Self { strokes }
    }

    /// A drawing in any unit (a tablet's, a screen's) brought onto the pad: bounding box in the
    /// middle, its longer side 700 units, proportions kept, unusable points and empty strokes
    /// left out. A drawing without extent (a dot) becomes a dot in the middle.
    #[must_use]
    pub fn fit(&self) -> Self {
        let Some(bounds) = self.bounds() else {
            return Self::default();
        };
        let side = bounds.side();
        let scale = if side > 0.0 { FITTED_SIDE / side } else { 1.0 };
        let scale = if scale.is_finite() { scale } else { 1.0 };
        let middle = bounds.middle();
        let strokes = self
            .strokes
            .iter()
            .map(|stroke| {
                stroke
                    .iter()
                    .filter(|point| point.is_usable())
                    .map(|point| {
                        Point::new(
                            (point.x - middle.x) * scale + PAD / 2.0,
                            (point.y - middle.y) * scale + PAD / 2.0,
                        )
                    })
                    .collect::<Vec<_>>()
            })
            .filter(|stroke| !stroke.is_empty())
            .collect();
        Self { strokes }
    }
}

/// A box with sides along the axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Smallest x.
    pub left: f32,
    /// Smallest y.
    pub top: f32,
    /// Largest x.
    pub right: f32,
    /// Largest y.
    pub bottom: f32,
}

impl Bounds {
    /// Grows the box so that it holds `point`.
    pub fn include(&mut self, point: Point) {
        self.left = self.left.min(point.x);
        self.top = self.top.min(point.y);
        self.right = self.right.max(point.x);
        self.bottom = self.bottom.max(point.y);
    }

    /// The smallest box around both.
    #[must_use]
    pub fn with(mut self, other: Self) -> Self {
        self.include(Point::new(other.left, other.top));
        self.include(Point::new(other.right, other.bottom));
        self
    }

    /// Width of the box: largest minus smallest x.
    #[must_use]
    pub fn width(&self) -> f32 {
        self.right - self.left
    }

    /// Height of the box: largest minus smallest y.
    #[must_use]
    pub fn height(&self) -> f32 {
        self.bottom - self.top
    }

    /// The longer of the box's two sides.
    #[must_use]
    pub fn side(&self) -> f32 {
        self.width().max(self.height())
    }

    /// The center of the box.
    #[must_use]
    pub fn middle(&self) -> Point {
        Point::new(
            (self.left + self.right) * 0.5,
            (self.top + self.bottom) * 0.5,
        )
    }
}
