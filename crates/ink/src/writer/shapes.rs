//! The shapes that the ten digits come in.
//!
//! Shares follow what is found among the pen digits and in MNIST, with the rarer forms made a
//! little more frequent.

use crate::Rng;

macro_rules! shapes {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $share:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])* $variant,)* }

        impl $name {
            /// All shapes of this digit, with their shares.
            pub const ALL: &'static [(Self, f32)] = &[$((Self::$variant, $share),)*];

            /// A shape drawn by lot, as often as its share says.
            #[must_use]
            pub fn random(rng: &mut Rng) -> Self {
                let total: f32 = Self::ALL.iter().map(|(_, share)| share).sum();
                let mut left = total * rng.unit();
                for &(shape, share) in Self::ALL {
                    left -= share;
                    if left < 0.0 {
                        return shape;
                    }
                }
                Self::ALL[0].0
            }
        }
    };
}

shapes! {
    /// Shapes of a zero.
    Zero {
        /// An oval.
        Plain = 80.0,
        /// An oval with a slash through it.
        Slashed = 14.0,
        /// An oval whose end runs over its beginning into a loop or tail.
        Looped = 8.0,
    }
}

shapes! {
    /// Shapes of a one.
    One {
        /// A stick.
        Stick = 40.0,
        /// A stick with a flag.
        Flag = 36.0,
        /// A stick with a flag and a base line.
        FlagAndBase = 16.0,
        /// A stick with a base line.
        Base = 2.0,
        /// A flag nearly as long as the stick, as in much of Europe.
        LongFlag = 10.0,
    }
}

shapes! {
    /// Shapes of a two.
    Two {
        /// A hook and a base line that meet in a corner.
        Plain = 45.0,
        /// A loop at the bottom left.
        Looped = 35.0,
        /// Like a Z with a rounded shoulder.
        Angular = 20.0,
    }
}

shapes! {
    /// Shapes of a three.
    Three {
        /// Two bows that meet in a cusp.
        Round = 60.0,
        /// A flat top.
        Flat = 18.0,
        /// Two bows with a little loop between them.
        Looped = 22.0,
    }
}

shapes! {
    /// Shapes of a four.
    Four {
        /// Open at the top, in two strokes.
        Open = 50.0,
        /// Closed, in two strokes.
        Closed = 28.0,
        /// Open, without lifting the pen: like a y.
        OneStroke = 12.0,
        /// Closed, without lifting the pen.
        ClosedOneStroke = 10.0,
    }
}

shapes! {
    /// Shapes of a five.
    Five {
        /// Body first, then the hat.
        TwoStrokes = 52.0,
        /// Begun at the hat, with corners.
        OneStroke = 30.0,
        /// Like an S.
        Swung = 18.0,
    }
}

shapes! {
    /// Shapes of a six.
    Six {
        /// A bow that ends in a loop.
        Plain = 60.0,
        /// A nearly straight stem and a small loop.
        Straight = 25.0,
        /// A bow that begins with a hook.
        Hooked = 15.0,
    }
}

shapes! {
    /// Shapes of an eight.
    Eight {
        /// Begun at the top right, first to the left, as an S.
        OneStroke = 55.0,
        /// Begun at the top left, first to the right, as a mirrored S.
        Mirrored = 17.0,
        /// One circle on another.
        TwoCircles = 16.0,
        /// Begun at the crossing.
        FromCrossing = 12.0,
    }
}

shapes! {
    /// Shapes of a nine.
    Nine {
        /// A straight stem.
        Straight = 50.0,
        /// A tail that bends to the left.
        Curved = 34.0,
        /// A circle, then a stick.
        TwoStrokes = 16.0,
    }
}

/// Shapes of a seven.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seven {
    /// A bar through the stem.
    pub crossed: bool,
    /// A little stroke at the beginning of the top.
    pub serif: bool,
}

impl Seven {
    /// A shape drawn by lot: crossed in two of five, with a serif in one of four.
    #[must_use]
    pub fn random(rng: &mut Rng) -> Self {
        Self {
            crossed: rng.chance(0.4),
            serif: rng.chance(0.25),
        }
    }
}
