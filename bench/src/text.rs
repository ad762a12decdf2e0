//! Invented messages: words of a fixed vocabulary, few of them frequent and most of them rare, as in a language.

use fastrand::Rng;

const SYLLABLES: [&str; 20] =
    ["ba", "den", "fi", "gor", "hul", "ja", "ker", "lo", "min", "nu", "pas", "qui", "ros", "sel", "tam", "ur", "vel", "wen", "xi", "zor"];
/// All words of three syllables.
pub const VOCABULARY_SIZE: usize = SYLLABLES.len().pow(3);
const WORDS_MIN: usize = 6;
const WORDS_MAX: usize = 20;

/// The word of a rank; 0 is the most frequent.
pub fn word(rank: usize) -> String {
    let n = SYLLABLES.len();
    [rank % n, rank / n % n, rank / n / n % n].map(|index| SYLLABLES[index]).concat()
}

/// A rank with a skew: a tenth of the words makes up half of the text.
pub fn random_rank(rng: &mut Rng) -> usize {
    ((VOCABULARY_SIZE as f64 * rng.f64().powf(3.3)) as usize).min(VOCABULARY_SIZE - 1)
}

/// 6 to 20 words, about 100 characters.
pub fn random_message(rng: &mut Rng) -> String {
    let words: Vec<_> = (0..rng.usize(WORDS_MIN..=WORDS_MAX)).map(|_| word(random_rank(rng))).collect();
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_rank_has_a_word_of_its_own() {
        let words: HashSet<_> = (0..VOCABULARY_SIZE).map(word).collect();
        assert_eq!(words.len(), VOCABULARY_SIZE);
    }

    #[test]
    fn a_tenth_of_the_words_makes_up_half_of_the_text() {
        let mut rng = Rng::with_seed(7);
        let frequent = (0..10_000).filter(|_| random_rank(&mut rng) < VOCABULARY_SIZE / 10).count();
        assert!((4_500..5_500).contains(&frequent), "{frequent}");
    }
}
