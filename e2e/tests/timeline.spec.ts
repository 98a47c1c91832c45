// What the bar and the history say of what is under way, and of what happened on the chain.
import { readFile } from "node:fs/promises";
import { expect, test } from "./fixtures.ts";
import { expectAgreed, inChannel } from "./steps.ts";
import { short } from "../pages/app.ts";

const EXPLORER = "https://explorer.example";

test("what the other side has not seen is marked in the bar, which is grey while it is away", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("20");
  await expectAgreed(alice, bob, "80 THD", "20 THD");
  await expect(alice.channel.inTheBar, "it was seen").toHaveCount(0);
  await bob.leave();
  await expect(alice.channel.presence).toHaveText("Away");
  await expect(alice.channel.inTheBar).toHaveText("Grey, because the other side is away");
  await alice.channel.pay("5");
  await expect(alice.channel.unseen).toHaveText("5 THD");
  // Its name stays what both own: what is not seen is theirs.
  await expect(alice.channel.bar).toHaveAccessibleName(/^You own 75 THD, .* owns 25 THD$/);
  await expect(alice.channel.bar).toHaveAccessibleDescription(/Not seen by them yet: 5 THD/);
  await picture("bar-away", { alice });

  const back = await bob.comeBack();
  await back.app.channels.openOnly();
  await back.channel.expectBalances("25 THD", "75 THD");
  await expect(alice.channel.inTheBar).toHaveCount(0);
});

test("what is taken out is in the bar until it has left the channel", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.askToTakeOut("30");
  await expect(alice.channel.leaving).toHaveText("30 THD");
  await expect(alice.channel.yours).toHaveText("70 THD");
  await picture("bar-leaving", { alice });
  await bob.channel.letTakeOut("Agree and send");
  await expect(alice.channel.leaving).toHaveCount(0);
  await alice.channel.expectBalances("70 THD", "0 THD");
});

test("what happened on the chain has its transaction's hash, which is found and taken along", async ({ people }) => {
  const { alice } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("20");
  await alice.channel.deposit("50");
  await expect(alice.channel.history).toHaveCount(3);
  const deposited = alice.channel.history.filter({ hasText: "You deposited 50 THD" });
  await expect(deposited.getByRole("button", { name: "Copy hash", exact: true })).toBeVisible();
  await expect(alice.channel.history.filter({ hasText: "You paid" }).getByRole("button", { name: "Copy hash" })).toHaveCount(0);

  const saving = alice.page.waitForEvent("download");
  await alice.app.button("Save as JSON").click();
  const rows = JSON.parse(await readFile(await (await saving).path(), "utf8")) as { what: string; transaction: string }[];
  const hash = rows.find(({ what }) => what === "deposited")?.transaction ?? "";
  expect(hash).toMatch(/^0x[0-9a-f]{64}$/);
  await expect(deposited).toContainText(short(hash as `0x${string}`));
  const search = alice.page.getByRole("textbox", { name: "Search the history", exact: true });
  for (const typed of [hash, hash.slice(0, 12), hash.slice(2).toUpperCase()]) {
    await search.fill(typed);
    await expect(alice.channel.history).toHaveText([/You deposited 50 THD/]);
  }
  // It stays over a reload.
  await alice.page.reload();
  await expect(deposited).toContainText(short(hash as `0x${string}`));
});

test("without an explorer, a transaction is looked at here", async ({ people, stack, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  const look = alice.channel.history.getByRole("button", { name: /^Transaction 0x[0-9a-f]{4}…[0-9a-f]{4}$/ });
  await look.click();
  const seen = (name: string) => alice.channel.transaction.getByTestId(`transaction-${name}`);
  await expect(seen("hash")).toHaveText(/^0x[0-9a-f]{64}$/);
  await expect(seen("status")).toHaveText("Done");
  await expect(seen("from")).toContainText(alice.address, { ignoreCase: true });
  await expect(seen("from")).toContainText("You");
  await expect(seen("to")).toContainText(stack.book.hub, { ignoreCase: true });
  await expect(seen("to")).toContainText("The hub");
  await expect(seen("call")).toHaveText(/^open(WithPermit)?$/);
  await expect(seen("value")).toHaveText("0 ETH");
  await expect(seen("fee")).toHaveText(/^0\.\d+ ETH$/);
  await picture("transaction", { alice });
  const before = Number(await seen("depth").textContent());
  await stack.chain.mine(2);
  await expect(seen("depth"), "it is asked again with each block").toHaveText(String(before + 2));
  await alice.app.closeDialog();
  await expect(look).toBeFocused();

  // From the list of what was told, in its place.
  await alice.app.openActivity();
  await alice.app.activity.getByRole("button", { name: /^Transaction 0x/ }).first().click();
  await expect(alice.app.activity).toHaveCount(0);
  await expect(seen("status")).toHaveText("Done");
  await alice.app.closeDialog();

  // Of the other side's transactions too.
  await bob.channel.history.getByRole("button", { name: /^Transaction 0x/ }).click();
  const from = bob.channel.transaction.getByTestId("transaction-from");
  await expect(from).toContainText(alice.address, { ignoreCase: true });
  await expect(from).not.toContainText("You");
});

test("what a node cannot say of a transaction is said in words", async ({ people, stack }) => {
  const { alice } = await inChannel(people, { deposit: "100" });
  let answer: unknown = null;
  await alice.page.route(
    (url) => url.href.startsWith(stack.chain.publicUrl),
    async (route) => {
      const asked = route.request().postDataJSON() as { id: number; method: string } | null;
      if (asked?.method !== "eth_getTransactionByHash") return route.fallback();
      return route.fulfill({ json: { jsonrpc: "2.0", id: asked.id, result: answer } });
    },
  );
  const look = alice.channel.history.getByRole("button", { name: /^Transaction 0x/ });
  await look.click();
  await expect(alice.channel.transaction.getByRole("status")).toContainText("The node does not know this transaction");
  await alice.app.closeDialog();
  answer = { hash: `0x${"00".repeat(32)}` };
  await look.click();
  await expect(alice.channel.transaction.getByRole("alert")).toHaveText(/\.$/);
});

test.describe("with an explorer", () => {
  test.use({ stackOptions: { explorer: EXPLORER } });

  test("a transaction in the history is a link", async ({ people }) => {
    const { alice } = await inChannel(people, { deposit: "100" });
    await expect(alice.channel.history.getByRole("link", { name: /^0x/ })).toHaveAttribute(
      "href",
      /^https:\/\/explorer\.example\/tx\/0x[0-9a-f]{64}$/,
    );
  });
});
