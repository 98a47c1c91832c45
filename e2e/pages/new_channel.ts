// The form that opens a channel.
import type { Locator, Page } from "@playwright/test";

export interface NewChannel {
  counterparty: string;
  deposit: string;
  currency?: "THD" | "ETH";
  period?: string;
  policy?: "Refute" | "Forfeit";
  signWithWallet?: boolean;
}

export class NewChannelPage {
  readonly counterparty: Locator;
  readonly currency: Locator;
  readonly deposit: Locator;
  readonly rules: Locator;
  readonly period: Locator;
  readonly signWithWallet: Locator;
  readonly summary: Locator;
  readonly openButton: Locator;

  constructor(private readonly page: Page) {
    this.counterparty = page.getByRole("textbox", { name: "Counterparty", exact: true });
    this.currency = page.getByRole("combobox", { name: "Currency", exact: true });
    this.deposit = page.getByRole("textbox", { name: "Deposit", exact: true });
    this.rules = page.getByText(/^Rules of the channel: /);
    this.period = page.getByRole("textbox", { name: "Finalization period", exact: true });
    this.signWithWallet = page.getByRole("checkbox", { name: "Sign each payment with the wallet", exact: true });
    this.summary = page.getByRole("region", { name: "What will happen", exact: true });
    this.openButton = page.getByRole("button", { name: "Open channel", exact: true });
  }

  async fill(channel: NewChannel): Promise<void> {
    await this.counterparty.fill(channel.counterparty);
    if (channel.currency) await this.currency.selectOption(channel.currency);
    await this.deposit.fill(channel.deposit);
    if (channel.period || channel.policy || channel.signWithWallet) await this.unfoldRules();
    if (channel.period) await this.period.fill(channel.period);
    if (channel.policy) {
      await this.page
        .getByRole("group", { name: "Policy", exact: true })
        .getByRole("radio", { name: channel.policy, exact: true })
        .check();
    }
    if (channel.signWithWallet) await this.signWithWallet.check();
  }

  /** Shows the rules that most people leave as they are. */
  async unfoldRules(): Promise<void> {
    if (!(await this.period.isVisible())) await this.rules.click();
  }

  /** Fills the form, opens, and waits for the channel's page. */
  async open(channel: NewChannel): Promise<void> {
    await this.fill(channel);
    await this.openButton.click();
    await this.page.getByRole("heading", { level: 1, name: /^Channel with / }).waitFor();
  }
}
