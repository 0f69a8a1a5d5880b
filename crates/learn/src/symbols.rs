//! The person's own symbols: classes that the network does not know and memory alone reads.

use crate::error::Error;
use crate::reading::DIGITS;

/// So many symbols a person can have.
pub const MOST_SYMBOLS: usize = 50;
/// The longest name, in letters.
pub const LONGEST_NAME: usize = 20;
/// The largest label: one more says «no digit».
const LAST_LABEL: u8 = u8::MAX - 1;
/// Keys that mean something else on the page: undo and clear.
const TAKEN: [char; 4] = ['z', 'Z', 'c', 'C'];

/// A class of the person's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// Its label, from [`DIGITS`] on; it stays as long as the symbol does.
    pub label: u8,
    /// What it is called, and shown as: no other is called so, and it is no digit.
    pub name: String,
    /// The key that says «it was this one».
    pub key: Option<char>,
}

/// What cannot be a symbol.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SymbolFault {
    /// The name is empty, or nothing of it can be seen.
    NoName,
    /// The name has more letters than [`LONGEST_NAME`].
    LongName,
    /// The name has a line break, or what turns the writing around it.
    StrangeName,
    /// Another one, or a digit, is called so.
    NameTaken,
    /// The key is a digit, another symbol's, or means something else.
    KeyTaken,
    /// There are [`MOST_SYMBOLS`] already.
    TooMany,
    /// Its label is a digit's, or another symbol's.
    LabelTaken,
}

impl SymbolFault {
    /// A stable name in kebab-case.
    pub fn code(self) -> &'static str {
        match self {
            Self::NoName => "symbol-no-name",
            Self::LongName => "symbol-long-name",
            Self::StrangeName => "symbol-strange-name",
            Self::NameTaken => "symbol-name-taken",
            Self::KeyTaken => "symbol-key-taken",
            Self::TooMany => "too-many-symbols",
            Self::LabelTaken => "bad-label",
        }
    }
}

impl std::fmt::Display for SymbolFault {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.write_str(match self {
            Self::NoName => "a symbol needs a name that can be seen",
            Self::LongName => "a symbol's name has 20 letters at most",
            Self::StrangeName => "a symbol's name is one line of plain text",
            Self::NameTaken => "a digit or another symbol is called so",
            Self::KeyTaken => "this key already means something else",
            Self::TooMany => "there are 50 symbols already, and no more can be had",
            Self::LabelTaken => "two symbols have one label",
        })
    }
}

