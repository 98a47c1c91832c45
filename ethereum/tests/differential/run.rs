//! Plays many sequences side by side, and looks for the first difference.

use crate::{
    coverage::Coverage,
    dice::Dice,
    sequence::{Fate, Scene, Sequence, name},
    stage::{Clocks, Stage},
    turn::{Deed, Turn},
};
use std::{fmt, ops::Range, panic::resume_unwind, thread};
use thunder_channel::{Address, ChannelKey, HubCall};

/// Turns of a sequence, some of which are waited through.
const TURNS: usize = 18;
/// Sequences on one chain at a time.
const SIDE_BY_SIDE: u64 = 1_000;

/// All sequences of a seed.
#[derive(Clone, Copy)]
pub struct Campaign {
    pub seed: u64,
}

/// A sequence on which hub and model differ.
pub struct Difference {
    seed: u64,
    index: u64,
    /// What was played up to the difference, with the turns that it does not need taken out.
    script: Vec<Option<Turn>>,
    words: String,
}

/// Who plays what: written as it goes, or already known.
enum Script<'a> {
    New,
    Known(&'a [Option<Turn>]),
}

/// A difference of one sequence, as found.
struct Found {
    index: u64,
    script: Vec<Option<Turn>>,
    words: String,
}

impl Campaign {
    /// Plays these sequences.
    ///
    /// # Errors
    /// The first difference found.
    pub fn run(self, indices: Range<u64>) -> Result<Coverage, Box<Difference>> {
        let cores = thread::available_parallelism().map_or(1, |cores| cores.get() as u64);
        let share = (indices.end - indices.start).div_ceil(cores).max(1);
        let mut coverage = Coverage::default();
        let results: Vec<_> = thread::scope(|scope| {
            let shares = split(indices, share);
            let threads: Vec<_> = shares
                .map(|share| scope.spawn(move || self.run_alone(share)))
                .collect();
            let done = threads
                .into_iter()
                .map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
            done.collect()
        });
        for result in results {
            match result {
                Ok(part) => coverage.join(part),
                Err(found) => return Err(Box::new(self.shortest(*found))),
            }
        }
        Ok(coverage)
    }

    fn run_alone(self, indices: Range<u64>) -> Result<Coverage, Box<Found>> {
        let mut coverage = Coverage::default();
        for batch in split(indices, SIDE_BY_SIDE) {
            coverage.join(play(self.seed, batch, &Script::New).map_err(Box::new)?);
        }
        Ok(coverage)
    }

    /// Leaves out every turn without which there still is a difference.
    fn shortest(self, mut found: Found) -> Difference {
        let index = found.index;
        let mut place = 0;
        while place < found.script.len() {
            let mut shorter = found.script.clone();
            if shorter[place].take().is_some()
                && let Err(still) = play(self.seed, index..index + 1, &Script::Known(&shorter))
            {
                found = still;
            }
            place += 1;
        }
        Difference {
            seed: self.seed,
            index,
            script: found.script,
            words: found.words,
        }
    }
}

fn split(range: Range<u64>, size: u64) -> impl Iterator<Item = Range<u64>> {
    let end = range.end;
    let starts = range.step_by(usize::try_from(size).expect("a number of sequences"));
    starts.map(move |start| start..end.min(start + size))
}

fn play(seed: u64, indices: Range<u64>, script: &Script<'_>) -> Result<Coverage, Found> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime
        .expect("a runtime")
        .block_on(play_on_stage(seed, indices, script))
}

