//! Digits as people write them in files: «7», «7.0», «seven».

/// English and Spanish, as Quick, Draw! and other collections name their drawings.
const WORDS: [[&str; 2]; 10] = [
    ["zero", "cero"],
    ["one", "uno"],
    ["two", "dos"],
    ["three", "tres"],
    ["four", "cuatro"],
    ["five", "cinco"],
    ["six", "seis"],
    ["seven", "siete"],
    ["eight", "ocho"],
    ["nine", "nueve"],
];

/// The digit that a label says, if it says one: `7`, `7.0` or a word. Without the standard library's
/// reading of numbers, which every visitor of the page would download for it.
pub(crate) fn digit(label: &str) -> Option<u8> {
    let label = label.trim();
    let (number, fraction) = label.split_once('.').unwrap_or((label, ""));
    if let &[digit @ b'0'..=b'9'] = number.as_bytes()
        && fraction.bytes().all(|byte| byte == b'0')
    {
        return Some(digit - b'0');
    }
    let word = |words: &[&str; 2]| words.iter().any(|word| word.eq_ignore_ascii_case(label));
    WORDS.iter().position(word).map(|digit| digit as u8)
}

/// The digit that a number is, if it is one.
pub(crate) fn whole(number: f64) -> Option<u8> {
    (0_u8..=9).find(|&digit| f64::from(digit) == number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digit_is_told_from_its_name_and_anything_else_is_none() {
        for label in ["7", " 7 ", "7.0", "7.", "seven", "Seven", "siete"] {
            assert_eq!(digit(label), Some(7), "{label}");
        }
        for label in [
            "", "77", "7.5", ".7", "-1", "10", "sevens", "NaN", "inf", "a",
        ] {
            assert_eq!(digit(label), None, "{label}");
        }
    }
}
