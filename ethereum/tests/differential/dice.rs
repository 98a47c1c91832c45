//! Chance that can be had again.

/// SplitMix64: the same numbers for the same seed, on every host.
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// The dice of one sequence: those of another have nothing to do with them.
    pub fn new(seed: u64, index: u64) -> Self {
        let mut dice = Self(seed);
        let start = dice.next();
        Self(start ^ index.wrapping_mul(0xd6e8_feb8_6659_fd93))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `bound`, which is not zero.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    /// An amount up to `most`.
    pub fn up_to(&mut self, most: u128) -> u128 {
        let wide = (u128::from(self.next()) << 64) | u128::from(self.next());
        if most == u128::MAX {
            wide
        } else {
            wide % (most + 1)
        }
    }

    pub fn percent(&mut self, chance: u64) -> bool {
        self.below(100) < chance
    }

    pub fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        let index = self.below(from.len() as u64);
        from[usize::try_from(index).unwrap()]
    }

    /// One of the values, as often as its weight says.
    pub fn weighted<T: Copy>(&mut self, from: &[(u64, T)]) -> T {
        let mut left = self.below(from.iter().map(|(weight, _)| weight).sum());
        for (weight, value) in from {
            if left < *weight {
                return *value;
            }
            left -= weight;
        }
        unreachable!("below the sum of the weights")
    }
}
