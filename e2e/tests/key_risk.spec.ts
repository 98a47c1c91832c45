// What a stolen payment key could cost is said where its limits are, and a limit is no comfort where it does not hold.
import { expectAccessible } from "./accessible.ts";
import { expect, test } from "./fixtures.ts";
import { expectAgreed, inChannel } from "./steps.ts";

test("the account says what its payment key puts at risk", async ({ people, picture }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  await alice.channel.pay("20");
  await expectAgreed(alice, bob, "80 THD", "20 THD");
  const { account } = alice.app;
  const atRisk = account.getByTestId("at-risk");
  const limited = account.getByTestId("limited-to");
  await alice.app.openAccount();
  await expect(atRisk).toContainText("can spend at most 80 THD of yours");
  await expect(limited).toHaveCount(0);
  await alice.app.closeDialog();

  await alice.app.setLimits({ payment: "", day: "25" });
  await expect(atRisk).toContainText("can spend at most 80 THD of yours");
  await expect(limited).toContainText("at most 5 THD more today");
  await expect(account).toContainText("cannot be revoked");
  await picture("key-risk", { alice });
  await expectAccessible(alice.page, "the account");
  await alice.app.closeDialog();

  // Who is paid can be robbed of it as well.
  await bob.app.openAccount();
  await expect(bob.app.account.getByTestId("at-risk")).toContainText("can spend at most 20 THD of yours");
});

test("without a channel nothing is at risk", async ({ people }) => {
  const alice = await people.demo("alice");
  await alice.app.openAccount();
  await expect(alice.app.account.getByTestId("at-risk")).toContainText("can spend nothing");
});
