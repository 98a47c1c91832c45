// What an operator can say beside the deployment: where to look things up, and what tokens are worth.
import { expect, test, type Person } from "./fixtures.ts";
import { inChannel } from "./steps.ts";

const EXPLORER = "https://explorer.example";

test.describe("with an explorer and a price", () => {
  test.use({ stackOptions: { explorer: `${EXPLORER}/`, prices: ["THD=0.50EUR"] } });

  test("transactions, addresses and blocks are linked, and amounts are said in money too", async ({ people, picture, stack }) => {
    const { alice, bob } = await inChannel(people, { deposit: "100" });
    await expectLink(alice, "In the block explorer", `${EXPLORER}/address/${bob.address}`);
    await expect(alice.channel.history.getByRole("link", { name: /^block \d+$/ }).first()).toHaveAttribute(
      "href",
      /^https:\/\/explorer\.example\/block\/\d+$/,
    );

    await expect(alice.page.getByTestId("worth")).toHaveText(["≈ €50.00", "≈ €0.00"]);
    await alice.channel.amount.fill("2.4");
    await expect(alice.channel.amount).toHaveAccessibleDescription(/^≈ €1\.20\. Signed here/);
    await alice.channel.amount.fill("0.0001");
    await expect(alice.channel.amount).toHaveAccessibleDescription(/^≈ €0\.00005\. /);
    await alice.channel.amount.fill("2,4");
    await expect(alice.channel.amount).toHaveAccessibleDescription(/^Signed here/);
    await picture("beside", { alice });

    await alice.app.openAccount();
    await expectLink(alice, stack.book.hub, `${EXPLORER}/address/${stack.book.hub}`);
    await expect(alice.app.account.getByRole("link", { name: "In the block explorer", exact: true })).toHaveAttribute(
      "href",
      `${EXPLORER}/address/${alice.address}`,
    );
    await alice.app.closeDialog();
    await alice.app.openActivity();
    const sent = alice.app.activity.getByRole("link", { name: /^0x/ });
    await expect(sent.first()).toHaveAttribute("href", /^https:\/\/explorer\.example\/tx\/0x[0-9a-f]{64}$/);
    await expect(sent.first()).toHaveAttribute("rel", "noopener noreferrer");
    await expect(alice.app.button("Copy hash").first()).toBeVisible();
    await alice.app.closeDialog();

    await alice.app.goToChannels();
    await expect(alice.app.channels.thd).toHaveText(/^9,900 THD\s*≈ €4,950\.00$/);
    await expect(alice.app.channels.ether, "ether has no price here").not.toContainText("≈");
  });

  test("what is asked for and what is paid out is said in money too", async ({ people }) => {
    const { alice, bob } = await inChannel(people, { deposit: "100" });
    await bob.channel.request("3", "Tea");
    await expect(bob.channel.ownRequests.getByTestId("worth")).toHaveText("≈ €1.50");
    await expect(alice.channel.asked.getByTestId("worth")).toHaveText("≈ €1.50");
    await alice.channel.asked.getByRole("button", { name: "Pay 3 THD", exact: true }).click();
    await bob.channel.expectBalances("3 THD", "97 THD");
    await alice.channel.proposeEnd();
    await bob.channel.agreeEnd();
    await alice.channel.expectPhase("Settled");
    await bob.channel.expectPhase("Settled");
    for (const [person, worths] of [
      [alice, ["≈ €48.50", "≈ €1.50"]],
      [bob, ["≈ €1.50", "≈ €48.50"]],
    ] as const) {
      await expect(person.page.getByRole("region", { name: "Settled", exact: true }).getByTestId("worth")).toHaveText(worths);
    }
  });
});

test("where there is none of it, none of it is shown", async ({ people }) => {
  const { alice } = await inChannel(people, { deposit: "100" });
  await alice.channel.amount.fill("2.4");
  await expect(alice.channel.amount).toHaveAccessibleDescription(/^Signed here/);
  await expect(alice.page.getByTestId("worth")).toHaveCount(0);
  await alice.app.openAccount();
  await expect(alice.page.locator("a[target=_blank]")).toHaveCount(0);
});

async function expectLink({ page }: Person, name: string, href: string): Promise<void> {
  const link = page.getByRole("link", { name, exact: true });
  await expect(link).toHaveAttribute("href", new RegExp(`^${href}$`, "i"));
  await expect(link).toHaveAttribute("target", "_blank");
  await expect(link).toHaveAttribute("rel", "noopener noreferrer");
}
