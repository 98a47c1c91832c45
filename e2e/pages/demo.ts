// The presenter's page: the tour, the strip, and both people's windows in frames.
import { expect, type FrameLocator, type Locator, type Page } from "@playwright/test";
import { ChannelPage } from "./channel.ts";
import type { Role } from "./app.ts";

const TITLES = { alice: "Alice", bob: "Bob" } as const;

export class DemoPage {
  readonly status: Locator;
  readonly sentence: Locator;
  readonly block: Locator;
  readonly controls: Locator;
  readonly room: Locator;
  readonly windows: Record<Role, FrameLocator>;
  readonly channels: Record<Role, ChannelPage>;

  constructor(readonly page: Page) {
    const tour = page.getByRole("region", { name: /^Step \d+ of 12$/ });
    this.status = page.getByTestId("tour-status");
    this.sentence = tour.getByRole("paragraph").first();
    this.block = page.getByTestId("block");
    this.controls = page.getByRole("region", { name: "Controls", exact: true });
    this.room = page.getByRole("dialog", { name: "A channel with Alice", exact: true });
    const frame = (role: Role) => page.frameLocator(`iframe[title="${TITLES[role]}"]`);
    this.windows = { alice: frame("alice"), bob: frame("bob") };
    this.channels = { alice: new ChannelPage(this.windows.alice), bob: new ChannelPage(this.windows.bob) };
  }

  state(role: Role): Locator {
    return this.page.getByTestId(`${role}-state`);
  }

  step(number: number): Locator {
    return this.page.getByRole("heading", { name: `Step ${number} of 12`, exact: true });
  }

  /** Both windows are there, with the relay's consent. */
  async expectReady(): Promise<void> {
    for (const role of ["alice", "bob"] as const) await expect(this.state(role)).toHaveText("Connected");
  }

  /** A button of the strip. */
  async press(name: string): Promise<void> {
    const button = this.controls.getByRole("button", { name, exact: true });
    await button.click();
    // Whatever it did is over when the strip can be used again.
    await expect(this.controls.getByRole("button", { name: "Reset", exact: true })).toBeEnabled();
  }

  /** From the step's sentence to its being done, by the arrow key alone. */
  async play(number: number): Promise<void> {
    await expect(this.step(number)).toBeVisible();
    await this.page.keyboard.press("ArrowRight");
    await expect(this.status).toHaveText("Done");
  }

  /** Plays these steps and turns to the one after them. */
  async playTo(last: number): Promise<void> {
    for (let step = 1; step <= last; step += 1) {
      await this.play(step);
      await this.page.keyboard.press("ArrowRight");
    }
  }
}
