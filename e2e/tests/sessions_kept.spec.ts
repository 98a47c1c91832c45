// Sessions in more than one window of a browser, and in more than one browser: one counts and signs, whatever the others have.
import { SessionsPage } from "../pages/sessions.ts";
import { deployer } from "../stack/accounts.ts";
import { UNIT } from "../stack/played_provider.ts";
import { expectAccessible } from "./accessible.ts";
import { backup, takeIn } from "./backups.ts";
import { MB, begin, buyer, grouped, onSessions } from "./buying.ts";
import { expect } from "./fixtures.ts";
import { test } from "./played.ts";

// Chain, relay and a browser are started for each.
test.slow();

test("a second window shows the same as it changes, signs nothing, and goes on when the first is closed", async ({
  people,
  stack,
  provider,
  picture,
}) => {
  const film = provider.sell("film.bin", 6 * MB);
  const [bob, sessions] = await buyer(people);
  await begin(sessions, "0.1");
  provider.sendsAtMost = 2 * MB;
  await sessions.button("Download film.bin").click();
  await expect(sessions.value("here")).toHaveText(grouped(2 * MB));

  const second = await bob.waiting("#/sessions");
  const seen = new SessionsPage(second.page);
  await expect(seen.stands).toHaveText("Downloading");
  await expect(seen.value("here")).toHaveText(grouped(2 * MB));
  await expect(seen.session.getByRole("button")).toHaveCount(0);
  await expectAccessible(second.page, "Sessions in the other window");
  await picture("sessions-elsewhere", { bob: second });
  provider.sendsAtMost = 4 * MB;
  await expect(seen.value("here")).toHaveText(grouped(4 * MB));
  await expect(sessions.value("here")).toHaveText(grouped(4 * MB));
  expect(provider.seen, "one window speaks with the provider").toEqual({ ever: 1, now: 1 });

  // The first is loaded anew and keeps the account; then it is closed.
  await bob.page.reload();
  await expect(sessions.stands).toHaveText("Downloading");
  await second.expectWaiting();
  await bob.leave();
  await expect(second.app.heading("Sessions")).toBeVisible();
  await expect(seen.stands).toHaveText("Downloading");
  provider.sendsAtMost = Infinity;
  await expect(seen.session).toContainText("All of it is here");
  expect((await seen.saved("film.bin")).content.equals(film)).toBe(true);
  expect(provider.seen.now).toBe(1);
  // What came and was not stored yet came again: a unit at most for each of the two.
  expect(provider.session.counted).toBeLessThanOrEqual(film.length + 2 * UNIT);
  const money = await stack.money.snapshot(stack.book.sessions);
  await seen.button("End the session").click();
  await expect(seen.stands).toHaveText("Ended");
  await expect.poll(() => money.since(), { message: "nothing is burnt" }).toEqual(["-0.1"]);
});

test("a backup in an empty browser: the session is a copy that signs nothing and can be closed, the list is there", async ({
  people,
  bought,
  stack,
  provider,
  picture,
}) => {
  const { bob, sessions, money } = bought;
  await sessions.distrust(deployer.address, "it was slow");
  await expect(sessions.distrusted.getByRole("listitem")).toHaveCount(1);
  const file = await backup(bob);
  // The first browser goes on after the backup: what the copy knows is less than what is proven.
  await sessions.button("Download second.bin").click();
  await expect(sessions.value("proven")).toHaveText(grouped(4 * MB));
  await bob.context.close();
  await expect.poll(() => provider.seen.now).toBe(0);
  const before = { ...provider.seen, signed: provider.session.heard.length };

  const anew = await people.visitor("bob");
  await anew.app.pickWallet("Demo Bob");
  await anew.page.getByText("Import a backup instead", { exact: true }).click();
  await takeIn(anew, file);
  await expect(anew.app.heading("Channels")).toBeVisible();
  const copy = await onSessions(anew);
  await expect(copy.stands).toHaveText("From a backup");
  await expect(copy.words).toHaveText(/^This session came from a backup, and another browser may have counted on in it\./);
  await expect(copy.value("proven")).toHaveText(grouped(2 * MB));
  await expect(copy.distrusted.getByRole("listitem")).toContainText("it was slow");
  await expect(copy.button("End the session")).toHaveCount(0);
  await expectAccessible(anew.page, "From a backup");
  await picture("sessions-copy", { bob: anew });
  // Over a reload too.
  await anew.page.reload();
  await expect(copy.stands).toHaveText("From a backup");
  await expect(copy.distrusted.getByRole("listitem")).toContainText("it was slow");

  // It is closed by what is known here; the provider may show more, and has the period for it.
  await copy.button("Close one-sidedly").click();
  await expect(copy.stands).toHaveText("Closing");
  await provider.show();
  await expect(copy.words).toHaveText(/^Closed with what is proven: 0\.04 THD charged,/);
  await stack.chain.mine(24);
  await expect(copy.stands).toHaveText("Ready to settle");
  await copy.button("Settle").click();
  await expect(copy.words).toHaveText("0.04 THD charged, 0.06 THD given back.");
  await expect.poll(() => money.since()).toEqual(["-0.04", "0.04"]);
  expect({ ...provider.seen, signed: provider.session.heard.length }, "the copy said nothing").toEqual(before);
});
