//! How many tests a runner ran, by its own words.

use serde_json::Value;

/// What a runner reported.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Tests that passed.
    pub passed: u64,
    /// Tests that failed, or passed only at a second try.
    pub failed: u64,
    /// Tests that were left out.
    pub skipped: u64,
}

impl Counts {
    /// How many tests ran.
    #[must_use]
    pub fn ran(&self) -> u64 {
        self.passed + self.failed
    }
}

/// Reads the counts out of a runner's output, if it got as far as reporting any.
pub type Parser = fn(&str) -> Option<Counts>;

/// `cargo test` and wasm-bindgen's runner: one line per test binary.
#[must_use]
pub fn cargo(output: &str) -> Option<Counts> {
    sum(output
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("test result: "))
        .map(|line| {
            let (_, numbers) = line.split_once(". ")?;
            Some(Counts {
                passed: number(numbers, "passed")?,
                failed: number(numbers, "failed")?,
                skipped: number(numbers, "ignored")?,
            })
        }))
}

/// `forge test`: one line at the end.
#[must_use]
pub fn forge(output: &str) -> Option<Counts> {
    let ends = output
        .lines()
        .filter(|line| line.starts_with("Ran ") && line.contains(" total tests)"));
    sum(ends.map(|line| {
        let (_, numbers) = line.split_once(": ")?;
        Some(Counts {
            passed: number(numbers, "tests passed")?,
            failed: number(numbers, "failed")?,
            skipped: number(numbers, "skipped")?,
        })
    }))
}

/// halmos: one line per contract. A check of which it left some paths out has passed by its words and proven nothing.
#[must_use]
pub fn halmos(output: &str) -> Option<Counts> {
    let checked = sum(output
        .lines()
        .filter_map(|line| line.strip_prefix("Symbolic test result: "))
        .map(|numbers| {
            Some(Counts {
                passed: number(numbers, "passed")?,
                failed: number(numbers, "failed")?,
                skipped: 0,
            })
        }))?;
    let unexplored = u64::try_from(output.matches("warnings#loop-bound").count()).ok()?;
    Some(Counts {
        passed: checked.passed.saturating_sub(unexplored),
        failed: checked.failed + unexplored,
        ..checked
    })
}

/// `node --test` with the TAP reporter. A file without tests is reported as one passed test of the file's own name,
/// which is no test.
#[must_use]
pub fn node(output: &str) -> Option<Counts> {
    let total = |name: &str| -> Option<u64> {
        output
            .lines()
            .find_map(|line| line.strip_prefix("# ")?.strip_prefix(name)?.trim().parse().ok())
    };
    let is_file = |line: &&str| {
        line.starts_with("ok ") && (line.ends_with(".mjs") || line.ends_with(".js") || line.ends_with(".ts"))
    };
    let files = u64::try_from(output.lines().filter(is_file).count()).ok()?;
    Some(Counts {
        passed: total("pass ")?.saturating_sub(files),
        failed: total("fail ")? + total("cancelled ")?,
        skipped: total("skipped ")? + total("todo ")?,
    })
}

/// The file that Playwright's JSON reporter writes. A test that needed a second try counts as failed.
#[must_use]
pub fn playwright(report: &str) -> Option<Counts> {
    let report: Value = serde_json::from_str(report).ok()?;
    let stat = |name: &str| report["stats"][name].as_u64();
    Some(Counts {
        passed: stat("expected")?,
        failed: stat("unexpected")? + stat("flaky")?,
        skipped: stat("skipped")?,
    })
}

/// The number before a word, as in `12 passed; 1 failed`.
fn number(text: &str, word: &str) -> Option<u64> {
    let (before, _) = text.split_once(&format!(" {word}"))?;
    before
        .rsplit(|character: char| !character.is_ascii_digit())
        .next()?
        .parse()
        .ok()
}

