// The app around its pages: the frame, its banners, and the way in. Names are those of e2e/README.md.
import { expect, type Locator, type Page } from "@playwright/test";
import type { Hex } from "viem";
import { ChannelPage } from "./channel.ts";
import { ChannelsPage } from "./channels.ts";
import { NewChannelPage } from "./new_channel.ts";

/** The short form of an address, as it is shown. */
export const short = (address: Hex) => `${address.slice(0, 6)}…${address.slice(-4)}`;

export type Role = "alice" | "bob";

export class App {
  readonly channels: ChannelsPage;
  readonly newChannel: NewChannelPage;
  readonly channel: ChannelPage;

  constructor(readonly page: Page) {
    this.channels = new ChannelsPage(page);
    this.newChannel = new NewChannelPage(page);
    this.channel = new ChannelPage(page);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole("button", { name, exact: true });
  }

  heading(name: string): Locator {
    return this.page.getByRole("heading", { name, exact: true });
  }

  /** An alarm, failure or warning that says this. */
  alert(words: string | RegExp): Locator {
    return this.page.getByRole("alert").filter({ hasText: words });
  }

  /** What loses money if nothing is done, with what can be done. */
  get alarm(): Locator {
    return this.page.getByRole("region", { name: "Alarm", exact: true });
  }

  /** A calm message that says this. */
  status(words: string | RegExp): Locator {
    return this.page.getByRole("status").filter({ hasText: words });
  }

  /** Connects and sets up payments; ends on the list of channels, or where the link led. */
  async enter(wallet: string, goal?: Locator): Promise<void> {
    await this.pickWallet(wallet);
    await this.setUpPayments(goal);
  }

  /** The wallets to choose from. */
  get listed(): Locator {
    return this.page.getByRole("list", { name: "Wallets", exact: true }).getByRole("button");
  }

  /** Asks one of the wallets on the list. */
  async pickWallet(name: string): Promise<void> {
    await this.page.getByRole("list", { name: "Wallets", exact: true }).getByRole("button", { name, exact: true }).click();
  }

  async chooseAccount(account: Hex): Promise<void> {
    await this.button(`Use ${short(account)}`).click();
  }

  /** The one signature that payments need. */
  async setUpPayments(goal = this.heading("Channels")): Promise<void> {
    await this.button("Set up payments").click();
    await expect(goal).toBeVisible();
  }

  /** The account's dialog. */
  get account(): Locator {
    return this.page.getByRole("dialog", { name: "Account", exact: true });
  }

  async openAccount(): Promise<void> {
    await this.page.getByRole("button", { name: /^Account / }).click();
    await expect(this.account).toBeVisible();
  }

  /** The dialog with everything that was told. */
  get activity(): Locator {
    return this.page.getByRole("dialog", { name: "Activity", exact: true });
  }

  async openActivity(): Promise<void> {
    await this.button("Activity").click();
    await expect(this.activity).toBeVisible();
  }

  /** Has the wallet forgotten; the account's dialog is open before. */
  async disconnect(): Promise<void> {
    await this.account.getByRole("button", { name: "Disconnect", exact: true }).click();
  }

  async closeDialog(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await this.expectNoDialog();
  }

  /** That none is left: the browser closes one a moment before the app knows, and what would open it again is lost meanwhile. */
  async expectNoDialog(): Promise<void> {
    await expect(this.page.locator("dialog")).toHaveCount(0);
  }

  /** Limits the payment key in THD; the account's dialog stays open. */
  async setLimits({ payment, day }: { payment: string; day: string }): Promise<void> {
    await this.openAccount();
    await this.account.getByRole("combobox", { name: "Limits for", exact: true }).selectOption("THD");
    await this.account.getByRole("textbox", { name: "Limit per payment", exact: true }).fill(payment);
    await this.account.getByRole("textbox", { name: "Limit per day", exact: true }).fill(day);
    await this.account.getByRole("button", { name: "Set limits", exact: true }).click();
    await expect(this.account.getByRole("form", { name: "Limits of the payment key" }).getByRole("status")).toContainText(
      payment || day ? "Limits hold" : "No limits",
    );
  }

  async goToChannels(): Promise<void> {
    await this.page.getByRole("link", { name: "Channels", exact: true }).click();
    await expect(this.heading("Channels")).toBeVisible();
  }

  async goToNewChannel(): Promise<void> {
    await this.page.getByRole("navigation").getByRole("link", { name: "New channel", exact: true }).click();
    await expect(this.heading("New channel")).toBeVisible();
  }

  /** That this account is the one in use. */
  async expectAccount(account: Hex): Promise<void> {
    await expect(this.button(`Account ${short(account)}`)).toBeVisible();
  }
}
