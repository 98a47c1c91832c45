// What is changed: each contract with what it is made of, the tests that it meets, and where its artifact lies.

/**
 * @typedef {object} Subject
 * @property {string} name The contract's.
 * @property {string} source Its file.
 * @property {string} artifact What `forge build` makes of it; tests take the code from there.
 * @property {(file: string) => boolean} meets Whether a test in this file is run against its mutants.
 */

// They look at code and gas, which no mutant shares with its contract.
const OF_THE_CODE = ["test/Gas.t.sol", "test/Deploy.t.sol", "test/sessions/SessionGas.t.sol"];
const ofSessions = (file) => file.startsWith("test/sessions/");

/** @type {Subject[]} */
export const SUBJECTS = [
  { name: "ChannelHub", meets: (file) => !ofSessions(file) },
  { name: "MeteredSessions", meets: ofSessions },
].map(({ name, meets }) => ({
  name,
  source: `src/${name}.sol`,
  artifact: `out/${name}.sol/${name}.json`,
  meets: (file) => !OF_THE_CODE.includes(file) && meets(file),
}));