/// A name as it is kept: without spaces around it.
fn name_of(name: &str) -> Result<&str, SymbolFault> {
    let name = name.trim();
    let unseen = |letter: char| matches!(letter, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}'..='\u{2064}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}');
    let turns = |letter: char| {
        letter.is_control() || matches!(letter, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if name.chars().nth(LONGEST_NAME).is_some() {
        Err(SymbolFault::LongName)
    } else if name.chars().any(turns) {
        Err(SymbolFault::StrangeName)
    } else if name
        .chars()
        .all(|letter| unseen(letter) || letter.is_whitespace())
    {
        Err(SymbolFault::NoName)
    } else {
        Ok(name)
    }
}

/// The key that a name offers: itself, where it is one letter.
#[must_use]
pub fn key_of(name: &str) -> Option<char> {
    let mut letters = name.trim().chars();
    letters.next().filter(|_| letters.next().is_none())
}

impl Symbol {
    /// A symbol beside `others`.
    ///
    /// # Errors
    /// [`Error::Symbol`] where it cannot be one.
    pub(crate) fn new(
        label: u8,
        name: &str,
        key: Option<char>,
        others: &[Symbol],
    ) -> Result<Self, Error> {
        let mut others = others.iter().filter(|other| other.label != label);
        let name = name_of(name)?;
        let digit = matches!(name.as_bytes(), [b'0'..=b'9']);
        let no_key = |key: char| {
            key.is_ascii_digit() || key.is_control() || key.is_whitespace() || TAKEN.contains(&key)
        };
        if digit || others.clone().any(|other| other.name == name) {
            return Err(SymbolFault::NameTaken.into());
        }
        if key.is_some_and(no_key) || (key.is_some() && others.any(|other| other.key == key)) {
            return Err(SymbolFault::KeyTaken.into());
        }
        Ok(Self {
            label,
            name: name.to_owned(),
            key,
        })
    }

    /// Checks all of them together.
    ///
    /// # Errors
    /// [`Error::Symbol`] where one cannot be a symbol beside the others.
    pub(crate) fn check(all: &[Symbol]) -> Result<(), Error> {
        if all.len() > MOST_SYMBOLS {
            return Err(SymbolFault::TooMany.into());
        }
        for (at, symbol) in all.iter().enumerate() {
            let before = all.get(..at).unwrap_or_default();
            let taken = before.iter().any(|other| other.label == symbol.label);
            if taken || usize::from(symbol.label) < DIGITS || symbol.label > LAST_LABEL {
                return Err(SymbolFault::LabelTaken.into());
            }
            Symbol::new(symbol.label, &symbol.name, symbol.key, before)?;
        }
        Ok(())
    }

    /// A label that no symbol has, and that `told` (what the history tells of) does not mean either, while there is one.
    pub(crate) fn free_label(all: &[Symbol], told: impl Fn(u8) -> bool) -> Result<u8, Error> {
        if all.len() >= MOST_SYMBOLS {
            return Err(SymbolFault::TooMany.into());
        }
        let free = |label: &u8| all.iter().all(|symbol| symbol.label != *label);
        let mut labels = (DIGITS as u8..=LAST_LABEL).filter(free);
        let first = labels.clone().next();
        let label = labels.find(|label| !told(*label)).or(first);
        label.ok_or_else(|| SymbolFault::TooMany.into())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)] // In a test a panic is the report.
mod tests {
    use super::*;

    fn plus() -> Vec<Symbol> {
        vec![Symbol::new(10, " + ", Some('+'), &[]).unwrap()]
    }

    fn refused(name: &str, key: Option<char>) -> &'static str {
        Symbol::new(11, name, key, &plus()).unwrap_err().code()
    }

    #[test]
    fn a_name_is_kept_without_spaces_around_it_and_markup_is_text() {
        assert_eq!(plus()[0].name, "+");
        let name = "<b>four</b> 四";
        let symbol = Symbol::new(11, name, None, &plus()).unwrap();
        assert_eq!((symbol.name.as_str(), symbol.key), (name, None));
    }

    #[test]
    fn what_cannot_be_told_apart_seen_or_typed_is_refused() {
        assert_eq!(refused(" ", None), "symbol-no-name");
        assert_eq!(refused("\u{200b}\u{feff}", None), "symbol-no-name");
        assert_eq!(refused(&"x".repeat(10_000), None), "symbol-long-name");
        assert_eq!(refused("a\nb", None), "symbol-strange-name");
        assert_eq!(refused("a\u{202e}b", None), "symbol-strange-name");
        assert_eq!(refused("+", None), "symbol-name-taken");
        assert_eq!(refused("7", None), "symbol-name-taken");
        for key in ['+', '7', 'z', 'C', ' '] {
            assert_eq!(refused("x", Some(key)), "symbol-key-taken", "{key}");
        }
        // Itself is no other.
        assert!(Symbol::new(10, "+", Some('+'), &plus()).is_ok());
    }

    #[test]
    fn there_are_fifty_at_most_and_a_label_is_not_soon_used_again() {
        let name = |label: u8| format!("sign {label}");
        let mut all: Vec<Symbol> = (10..60)
            .map(|l| Symbol::new(l, &name(l), None, &[]).unwrap())
            .collect();
        assert!(Symbol::check(&all).is_ok());
        assert_eq!(
            Symbol::free_label(&all, |_| false).unwrap_err().code(),
            "too-many-symbols"
        );
        all.remove(3);
        assert_eq!(Symbol::free_label(&all, |_| false).unwrap(), 13);
        assert_eq!(Symbol::free_label(&all, |label| label == 13).unwrap(), 60);
        assert_eq!(Symbol::free_label(&all, |_| true).unwrap(), 13);
        all.push(all[0].clone());
        assert_eq!(Symbol::check(&all).unwrap_err().code(), "bad-label");
        all.truncate(1);
        all[0].label = 9;
        assert!(Symbol::check(&all).is_err());
    }

    #[test]
    fn a_name_of_one_letter_is_a_key() {
        assert_eq!(key_of(" + "), Some('+'));
        assert_eq!(key_of("plus"), None);
        assert_eq!(key_of(""), None);
    }
}
