//! The difference of two states of learned numbers, in few bytes.

use trazo_ink::varint;

/// The exclusive or of two states of so many words, its bytes apart: of all words the highest, then the next, ….
#[derive(Debug, PartialEq)]
pub(crate) struct Change {
    planes: Vec<u8>,
}

impl Change {
    /// No difference.
    pub fn none(words: usize) -> Self {
        Self {
            planes: vec![0; 4 * words],
        }
    }

    pub fn between(before: &[u32], after: &[u32]) -> Self {
        let xor = || before.iter().zip(after).map(|(a, b)| a ^ b);
        let planes = (0..4)
            .rev()
            .flat_map(|byte| xor().map(move |word| (word >> (8 * byte)) as u8));
        Self {
            planes: planes.collect(),
        }
    }

    /// Applies a packed change on top of this one. `None` where the bytes are not what [`pack`](Self::pack) writes for so
    /// many words; then this one is of no use any more. What did not change costs no time.
    pub fn add(&mut self, packed: &[u8]) -> Option<()> {
        let mut at = 0;
        let end = parse(packed, self.planes.len(), |zeros, bytes| {
            at += zeros;
            let planes = self.planes.iter_mut().skip(at);
            planes.zip(bytes).for_each(|(plane, byte)| *plane ^= byte);
            at += bytes.len();
        })?;
        (end == self.planes.len()).then_some(())
    }

    /// Pairs of runs: so many zeros, so many bytes, those bytes. Lengths are LEB128.
    pub fn pack(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let mut rest = self.planes.as_slice();
        while !rest.is_empty() {
            let zeros = rest.iter().take_while(|&&byte| byte == 0).count();
            let (_, tail) = rest.split_at(zeros);
            // A lone zero between others costs less than two lengths.
            let literal = tail.windows(3).position(|three| three == [0, 0, 0]);
            let (bytes, tail) = tail.split_at(literal.unwrap_or(tail.len()));
            varint::put(&mut out, zeros);
            varint::put(&mut out, bytes.len());
            out.extend_from_slice(bytes);
            rest = tail;
        }
        out
    }

    /// The words' differences.
    pub fn words(&self) -> impl Iterator<Item = u32> {
        let words = self.planes.len() / 4;
        let byte = move |plane: usize, word: usize| self.planes.get(plane * words + word);
        (0..words).map(move |word| {
            u32::from_be_bytes([0, 1, 2, 3].map(|plane| byte(plane, word).copied().unwrap_or(0)))
        })
    }
}

/// Whether a packed change is one of so many words.
pub(super) fn fits(packed: &[u8], words: usize) -> bool {
    parse(packed, 4 * words, |_, _| ()) == Some(4 * words)
}

/// Goes through the runs; gives where they end, `None` where that is beyond `most` or they cannot be read.
fn parse(mut packed: &[u8], most: usize, mut run: impl FnMut(usize, &[u8])) -> Option<usize> {
    let mut end = 0;
    while !packed.is_empty() {
        let zeros = varint::take(&mut packed)?;
        let (bytes, rest) = {
            let literal = varint::take(&mut packed)?;
            packed.split_at_checked(literal)?
        };
        end += zeros + bytes.len();
        if end > most {
            return None;
        }
        run(zeros, bytes);
        packed = rest;
    }
    Some(end)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_packed_comes_back(words in prop::collection::vec(prop_oneof![Just(0_u32), any::<u32>(), 0..500_u32], 0..300)) {
            let change = Change::between(&vec![0; words.len()], &words);
            let packed = change.pack();
            prop_assert!(fits(&packed, words.len()) && (!fits(&packed, words.len() + 1) || words.is_empty() && packed.is_empty()));
            let mut again = Change::none(words.len());
            again.add(&packed).expect("it fits");
            prop_assert_eq!(again.words().collect::<Vec<_>>(), words);
            again.add(&packed).expect("it fits");
            prop_assert_eq!(again.pack(), Change::none(again.planes.len() / 4).pack());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..60), words in 0..40_usize) {
            let added = Change::none(words).add(&bytes);
            prop_assert_eq!(added.is_some(), fits(&bytes, words));
        }
    }
}
