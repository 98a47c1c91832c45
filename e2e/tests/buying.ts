// What tests of the page of sessions do on their way.
import type { BrowserContextOptions } from "@playwright/test";
import { SessionsPage } from "../pages/sessions.ts";
import { expect, type People, type Person } from "./fixtures.ts";

export const MB = 1_000_000;

/** So many bytes, as the page writes them in English. */
export const grouped = (bytes: number) => `${bytes.toLocaleString("en-US")} bytes`;

/** Goes to the page of sessions. */
export async function onSessions({ app, page }: Person): Promise<SessionsPage> {
  await page.getByRole("link", { name: "Sessions", exact: true }).click();
  await expect(app.heading("Sessions")).toBeVisible();
  return new SessionsPage(page);
}

/** Bob on the page of sessions. */
export async function buyer(people: People, options?: BrowserContextOptions): Promise<[Person, SessionsPage]> {
  const bob = await people.demo("bob", options);
  return [bob, await onSessions(bob)];
}

/** Asks the provider and begins a session with a deposit in THD. */
export async function begin(page: SessionsPage, deposit: string): Promise<void> {
  await page.ask();
  await page.begin(deposit);
  await expect(page.stands).toHaveText("Open");
}