async fn play_on_stage(seed: u64, indices: Range<u64>, script: &Script<'_>) -> Result<Coverage, Found> {
    let clocks = Clocks::new(seed, TURNS);
    let stage = Stage::build().await;
    let start = indices.start;
    let mut sequences: Vec<_> = indices
        .map(|index| {
            let mut dice = Dice::new(seed, index);
            let cast = stage.cast(name(seed, index), &mut dice, &clocks);
            Sequence::new(cast, dice)
        })
        .collect();
    let casts = sequences.iter().zip(start..);
    let casts: Vec<_> = casts
        .map(|(sequence, index)| (name(seed, index), &sequence.cast))
        .collect();
    stage.gather(&casts).await;

    let mut coverage = Coverage::default();
    let mut played: Vec<Vec<Option<Turn>>> = vec![Vec::new(); sequences.len()];
    let turns = match script {
        Script::New => TURNS,
        Script::Known(turns) => turns.len(),
    };
    for number in 0..turns {
        for (sequence, played) in sequences.iter_mut().zip(&mut played) {
            let clock = clocks.at(number, &sequence.cast.place);
            played.push(match script {
                Script::New => sequence.next(clock),
                Script::Known(turns) => turns[number],
            });
        }
        let acting: Vec<usize> = (0..sequences.len())
            .filter(|index| played[*index][number].is_some())
            .collect();
        let turn_of = |index: usize| played[index][number].expect("it acts");
        let acts: Vec<_> = acting
            .iter()
            .map(|index| (&sequences[*index].cast, turn_of(*index)))
            .collect();
        let fates = stage.play(number, &clocks, &acts).await;

        // The channel of the turn is looked at; the sequence's own after turns about no channel.
        let keys: Vec<_> = acting
            .iter()
            .map(|index| {
                let own = &sequences[*index].cast.key;
                // The hub as a token has no balances to look at.
                let seen = subject(&turn_of(*index)).filter(|key| key.token == own.token);
                seen.unwrap_or(*own)
            })
            .collect();
        let looks: Vec<_> = acting
            .iter()
            .zip(&keys)
            .map(|(index, key)| (&sequences[*index].cast, *key))
            .collect();
        let scenes = stage.look(&looks).await;

        for ((index, key), (fate, scene)) in acting.iter().zip(&keys).zip(fates.iter().zip(scenes)) {
            let sequence = &mut sequences[*index];
            let (turn, clock) = (turn_of(*index), clocks.at(number, &sequence.cast.place));
            let before = sequence.hub.channel(key);
            let expected = (sequence.play(&turn, clock), sequence.scene(key));
            coverage.count(&sequence.cast, &turn, &before, clock, fate);
            if let Some(words) = differ(&expected, fate, &scene, clock) {
                return Err(Found {
                    index: start + *index as u64,
                    script: std::mem::take(&mut played[*index]),
                    words,
                });
            }
        }
        check_holdings(&stage, &sequences).await;
    }
    Ok(coverage)
}

/// The channel that a turn is about.
fn subject(turn: &Turn) -> Option<ChannelKey> {
    match turn.deed {
        Deed::Hub {
            call: HubCall::Channel { key, .. },
            ..
        }
        | Deed::WithPermit {
            call: HubCall::Channel { key, .. },
            ..
        } => Some(key),
        _ => None,
    }
}

fn differ((fate, scene): &(Fate, Scene), seen_fate: &Fate, seen: &Scene, clock: u64) -> Option<String> {
    if fate != seen_fate {
        Some(format!("at {clock}\nmodel {fate:#?}\nhub   {seen_fate:#?}"))
    } else if scene != seen {
        Some(format!("at {clock}\nmodel {scene:#?}\nhub   {seen:#?}"))
    } else {
        None
    }
}

/// The hub has exactly what all sequences together say that it holds: no sequence was paid with another's money.
async fn check_holdings(stage: &Stage, sequences: &[Sequence]) {
    for place in stage.places() {
        let here = sequences
            .iter()
            .filter(|sequence| sequence.cast.place.domain == place.domain);
        let mut expected = [0; 2];
        for sequence in here {
            expected[0] += sequence.hub.holds(Address::zero());
            expected[1] += sequence.hub.holds(place.token);
        }
        assert_eq!(stage.holdings(place).await, expected, "what the hub holds");
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { seed, index, .. } = self;
        writeln!(
            f,
            "hub and model differ in sequence {index} of seed {seed}, {}",
            self.words
        )?;
        writeln!(f, "after these turns (and waiting between them):")?;
        for (number, turn) in self.script.iter().enumerate() {
            if let Some(turn) = turn {
                writeln!(f, "{number}: {turn:?}")?;
            }
        }
        write!(
            f,
            "THUNDER_SEED={seed} THUNDER_SEQUENCE={index} cargo test -p thunder-ethereum --test differential"
        )
    }
}
