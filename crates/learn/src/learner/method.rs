//! The numbers that decide how memory speaks, and how weights learn from it where they leave without it.

/// What learning is made of; `trazo eval --teach --method` compares others with what won.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Method {
    /// How loudly what was taught votes, as a share of the network's usual logit margin; 0 is never, and then nobody votes.
    pub taught: f32,
    /// How loudly the hand votes.
    pub hand: f32,
    /// What a digit that the hand knows loses where a drawing is like none of them, as a share of the usual margin.
    pub unlike: f32,
    /// How quickly likeness ends, as a cosine: see [`super::votes`].
    pub width: f32,
    /// How much likeness it takes to be heard.
    pub floor: f32,
    /// How much more than the person's drawings what is usual counts, where a drawing is like both.
    pub base: f32,
    /// The margin of the network alone, as a share of its usual one, at which memory is half as loud.
    pub quiet: f32,
    /// How quickly likeness to a symbol ends, as a cosine: see [`super::votes`]; 0 for a network that can read none.
    pub symbol_width: f32,
    /// What is less like a symbol than this, as a cosine, is none.
    pub symbol_from: f32,
    /// So much more like a symbol than like the nearest drawing of base memory, as a cosine, need it not be.
    pub symbol_usual: f32,
    /// The margin of the network alone, as a share of its usual one, that a symbol must be so much more alike to overcome.
    pub symbol_quiet: f32,
    /// What is added to the covariance of base memory, as a share of the mean variance.
    pub ridge: f32,
    /// Weights that learn take at most so many steps.
    pub most_steps: u32,
    /// To them a drawing counts as learned from this chance on.
    pub learned_from: f32,
    /// Digits of the synthetic writer in base memory.
    pub base_digits: usize,
}

impl Method {
    /// What won for the convolutional network.
    pub const DIGITS: Method = Method {
        taught: 6.0,
        hand: 2.5,
        unlike: 0.12,
        width: 0.12,
        floor: 0.02,
        base: 3.0,
        quiet: 0.53,
        symbol_width: 0.08,
        symbol_from: 0.4,
        symbol_usual: 0.15,
        symbol_quiet: 0.3,
        ridge: 1.0,
        most_steps: 120,
        learned_from: 0.9,
        base_digits: 1_000,
    };

    /// What won for the classic network.
    pub const CLASSIC: Method = Method {
        // It sees position and shape at once: of what is a little like another it knows little.
        taught: 5.3,
        hand: 2.7,
        unlike: 0.0,
        width: 0.1,
        floor: 0.05,
        base: 1.0,
        quiet: 2.0,
        // Its hundred units tell letters from digits no better than a guess: a tenth of real digits would be taken for one.
        symbol_width: 0.0,
        // Ten sigmoid units saturate: a little more than sure costs twice as much of the exam.
        learned_from: 0.65,
        ..Method::DIGITS
    };
}
