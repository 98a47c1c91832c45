// The ways in which inline assembly is changed, as in solidity.mjs.
import { span } from "./tree.mjs";

const NAMES = {
  gt: ["lt", "eq"],
  lt: ["gt", "eq"],
  eq: ["gt", "lt"],
  and: ["or"],
  or: ["and"],
  add: ["sub"],
  sub: ["add"],
  address: ["caller"],
};
const WORD = 32;

export function changesOf(node, text) {
  const rule = RULES[node.nodeType];
  return rule ? rule(node, text) : [];
}

const RULES = {
  YulFunctionCall: (node, text) => {
    const name = node.functionName;
    const changes = (NAMES[name.name] ?? []).map((to) => ({ at: span(name), to }));
    if (["and", "or", "add", "sub"].includes(name.name)) {
      for (const operand of node.arguments) changes.push({ at: span(node), to: text(operand) });
    }
    return changes;
  },

  YulLiteral: (node) => {
    const value = Number(node.value);
    const steps = value !== 0 && value % WORD === 0 ? [1, -1, WORD, -WORD] : [1, -1];
    const values = steps.map((step) => value + step).filter((other) => other >= 0);
    return values.map((other) => ({ at: span(node), to: `0x${other.toString(16)}` }));
  },

  YulAssignment: (node) => ["0", "1"].map((to) => ({ at: span(node.value), to })),
  YulExpressionStatement: (node) => [{ at: span(node), to: "" }],
};
