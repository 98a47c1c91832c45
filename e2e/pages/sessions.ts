// The page of sessions. Names are those of e2e/README.md.
import { readFile } from "node:fs/promises";
import type { Download, Locator, Page } from "@playwright/test";

export class SessionsPage {
  readonly look: Locator;
  readonly offer: Locator;
  readonly session: Locator;
  readonly stands: Locator;
  readonly words: Locator;
  readonly distrusted: Locator;

  constructor(readonly page: Page) {
    this.look = page.getByRole("form", { name: "Choose a provider", exact: true });
    this.offer = page.getByRole("region", { name: "What the provider offers", exact: true });
    this.session = page.getByRole("region", { name: /^Session with / }).first();
    this.stands = this.session.getByTestId("session-stands");
    this.words = this.session.getByTestId("session-words");
    this.distrusted = page.getByRole("region", { name: "Distrusted", exact: true });
  }

  /** A number of the meter or of the money. */
  value(name: "here" | "there" | "difference" | "proven" | "charged" | "left" | "deposit" | "risk" | "file"): Locator {
    return this.session.getByTestId(`session-${name}`);
  }

  button(name: string): Locator {
    return this.session.getByRole("button", { name, exact: true });
  }

  async ask(limit?: string): Promise<void> {
    if (limit !== undefined) await this.look.getByRole("textbox", { name: "A megabyte may cost at most", exact: true }).fill(limit);
    await this.look.getByRole("button", { name: "See what it offers", exact: true }).click();
  }

  async begin(deposit: string): Promise<void> {
    await this.offer.getByRole("textbox", { name: "Deposit", exact: true }).fill(deposit);
    await this.offer.getByRole("button", { name: "Deposit and begin", exact: true }).click();
  }

  /** Puts somebody onto the list by hand. */
  async distrust(address: string, because: string): Promise<void> {
    await this.distrusted.getByText("Add to the list").first().click();
    await this.distrusted.getByRole("textbox", { name: "Address of a provider", exact: true }).fill(address);
    await this.distrusted.getByRole("textbox", { name: "Because (optional)", exact: true }).fill(because);
    await this.distrusted.getByRole("button", { name: "Add to the list", exact: true }).click();
  }

  /** What can be done, but is not the usual thing. */
  async more(): Promise<void> {
    await this.session.getByText(/^Proof and more /).click();
  }

  async saved(name: string): Promise<{ name: string; content: Buffer }> {
    const saving = this.page.waitForEvent("download");
    await this.button(`Save ${name}`).click();
    return read(await saving);
  }

  async evidence(): Promise<{ name: string; content: Buffer }> {
    const saving = this.page.waitForEvent("download");
    await this.button("Save evidence").click();
    return read(await saving);
  }
}

async function read(download: Download) {
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}
