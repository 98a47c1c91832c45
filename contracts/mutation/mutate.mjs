#!/usr/bin/env node
// Changes each contract in every small way of solidity.mjs and yul.mjs and sees whether a test notices.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { Bench, testsFingerprint } from "./bench.mjs";
import { Compiler } from "./compilations.mjs";
import { CONTRACTS, digestOf, readSources } from "./compiler.mjs";
import { listMutants } from "./mutants.mjs";
import { SUBJECTS } from "./subjects.mjs";
import { findKiller, quickStages, thoroughStages } from "./trial.mjs";

const USAGE = `node mutation/mutate.mjs [--contract NAME] [--only TEXT] [--sample N [--seed TEXT]] [--jobs N] [--resume] [--list]

  --contract NAME  ${SUBJECTS.map(({ name }) => name).join(" or ")}; one after the other unless told
  --only TEXT    only mutants whose name contains TEXT, say "lib/Payouts.sol"; may be given several times
  --sample N     only N of them, picked by --seed
  --jobs N       so many at a time, 1 unless told
  --resume       go on with the tests as they were when the campaign began, although they have changed since
  --list         name them and stop

What was found out is kept in target/mutation and used again as long as neither the contract nor a test has changed. Fails if
a mutant survives that survivors.*.json does not explain, or if one that it explains does not survive.`;

const HOME = path.join(CONTRACTS, "../target/mutation");
const SUSPECTS = 8;

const { values: options } = parseArgs({
  options: {
    contract: { type: "string" },
    only: { type: "string", multiple: true, default: [""] },
    sample: { type: "string" },
    seed: { type: "string", default: "thunder" },
    jobs: { type: "string", default: "1" },
    resume: { type: "boolean" },
    list: { type: "boolean" },
    help: { type: "boolean" },
  },
});

if (options.help) {
  console.log(USAGE);
} else {
  const isChosen = ({ name }) => name === (options.contract ?? name);
  if (!SUBJECTS.some(isChosen)) throw new Error(`There is no contract ${options.contract} to change`);
  // A library of two contracts is changed with the first: that a test of either notices is enough.
  const done = new Set();
  for (const subject of SUBJECTS) {
    const sources = readSources(subject.source);
    const all = listMutants(subject, sources).filter(({ file }) => !done.has(file));
    for (const file of Object.keys(sources)) done.add(file);
    if (!isChosen(subject)) continue;
    const chosen = choose(all);
    if (options.list) for (const mutant of chosen) console.log(`${mutant.file}:${mutant.line} ${mutant.id}`);
    else if (!(await campaign(subject, sources, all, chosen))) process.exitCode = 1;
  }
}

// In an order that has nothing to do with the source, so that a part of a campaign is a fair sample of it.
function choose(all) {
  const rank = (mutant) => createHash("sha256").update(options.seed + mutant.id).digest("hex");
  return all
    .filter((mutant) => options.only.some((text) => mutant.id.includes(text)))
    .map((mutant) => ({ mutant, rank: rank(mutant) }))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1))
    .map(({ mutant }) => mutant)
    .slice(0, Number(options.sample ?? all.length));
}

async function campaign(subject, sources, all, chosen) {
  const home = path.join(HOME, subject.name);
  const kept = path.join(home, "state.json");
  mkdirSync(home, { recursive: true });
  const state = existsSync(kept) ? JSON.parse(readFileSync(kept, "utf8")) : { compiled: {}, results: {}, killers: {} };
  const [contract, fingerprint] = [digestOf(sources), options.resume ? state.fingerprint : testsFingerprint(subject)];
  if (options.resume && state.contract !== contract) throw new Error("The contract has changed, so there is nothing to resume");
  if (state.fingerprint !== fingerprint) Object.assign(state, { contract, fingerprint, results: {}, stages: {} });
  const { results, killers } = state;

  const jobs = Array.from({ length: Number(options.jobs) }, (_, job) => ({
    bench: new Bench(subject, path.join(home, `job-${job}`)),
    compiler: new Compiler(subject, path.join(home, "code"), state.compiled),
  }));
  try {
    const [{ bench, compiler }, ...others] = jobs;
    const original = await compiler.code(sources);
    await bench.prepare(fingerprint);
    for (const other of others) await other.bench.prepare(fingerprint, bench);

    // Each mutant once, by the quick stages; those that survive go on to the thorough ones.
    const round = async (mutants, stagesFrom, judge) => {
      if (mutants.length === 0) return;
      const stages = (state.stages[stagesFrom.name] ??= await stagesFrom(bench, original));
      let done = 0;
      await inParallel(jobs, sources, mutants, async (worker, mutant, code) => {
        const killer = await judge(worker, stages, mutant, code, code === original);
        results[mutant.id] = killer;
        if (killer.test) killers[mutant.id] = killer;
        save(kept, state);
        const by = killer.test ? ` by ${killer.contract}.${killer.test}` : "";
        console.log(`${++done}/${mutants.length} ${killer.outcome}${by}: ${mutant.file}:${mutant.line} ${mutant.id}`);
      });
    };

    const explained = readExplanations(subject);
    await round(
      chosen.filter((mutant) => !results[mutant.id]),
      quickStages,
      async (worker, [fast, slow], mutant, code, isSame) => {
        if (code === null) return { outcome: "not a program" };
        if (explained.has(mutant.id) && !killers[mutant.id] && !isSame) return { outcome: "suspected" };
        const killer =
          (isSame ? null : await findKiller(worker, [fast], code, suspectsOf(mutant, all, killers))) ??
          (isLibrary(mutant) ? await findUnitKiller(worker, mutant) : null) ??
          (isSame ? null : await findKiller(worker, [slow], code));
        return killer ? { outcome: "killed", ...killer } : { outcome: isSame ? "same code" : "suspected" };
      },
    );
    await round(
      chosen.filter((mutant) => results[mutant.id].outcome === "suspected"),
      thoroughStages,
      async (worker, stages, mutant, code) => {
        const killer =
          (isLibrary(mutant) ? await findUnitKiller(worker, mutant) : null) ??
          (await findKiller(worker, stages, code));
        return killer ? { outcome: "killed", ...killer } : { outcome: "survived" };
      },
    );
  } finally {
    for (const { compiler } of jobs) await compiler.end();
  }
  return report(subject, all, chosen, results);
}

