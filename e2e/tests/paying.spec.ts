// The small things of paying: amounts to press, what is safe whatever the other side does, and what is copied.
import { expect, test } from "./fixtures.ts";
import { expectAgreed, inChannel } from "./steps.ts";

test("amounts to press fill the field, and are offered as long as they can be paid", async ({ people }) => {
  const { alice, bob } = await inChannel(people, { deposit: "26" });
  const preset = (name: string) => alice.channel.preset(name);
  // What is typed there makes way.
  await alice.channel.amount.fill("7");
  for (const [name, amount, hers, his] of [
    ["20", "20", "6 THD", "20 THD"],
    ["5", "5", "1 THD", "25 THD"],
    ["1", "1", "0 THD", "26 THD"],
  ] as const) {
    await preset(name).click();
    await expect(alice.channel.amount).toHaveValue(amount);
    await alice.channel.payButton.click();
    await expectAgreed(alice, bob, hers, his);
    await expect(alice.channel.amount).toHaveValue("");
    if (name === "20") {
      await expect(preset("20"), "more than there is").toBeDisabled();
      await expect(preset("5")).toBeEnabled();
    }
  }
  for (const name of ["1", "5", "20", "All"]) await expect(preset(name)).toBeDisabled();
  await expect(bob.channel.preset("20")).toBeEnabled();

  // Filled in is not paid: nothing is until Pay is pressed.
  await bob.channel.preset("20").click();
  await expect(bob.channel.amount).toHaveValue("20");
  await bob.channel.preset("All").click();
  await expect(bob.channel.amount).toHaveValue("26");
  await alice.channel.request("1", "Nothing yet");
  await expect(bob.channel.asked).toBeVisible();
  await expectAgreed(alice, bob, "0 THD", "26 THD");
});

test("what one would get if the other vanished now follows every payment, and is what one gets", async ({ people, stack }) => {
  const { alice, bob } = await inChannel(people, { deposit: "100" });
  const expectGuaranteed = async (hers: string, his: string) => {
    await expect(alice.channel.guaranteed).toHaveText(hers);
    await expect(bob.channel.guaranteed).toHaveText(his);
  };
  await expectGuaranteed("100 THD", "0 THD");
  await alice.channel.pay("30");
  await expectGuaranteed("70 THD", "30 THD");
  await bob.channel.pay("4.5");
  await expectGuaranteed("74.5 THD", "25.5 THD");
  await bob.channel.deposit("10");
  await expectGuaranteed("74.5 THD", "35.5 THD");
  await alice.channel.pay("0.000000000000000001");
  await expectGuaranteed("74.499999999999999999 THD", "35.500000000000000001 THD");

  // And she does vanish.
  await alice.leave();
  const had = await stack.money.snapshot(alice.address, bob.address);
  await bob.channel.close();
  await bob.channel.expectPhase("Closing");
  await stack.chain.mine(100);
  await bob.channel.settleButton.click();
  await bob.channel.expectPhase("Settled");
  await expect.poll(() => had.since()).toEqual(["74.499999999999999999", "35.500000000000000001"]);
});

test("what is copied is whole, and the page says that it was copied", async ({ people }) => {
  const { alice, bob } = await inChannel(people, { deposit: "1" }, { permissions: ["clipboard-read", "clipboard-write"] });
  // The words stay for a moment only: this page's timers move when the test says so.
  await alice.page.clock.install();
  await alice.page.reload();
  await expect(alice.channel.presence).toHaveText("Online");
  const link = await alice.channel.link.inputValue();
  const code = await alice.channel.shortCode.innerText();
  await alice.app.goToChannels();
  const own = await alice.app.channels.link.inputValue();
  await alice.page.clock.pauseAt(Date.now() + 60_000);

  const expectCopied = async (name: string, text: string) => {
    const button = alice.app.button(name);
    await expect(button).toHaveText("Copy");
    await button.click();
    await expect(button).toHaveText("Copied");
    await expect(alice.page.locator("[aria-live=polite]").filter({ hasText: /^Copied$/ }), "said aloud").toHaveCount(1);
    expect(await alice.page.evaluate(() => navigator.clipboard.readText())).toBe(text);
    await alice.page.clock.runFor(2_000);
    await expect(button).toHaveText("Copy");
  };
  await expectCopied("Copy your link", own);
  await alice.app.channels.openOnly();
  await expectCopied("Copy channel link", link);
  await expectCopied("Copy code", code);
  await expectCopied("Copy their address", bob.address);
  await alice.app.openAccount();
  await expectCopied("Copy address", alice.address);

  // A browser that refuses leaves it to the person.
  await alice.page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("No.", "NotAllowedError"));
  });
  const button = alice.app.button("Copy address");
  await button.click();
  await expect(button).toHaveText("Select and copy it");
});
