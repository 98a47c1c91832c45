// The ways in which Solidity is changed. Each rule looks at one node and says what its text, or a part of it, becomes.
import { memberSpan, span, typeOf } from "./tree.mjs";

const ORDER = ["<", "<=", ">", ">=", "==", "!="];
const SWAPS = { "&&": "||", "||": "&&", "+": "-", "-": "+", "*": "/", "/": "*", "&": "|", "|": "&", "<<": ">>", ">>": "<<" };
const SIGNERS = { alice: "aliceSigner", aliceSigner: "alice", bob: "bobSigner", bobSigner: "bob" };

/**
 * @param text The text of a node or of a span.
 * @param enums The members of each enum by its name.
 * @returns Edits of one node: `{ at: [start, end], to: text }`.
 */
export function changesOf(node, parents, text, enums) {
  const rule = RULES[node.nodeType];
  return rule ? rule(node, { parents, text, enums }) : [];
}

const RULES = {
  BinaryOperation: (node, { text }) => {
    const [left, right] = [text(node.leftExpression), text(node.rightExpression)];
    const whole = (to) => ({ at: span(node), to });
    const others =
      node.operator === "==" ? ["!="]
      : node.operator === "!=" ? ["=="]
      : ORDER.includes(node.operator) ? ORDER.filter((other) => other !== node.operator)
      : SWAPS[node.operator] ? [SWAPS[node.operator]]
      : [];
    const changes = others.map((operator) => whole(`${left} ${operator} ${right}`));
    if (SWAPS[node.operator]) changes.push(whole(left), whole(right)); // one operand dropped
    return changes;
  },

  UnaryOperation: (node, { text }) =>
    node.operator === "!" || node.operator === "~" ? [{ at: span(node), to: text(node.subExpression) }] : [],

  // A condition that always or never holds: a check removed, or a branch taken for good.
  IfStatement: (node, { text }) => {
    const changes = ["true", "false"].map((to) => ({ at: span(node.condition), to }));
    if (node.falseBody) {
      const [yes, no] = [braced(text(node.falseBody)), braced(text(node.trueBody))];
      const semicolon = !text(node).endsWith("}");
      changes.push({ at: span(node), to: `if (${text(node.condition)}) ${yes} else ${no}`, semicolon });
    }
    return changes;
  },

  Conditional: (node, { text }) => {
    const [yes, no] = [text(node.trueExpression), text(node.falseExpression)];
    return [`${text(node.condition)} ? ${no} : ${yes}`, yes, no].map((to) => ({ at: span(node), to }));
  },

  ExpressionStatement: (node) => [deleted(node)],
  EmitStatement: (node) => [deleted(node)],
  Return: (node) => [deleted(node)],

  Assignment: (node) =>
    node.operator === "+=" ? ["=", "-="].map((operator) => ({ at: operatorSpan(node), to: ` ${operator} ` })) : [],

  ModifierInvocation: (node) => (node.kind === "modifierInvocation" ? [{ at: span(node), to: "" }] : []),

  Literal: (node, { parents, text }) => {
    if (parents.at(-1).nodeType === "ArrayTypeName") return []; // another ABI, not another behaviour
    if (node.kind === "bool") return [{ at: span(node), to: text(node) === "true" ? "false" : "true" }];
    if (node.kind === "string") return [{ at: span(node), to: otherText(text(node)) }];
    if (node.kind !== "number") return [];
    const up = { at: span(node), to: `(${text(node)} + 1)` };
    return Number(node.value) === 0 ? [{ ...up, to: "1" }] : [up, { ...up, to: `(${text(node)} - 1)` }];
  },

  // Literals have their own rule, and one off a hash is nothing that anybody would write.
  VariableDeclaration: (node, { text }) =>
    node.constant && node.value.nodeType !== "Literal" && typeOf(node) === "uint256"
      ? ["+", "-"].map((sign) => ({ at: span(node.value), to: `${text(node.value)} ${sign} 1` }))
      : [],

  FunctionCall: (node, { text }) => swapped(node.arguments, text),
  TupleExpression: (node, { text }) => swapped(node.components, text),
  IndexAccess: (node, { text }) =>
    node.baseExpression.nodeType === "IndexAccess"
      ? swapped([node.baseExpression.indexExpression, node.indexExpression], text)
      : [],

  // Fields are cut out of words by casts: one byte more or less.
  ElementaryTypeNameExpression: (node, { text }) => {
    const bits = /^uint(\d+)$/.exec(text(node))?.[1];
    if (!bits || bits === "256") return [];
    const widths = [Number(bits) - 8, Number(bits) + 8].filter((width) => width > 0);
    return widths.map((width) => ({ at: span(node), to: `uint${width}` }));
  },

  MemberAccess: (node, { enums }) => {
    const name = node.memberName;
    const at = memberSpan(node);
    const members = enums[/^type\(enum (\w+)\)$/.exec(typeOf(node.expression))?.[1]];
    if (members) return neighbours(members, name).map((to) => ({ at, to }));
    const names = isSided(name) ? [otherSide(name)] : [];
    if (typeOf(node.expression).startsWith("struct ChannelKey") && SIGNERS[name]) names.push(SIGNERS[name]);
    return names.map((to) => ({ at, to }));
  },

  Identifier: (node) => (isSided(node.name) ? [{ at: span(node), to: otherSide(node.name) }] : []),
};

const braced = (statement) => (statement.endsWith("}") ? `{ ${statement} }` : `{ ${statement}; }`);

// An empty block stands wherever a statement can.
const deleted = (node) => ({ at: span(node), to: "{}", semicolon: true });

const operatorSpan = (node) => [span(node.leftHandSide)[1], span(node.rightHandSide)[0]];

// Two neighbours of one type, each in the other's place.
function swapped(nodes, text) {
  const changes = [];
  for (let i = 0; i + 1 < nodes.length; i++) {
    const [one, other] = [nodes[i], nodes[i + 1]];
    if (!one || !other || typeOf(one) !== typeOf(other) || text(one) === text(other)) continue;
    const between = text([span(one)[1], span(other)[0]]);
    changes.push({ at: [span(one)[0], span(other)[1]], to: text(other) + between + text(one) });
  }
  return changes;
}

// The members before and after, around the corner too.
function neighbours(members, name) {
  const at = members.indexOf(name);
  return [...new Set([members.at(at - 1), members[(at + 1) % members.length]])];
}

const isSided = (name) => /alice|bob/i.test(name);
const SIDES = { alice: "bob", bob: "alice", Alice: "Bob", Bob: "Alice", ALICE: "BOB", BOB: "ALICE" };
const otherSide = (name) => name.replace(/alice|bob/gi, (side) => SIDES[side]);

// One letter in the middle becomes the next one.
function otherText(quoted) {
  const letters = [...quoted.matchAll(/[a-y0-8]/g)];
  const { index, 0: letter } = letters[Math.floor(letters.length / 2)];
  return quoted.slice(0, index) + String.fromCharCode(letter.charCodeAt(0) + 1) + quoted.slice(index + 1);
}