/// The sum, if there is at least one part and every part could be read.
fn sum(parts: impl Iterator<Item = Option<Counts>>) -> Option<Counts> {
    let mut total: Option<Counts> = None;
    for part in parts {
        let (part, so_far) = (part?, total.unwrap_or_default());
        total = Some(Counts {
            passed: so_far.passed + part.passed,
            failed: so_far.failed + part.failed,
            skipped: so_far.skipped + part.skipped,
        });
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(passed: u64, failed: u64, skipped: u64) -> Option<Counts> {
        Some(Counts {
            passed,
            failed,
            skipped,
        })
    }

    #[test]
    fn cargo_binaries_are_summed() {
        let output = "\
     Running unittests src/lib.rs (target/debug/deps/thunder_channel-1f2e)

running 2 tests
test claim::tests::a_claim_is_signed ... ok
test claim::tests::a_claim_is_checked ... FAILED

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.02s

   Doc-tests thunder_channel

running 5 tests
test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s; merged doctests compilation took 0.41s
";
        assert_eq!(cargo(output), counts(5, 1, 1));
    }

    #[test]
    fn cargo_that_does_not_compile_reports_nothing() {
        let output = "error[E0425]: cannot find value `x` in this scope\nerror: could not compile `relay` (lib test) due to 1 previous error\n";
        assert_eq!(cargo(output), None);
        assert_eq!(cargo("test result: rubbish"), None);
    }

    #[test]
    fn wasm_bindgens_runner_is_read_like_cargo() {
        let output = "\
Running headless tests in Chrome on `http://127.0.0.1:38117/`
Try find `webdriver.json` for configure browser's capabilities:
Not found
running 3 tests

test store::tests::claims_survive ... ok
test wallet::tests::a_provider_is_found ... ok
test wallet::tests::a_rejection_has_words ... ok

test result: ok. 3 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.31s
";
        assert_eq!(cargo(output), counts(3, 0, 0));
        assert_eq!(cargo("no tests to run!\n"), None);
    }

    #[test]
    fn forges_last_line_counts() {
        let output = "\
Ran 12 tests for test/Withdraw.t.sol:WithdrawTest
[PASS] test_withdrawal_counts_once() (gas: 200124)
Suite result: ok. 12 passed; 0 failed; 0 skipped; finished in 3.96s (3.96s CPU time)

Ran 24 test suites in 17.41s (34.25s CPU time): 214 tests passed, 2 failed, 1 skipped (217 total tests)
";
        assert_eq!(forge(output), counts(214, 2, 1));
        let one = "Ran 1 test suite in 2.01ms (1.05ms CPU time): 1 tests passed, 0 failed, 0 skipped (1 total tests)\n";
        assert_eq!(forge(one), counts(1, 0, 0));
        assert_eq!(
            forge("Error: Compiler run failed:\nError (7576): Undeclared identifier.\n"),
            None
        );
        assert_eq!(forge("No tests found in project!\n"), None);
    }

    #[test]
    fn halmos_contracts_are_summed() {
        let output = "\
Running 2 tests for test/symbolic/PayoutsSymbolic.t.sol:PayoutsSymbolic
\u{1b}[32m[PASS]\u{1b}[0m check_a_split_never_reverts((uint96,uint96)) (paths: 17, time: 0.50s, bounds: [])
\u{1b}[33m[TIMEOUT]\u{1b}[0m check_the_sides_are_alike((uint96,uint96)) (paths: 24, time: 10.23s, bounds: [])
Symbolic test result: 1 passed; 1 failed; time: 10.73s

Running 4 tests for test/symbolic/SlotsSymbolic.t.sol:SlotsSymbolic
Symbolic test result: 4 passed; 0 failed; time: 0.20s
";
        assert_eq!(halmos(output), counts(5, 1, 0));
        assert_eq!(halmos("Error: No tests with matching pattern\n"), None);
    }

    #[test]
    fn what_halmos_left_unexplored_is_not_passed() {
        let output = "\
WARNING  check_a_sum(uint256): paths have not been fully explored due to the
         loop unrolling bound: 2
         (see https://github.com/a16z/halmos/wiki/warnings#loop-bound)
\u{1b}[32m[PASS]\u{1b}[0m check_a_sum(uint256) (paths: 3, time: 0.05s, bounds: [])
Symbolic test result: 2 passed; 0 failed; time: 0.05s
";
        assert_eq!(halmos(output), counts(1, 1, 0));
    }

    #[test]
    fn nodes_totals_count() {
        let output = "\
TAP version 13
# Subtest: claims verify
ok 1 - claims verify
  ---
  duration_ms: 1.495807
  ...
# Subtest: digests agree
not ok 2 - digests agree
  ---
  failureType: 'testCodeFailure'
  ...
1..2
# tests 2
# suites 0
# pass 1
# fail 1
# cancelled 0
# skipped 0
# todo 0
# duration_ms 838.621232
";
        assert_eq!(node(output), counts(1, 1, 0));
        assert_eq!(node("Could not find 'e2e/vectors.test.mjs'\n"), None);
    }

    #[test]
    fn a_file_without_tests_is_no_test() {
        let output = "\
TAP version 13
# Subtest: /home/somebody/thunder/e2e/vectors.test.mjs
ok 1 - /home/somebody/thunder/e2e/vectors.test.mjs
  ---
  duration_ms: 205.087899
  ...
1..1
# tests 1
# suites 0
# pass 1
# fail 0
# cancelled 0
# skipped 0
# todo 0
# duration_ms 215.794469
";
        assert_eq!(node(output), counts(0, 0, 0));
    }

    #[test]
    fn playwrights_statistics_count_and_flaky_is_failed() {
        let report = r#"{
  "config": {"version": "1.65.1", "workers": 1},
  "suites": [],
  "errors": [],
  "stats": {"startTime": "2026-11-21T02:25:25.034Z", "duration": 7295.98, "expected": 7, "skipped": 1, "unexpected": 2, "flaky": 3}
}"#;
        assert_eq!(playwright(report), counts(7, 5, 1));
        assert_eq!(playwright(""), None);
        assert_eq!(playwright("{}"), None);
    }
}
