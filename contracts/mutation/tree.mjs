// Walking solc's syntax trees. Offsets in them count bytes.

/** Where a node stands in its source: `[first, behind the last]`. */
export function span(node) {
  const [start, length] = node.src.split(":").map(Number);
  return [start, start + length];
}

/** The same for the member name of `object.member`. */
export function memberSpan(node) {
  const [start, length] = node.memberLocation.split(":").map(Number);
  return [start, start + length];
}

/** Calls `visit(node, parents)` for every node, outer ones first, in the order of the source. */
export function walk(node, visit, parents = []) {
  visit(node, parents);
  for (const child of children(node)) walk(child, visit, [...parents, node]);
}

export const typeOf = (node) => node.typeDescriptions?.typeString ?? "";

/** The name of the function, modifier, constant or contract that a node is part of. */
export function placeOf(node, parents) {
  const named = [...parents, node].filter((each) =>
    ["FunctionDefinition", "ModifierDefinition", "ContractDefinition"].includes(each.nodeType) ||
    (each.nodeType === "VariableDeclaration" && each.stateVariable));
  const last = named.at(-1);
  return last ? last.name || last.kind : "";
}

function children(node) {
  const found = [];
  for (const [name, value] of Object.entries(node)) {
    if (name === "documentation") continue;
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each?.nodeType) found.push(each);
    }
  }
  return found.sort((one, other) => span(one)[0] - span(other)[0]);
}
