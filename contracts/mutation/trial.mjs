// The tests that a mutant meets. Most mutants die in the fast suites within a second, so these come first; what survives
// all tests with few fuzz runs meets them again with the full number.
const FAST_PART = 1 / 4;
// Creation code of a contract whose only instruction is INVALID.
const BROKEN = "60fe5f5360015ff3";

/** The fast suites, then the slow ones, with few runs. Shows for each that it tells a good contract from a broken one. */
export async function quickStages(bench, originalCode) {
  bench.install(originalCode);
  const { suites, failure } = await bench.test([], { quick: true });
  refuse(failure);
  const names = Object.keys(suites).sort((one, other) => suites[one] - suites[other]);
  const total = names.reduce((sum, name) => sum + suites[name], 0);
  let spent = 0;
  const fast = names.filter((name) => (spent += suites[name]) <= total * FAST_PART);
  const slow = names.filter((name) => !fast.includes(name));
  return [
    await proven(bench, originalCode, { filter: only(fast), quick: true }),
    await proven(bench, originalCode, { filter: only(slow), quick: true }),
  ];
}

/** All suites with the full number of runs. */
export async function thoroughStages(bench, originalCode) {
  return [await proven(bench, originalCode, { filter: [], quick: false })];
}

/**
 * @param suspects Tests that killed this mutant before, or others in its neighbourhood; tried first.
 * @returns The test that fails with this contract, or null.
 */
export async function findKiller(bench, stages, code, suspects = []) {
  bench.install(code);
  if (suspects.length > 0) {
    const filter = [...only(suspects.map(({ contract }) => contract)), "--match-test", oneOf(suspects.map(({ test }) => test))];
    // They may have been renamed, and then none runs.
    const failure = await bench.test(filter, { quick: true }).then((result) => result.failure, () => null);
    if (failure) return failure;
  }
  for (const stage of stages) {
    const { failure, passed } = await bench.test(stage.filter, stage);
    if (failure) return failure;
    if (passed !== stage.passed) throw new Error(`${passed} tests ran instead of ${stage.passed}`);
  }
  return null;
}

async function proven(bench, originalCode, stage) {
  bench.install(originalCode);
  const { failure, passed } = await bench.test(stage.filter, stage);
  refuse(failure);
  bench.install(BROKEN);
  const broken = await bench.test(stage.filter, stage);
  if (!broken.failure) throw new Error(`A broken contract passes: ${stage.filter.join(" ")}`);
  return { ...stage, passed };
}

function refuse(failure) {
  if (failure) throw new Error(`The unchanged contract fails ${JSON.stringify(failure)}`);
}

const only = (contracts) => ["--match-contract", oneOf(contracts)];
const oneOf = (names) => `^(${[...new Set(names)].join("|")})$`;
