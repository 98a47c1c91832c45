// Money counts once enough blocks lie on top of it: what lies shallow can still be taken back by a reorganisation of the chain.
import { thd } from "../stack/money.ts";
import type { Stack } from "../stack/stack.ts";
import { expect, test, type People, type Person } from "./fixtures.ts";
import { bothConnected, expectAgreed, joinOffered } from "./steps.ts";

const CONFIRMATIONS = 3;

test.use({ stackOptions: { confirmations: CONFIRMATIONS } });

// The node says of no block from before its start how things stood then, and that is what pages ask about.
test.beforeEach(({ stack }) => stack.chain.mine(CONFIRMATIONS + 1));

/** How often a page has asked for the chain's newest block once it has made something of it: a reading begins and ends with that. */
const LOOKS = 4;

/** Mines, and waits until these pages have read the chain as it is then. */
async function mineAndRead(stack: Stack, blocks: number, ...people: Person[]): Promise<void> {
  await stack.chain.mine(blocks);
  const head = `"number":"0x${(await stack.chain.blockNumber()).toString(16)}"`;
  await Promise.all(
    people.map(async ({ page }) => {
      for (let looks = 0; looks < LOOKS; looks += 1) {
        await page.waitForResponse(
          async (response) => response.url().startsWith(stack.chain.publicUrl) && (await response.text()).includes(head),
        );
      }
    }),
  );
}

/** Alice has a channel of 100 THD with bob in the newest block, and is on its page. */
async function opened(people: People): Promise<{ alice: Person; bob: Person }> {
  const { alice, bob } = await bothConnected(people);
  await alice.app.goToNewChannel();
  await alice.app.newChannel.open({ counterparty: await bob.app.channels.link.inputValue(), deposit: "100" });
  return { alice, bob };
}

test("a channel is being opened until it lies deep enough", async ({ people, stack }) => {
  const { alice, bob } = await opened(people);
  const shallow = alice.page.getByText(/^Your deposit of 100 THD is on the chain, but not deep enough to count yet\./);
  await alice.channel.expectPhase("Opening");
  await expect(shallow).toBeVisible();
  const depth = alice.page.getByTestId("depth");
  await expect(depth).toHaveText(`Blocks on top of it: 0 of ${CONFIRMATIONS}.`);
  expect(await stack.money.held(), "it is paid for").toBe(thd("100"));

  await mineAndRead(stack, CONFIRMATIONS - 1, alice, bob);
  await alice.channel.expectPhase("Opening");
  await expect(shallow).toBeVisible();
  await expect(depth).toHaveText(`Blocks on top of it: ${CONFIRMATIONS - 1} of ${CONFIRMATIONS}.`);
  await alice.channel.expectBalances("0 THD", "0 THD");
  await expect(alice.channel.payButton).toHaveCount(0);
  await expect(bob.app.channels.offered).toHaveCount(0);
  await expect(bob.app.channels.list.getByTestId("phase")).toHaveText("Opening");

  await stack.chain.mine(1);
  await alice.channel.expectPhase("Open");
  await expect(shallow).toHaveCount(0);
  await alice.channel.expectSpendable("100 THD");
  await joinOffered(bob);
  await alice.channel.pay("20");
  await expectAgreed(alice, bob, "80 THD", "20 THD");
});

test("a deposit counts once it lies deep enough", async ({ people, stack }) => {
  const { alice, bob } = await opened(people);
  await stack.chain.mine(CONFIRMATIONS);
  await alice.channel.expectPhase("Open");
  await joinOffered(bob);
  await alice.channel.pay("20");
  await expectAgreed(alice, bob, "80 THD", "20 THD");

  await bob.channel.deposit("50");
  const his = bob.page.getByText(/^Your deposit of 50 THD is on the chain, but not deep enough to count yet\./);
  const hers = alice.page.getByText(/^Their deposit of 50 THD is on the chain, but not deep enough to count yet\./);
  await expect(his).toBeVisible();
  await expect(hers).toBeVisible();
  await mineAndRead(stack, CONFIRMATIONS - 1, alice, bob);
  await expect(his).toBeVisible();
  await expect(hers).toBeVisible();
  await expectAgreed(alice, bob, "80 THD", "20 THD");
  await bob.channel.expectSpendable("20 THD");
  await expect(alice.channel.receivable).toHaveText("20 THD");
  await bob.channel.pay("60");
  await expect(bob.channel.amount).toHaveAccessibleDescription(/at most 20 THD/);

  await stack.chain.mine(1);
  await expectAgreed(alice, bob, "80 THD", "70 THD");
  await expect(his).toHaveCount(0);
  await expect(hers).toHaveCount(0);
  await bob.channel.expectSpendable("70 THD");
  await bob.channel.pay("60");
  await expectAgreed(alice, bob, "140 THD", "10 THD");
});
