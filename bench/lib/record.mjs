// What the steps of a system cost, and the two sums.
const LIFE = ["open", "deposit", "settleTogether"];
const DISPUTE = ["close", "claim", "settle"];
/** What only the receiver of a two-way system does. */
const RECEIVERS = ["deposit", "claim"];

/** What one story costs. A step may take several transactions. */
export class StoryRecord {
  steps = new Map();

  add(name, { gas, projected, slots }) {
    const before = this.steps.get(name) ?? { gas: 0, projected: 0, fresh: 0, updated: 0, cleared: 0 };
    this.steps.set(name, {
      gas: before.gas + gas,
      projected: before.projected + projected,
      fresh: before.fresh + slots.fresh,
      updated: before.updated + slots.updated,
      cleared: before.cleared + slots.cleared,
    });
  }
}

/** What all stories of a system cost. */
export class Record {
  steps = new Map();

  enter({ steps }) {
    for (const [name, costs] of steps) {
      if (this.steps.has(name)) throw new Error(`two stories count the step ${name}`);
      this.steps.set(name, costs);
    }
  }

  /** A number of each step, and the sums: `life` and `dispute`. In a one-way system the receiver neither puts money in nor
   * answers, so its sums leave these out. */
  column(number, oneWay) {
    const values = Object.fromEntries([...this.steps].map(([name, step]) => [name, step[number]]));
    return { ...values, life: sum(values, LIFE, oneWay), dispute: sum(values, DISPUTE, oneWay) };
  }
}

function sum(values, steps, oneWay) {
  return steps
    .filter((step) => !(oneWay && RECEIVERS.includes(step)))
    .reduce((total, step) => {
      if (values[step] === undefined) throw new Error(`no story has the step ${step}`);
      return total + values[step];
    }, 0);
}