function isLibrary(mutant) {
  return mutant.file.startsWith("src/lib/");
}

async function findUnitKiller(bench, mutant) {
  return (await bench.testUnits(mutant.file, mutant.content)).failure;
}

// What killed this mutant before and, most often, those beside it.
function suspectsOf(mutant, all, killers) {
  const isBeside = (other) => other.file === mutant.file && other.place === mutant.place && killers[other.id]?.contract;
  const known = all.filter(isBeside).map((other) => killers[other.id]).filter(({ test }) => test !== "setUp");
  const counts = new Map();
  for (const { contract, test } of known) {
    const name = `${contract} ${test}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const names = [...counts.keys()].sort((one, other) => counts.get(other) - counts.get(one)).slice(0, SUSPECTS);
  const beside = names.map((name) => ({ contract: name.split(" ")[0], test: name.split(" ")[1] }));
  const own = killers[mutant.id];
  return own?.contract && own.test !== "setUp" ? [own, ...beside] : beside;
}

/** Has each job take the next mutant; what comes after it compiles meanwhile. */
function inParallel(jobs, sources, mutants, act) {
  let next = 0;
  return Promise.all(
    jobs.map(async ({ bench, compiler }) => {
      const take = () => {
        const mutant = mutants[next++];
        if (!mutant) return null;
        const code = compiler.code({ ...sources, [mutant.file]: { content: mutant.content } });
        code.catch(() => {}); // is thrown when it is this one's turn
        return { mutant, code };
      };
      for (let current = take(), following; current; current = following) {
        const code = await current.code;
        following = take();
        await act(bench, current.mutant, code);
      }
    }),
  );
}

function save(file, state) {
  writeFileSync(`${file}.new`, JSON.stringify(state));
  renameSync(`${file}.new`, file);
}

/** Why each mutant that survives is no other contract. */
function readExplanations({ name }) {
  const groups = JSON.parse(readFileSync(path.join(CONTRACTS, `mutation/survivors.${name}.json`), "utf8"));
  return new Map(groups.flatMap(({ reason, mutants }) => mutants.map((id) => [id, reason])));
}

function report(subject, all, chosen, results) {
  const reasons = readExplanations(subject);
  const having = (outcome) => chosen.filter((mutant) => results[mutant.id].outcome === outcome);
  const survived = having("survived");
  const unexplained = survived.filter((mutant) => !reasons.has(mutant.id));
  const known = new Set(all.map((mutant) => mutant.id));
  const wrong = [...reasons.keys()].filter((id) => !known.has(id) || (results[id] && results[id].outcome !== "survived"));

  for (const mutant of unexplained) console.log(`survives: ${mutant.file}:${mutant.line} ${mutant.id}`);
  for (const id of wrong) console.log(`explained, but ${results[id]?.outcome ?? "no longer there"}: ${id}`);
  const same = having("same code").length;
  console.log(
    `${subject.name}: ${chosen.length} mutants, ${having("killed").length} killed, ` +
      `${same + survived.length - unexplained.length} equivalent (${same} by the same code, the others explained), ` +
      `${unexplained.length} surviving, ${having("not a program").length} did not compile`,
  );
  return unexplained.length === 0 && wrong.length === 0;
}
