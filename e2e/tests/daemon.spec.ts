// A browser and a node without one: each is just another participant to the other, through the relay.
import { Daemon } from "../stack/daemon.ts";
import { expect, test as base } from "./fixtures.ts";
import { joinOffered, open } from "./steps.ts";

const thd = (whole: number) => `${whole}${"0".repeat(18)}`;

const test = base.extend<{ node: Daemon }>({
  /** The demo's Alice as a node; Bob stays in a browser. */
  node: async ({ stack }, use, info) => {
    const node = await Daemon.start(stack.daemonOptions("alice"), 1);
    try {
      await use(node);
      if (info.status !== info.expectedStatus) {
        await info.attach("thunderd.log", { body: node.output, contentType: "text/plain" });
      }
    } finally {
      await node.end();
    }
  },
});

test("a node opens a channel with a browser, they pay each other, and end together", async ({ people, node, picture }) => {
  const bob = await people.demo("bob");
  const withBob = await bob.app.channels.link.inputValue();
  const opened = await node.call<{ channel: { id: string } }>("POST", "channels", {
    with: withBob,
    amount: thd(50),
    policy: "refute",
  });
  await joinOffered(bob);
  expect((await node.pay(thd(5), "first")).delivery).toBe("relayed");
  await bob.channel.expectBalances("5 THD", "45 THD");
  await bob.channel.payFor("2", "Change");
  await expect.poll(async () => (await node.channels())[0]?.balance.mine).toBe(thd(47));
  // What it is for comes after the money.
  await expect
    .poll(() => node.call<{ kind: string; memos?: string[] }[]>("GET", "history?limit=1"))
    .toMatchObject([{ kind: "received", memos: ["Change"] }]);

  await node.call("POST", "requests", { amount: thd(1), memo: "Tea" });
  await expect(bob.channel.asked).toContainText("“Tea”");
  await bob.channel.asked.getByRole("button", { name: "Pay 1 THD", exact: true }).click();
  await expect.poll(async () => (await node.channels())[0]?.balance.mine).toBe(thd(48));
  await picture("daemon", { bob });

  // The node agrees by itself, as these are the totals that it knows.
  await bob.channel.proposeEnd();
  await bob.channel.expectPhase("Settled");
  // Each of the two reads the chain for itself.
  const phase = async () => (await node.call<{ phase: { name: string } }>("GET", `channels/${opened.channel.id}`)).phase.name;
  await expect.poll(phase).toBe("settled");
});

test("a browser opens a channel with a node, which takes part by itself and agrees to a person's end", async ({
  people,
  node,
  stack,
}) => {
  const bob = await people.demo("bob");
  await open(bob, { counterparty: await node.link(stack.origin), deposit: "20" });
  await expect.poll(async () => (await node.channels())[0]?.joined).toBe(true);
  await bob.channel.pay("8");
  await expect.poll(async () => (await node.channels())[0]?.balance.mine).toBe(thd(8));
  await node.pay(thd(3), "back");
  await bob.channel.expectBalances("15 THD", "5 THD");

  const [channel] = await node.channels();
  const closing = node.call<{ together: boolean }>("POST", `channels/${channel!.id}/close`, { waitMs: 30_000 });
  await bob.channel.agreeEnd();
  expect((await closing).together).toBe(true);
  await bob.channel.expectPhase("Settled");
});

test("a browser that closes with too little loses to a node", async ({ people, node, stack }) => {
  const bob = await people.demo("bob");
  await open(bob, { counterparty: await node.link(stack.origin), deposit: "20" });
  await expect.poll(async () => (await node.channels())[0]?.joined).toBe(true);
  await bob.channel.pay("8");
  await expect.poll(async () => (await node.channels())[0]?.balance.mine).toBe(thd(8));
  await bob.channel.closeUnderstating("1");
  const phase = async () =>
    (await node.channels())[0]?.phase as { name: string; payout?: { mine: string } | null } | undefined;
  await expect.poll(async () => (await phase())?.payout?.mine).toBe(thd(8));
});
