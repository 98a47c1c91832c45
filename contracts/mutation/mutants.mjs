// All mutants of a contract and its libraries, in the order of the source, each with a name that does not depend on line numbers.
import { parse } from "./compiler.mjs";
import { changesOf as changesOfSolidity } from "./solidity.mjs";
import { placeOf, span, walk } from "./tree.mjs";
import { changesOf as changesOfYul } from "./yul.mjs";

/**
 * @returns A list of `{ id, file, line, place, before, after, content }`. `content` is the whole changed file; `before` and
 * `after` are the lines that differ.
 */
export function listMutants({ source }, sources) {
  const trees = parse(sources);
  const enums = readEnums(trees);
  const isMutated = (file) => file === source || file.startsWith("src/lib/");
  const files = Object.keys(trees).filter(isMutated).sort();
  return files.flatMap((file) => mutantsOf(file, sources[file].content, trees[file], enums));
}

function mutantsOf(file, content, tree, enums) {
  const bytes = Buffer.from(content);
  const text = (where) => bytes.subarray(...(Array.isArray(where) ? where : span(where))).toString();
  const seen = new Set([content]);
  const names = new Map();
  const mutants = [];

  walk(tree, (node, parents) => {
    const inContract = parents.some((parent) => parent.nodeType === "ContractDefinition");
    if (!inContract) return;
    const changes = node.nodeType.startsWith("Yul")
      ? changesOfYul(node, text)
      : changesOfSolidity(node, parents, text, enums);
    for (const { at, to, semicolon } of changes) {
      const end = semicolon ? bytes.indexOf(";", at[1]) + 1 : at[1];
      const changed = text([0, at[0]]) + to + text([end, bytes.length]);
      if (seen.has(changed)) continue;
      seen.add(changed);

      const [from, until] = [bytes.lastIndexOf("\n", at[0]) + 1, bytes.indexOf("\n", end - 1)];
      const before = oneLine(text([from, until]));
      const after = oneLine(text([from, at[0]]) + to + text([end, until]));
      const place = placeOf(node, parents);
      const name = `${file.slice("src/".length)} ${place}: ${before} → ${after}`;
      const nth = (names.get(name) ?? 0) + 1;
      names.set(name, nth);
      const line = text([0, at[0]]).split("\n").length;
      mutants.push({ id: nth === 1 ? name : `${name} (${nth})`, file, line, place, before, after, content: changed });
    }
  });
  return mutants;
}

const oneLine = (text) => text.replace(/\s+/g, " ").trim();

function readEnums(trees) {
  const enums = {};
  for (const tree of Object.values(trees)) {
    walk(tree, (node) => {
      if (node.nodeType === "EnumDefinition") enums[node.name] = node.members.map((member) => member.name);
    });
  }
  return enums;
}
