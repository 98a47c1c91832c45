// The list of channels.
import type { Locator, Page } from "@playwright/test";

export class ChannelsPage {
  readonly link: Locator;
  readonly joinField: Locator;
  readonly joinButton: Locator;
  readonly offered: Locator;
  readonly list: Locator;
  readonly thd: Locator;
  readonly ether: Locator;

  constructor(private readonly page: Page) {
    this.link = page.getByRole("textbox", { name: "Your link", exact: true });
    this.joinField = page.getByRole("textbox", { name: "Channel link or code", exact: true });
    this.joinButton = page.getByRole("button", { name: "Join channel", exact: true });
    this.offered = page.getByRole("region", { name: "Offered to you", exact: true });
    this.list = page.getByRole("list", { name: "Your channels", exact: true });
    this.thd = page.getByTestId("wallet-THD");
    this.ether = page.getByTestId("wallet-ETH");
  }

  /** Takes the only channel that is offered. */
  async joinOffered(): Promise<void> {
    await this.offered.getByRole("button", { name: /^Join / }).click();
  }

  /** Joins by a link or a short code. */
  async join(linkOrCode: string): Promise<void> {
    await this.joinField.fill(linkOrCode);
    await this.joinButton.click();
  }

  /** The links to channels, newest first. */
  get links(): Locator {
    return this.list.getByRole("link", { name: /^Channel with / });
  }

  /** Opens the only channel on the list. */
  async openOnly(): Promise<void> {
    await this.links.click();
    await this.page.getByRole("heading", { level: 1, name: /^Channel with / }).waitFor();
  }
}
