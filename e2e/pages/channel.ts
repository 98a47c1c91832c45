// One channel: balances, paying, depositing, and all the ways it can end.
import { expect, type Locator, type Page } from "@playwright/test";

export class ChannelPage {
  readonly heading: Locator;
  readonly phase: Locator;
  readonly presence: Locator;
  readonly yours: Locator;
  readonly theirs: Locator;
  readonly bar: Locator;
  readonly inTheBar: Locator;
  readonly unseen: Locator;
  readonly leaving: Locator;
  readonly spendable: Locator;
  readonly receivable: Locator;
  readonly guaranteed: Locator;
  readonly waiting: Locator;
  readonly amount: Locator;
  readonly payButton: Locator;
  readonly delivery: Locator;
  readonly allowButton: Locator;
  readonly followButton: Locator;
  readonly depositAmount: Locator;
  readonly depositButton: Locator;
  readonly takeOutAmount: Locator;
  readonly takeOut: Locator;
  readonly letOut: Locator;
  readonly letOutAmount: Locator;
  readonly asked: Locator;
  readonly ownRequests: Locator;
  readonly payLink: Locator;
  readonly askWatchtower: Locator;
  readonly link: Locator;
  readonly shortCode: Locator;
  readonly history: Locator;
  readonly joinButton: Locator;

  readonly transaction: Locator;

  readonly dialog: Locator;
  readonly endTogether: Locator;
  readonly proposalYours: Locator;
  readonly proposalTheirs: Locator;
  readonly closing: Locator;
  readonly closesIn: Locator;
  readonly payoutYours: Locator;
  readonly payoutTheirs: Locator;
  readonly claimButton: Locator;
  readonly settleButton: Locator;
  readonly acceptButton: Locator;
  readonly paidYours: Locator;
  readonly paidTheirs: Locator;

  /** In a window, or in a frame of the presenter's page. */
  constructor(private readonly page: Pick<Page, "getByRole" | "getByTestId" | "getByLabel" | "getByText">) {
    const button = (name: string) => page.getByRole("button", { name, exact: true });
    const textbox = (name: string) => page.getByRole("textbox", { name, exact: true });
    const payForm = page.getByRole("form", { name: "Pay", exact: true });
    this.heading = page.getByRole("heading", { level: 1, name: /^Channel with / });
    this.phase = page.getByTestId("phase");
    this.presence = page.getByTestId("presence");
    this.yours = page.getByTestId("your-balance");
    this.theirs = page.getByTestId("their-balance");
    this.bar = page.getByRole("img", { name: /^You own / });
    this.inTheBar = page.getByRole("region", { name: "Balances", exact: true }).getByRole("listitem");
    this.unseen = page.getByTestId("bar-unseen");
    this.leaving = page.getByTestId("bar-leaving");
    this.spendable = page.getByTestId("spendable");
    this.receivable = page.getByTestId("receivable");
    this.guaranteed = page.getByTestId("guaranteed");
    this.waiting = page.getByTestId("waiting");
    this.amount = payForm.getByRole("textbox", { name: "Amount", exact: true });
    this.payButton = payForm.getByRole("button", { name: "Pay", exact: true });
    this.delivery = page.getByTestId("delivery");
    this.allowButton = button("Allow the payment key");
    this.followButton = button("Follow this channel");
    this.depositAmount = textbox("Deposit amount");
    this.depositButton = button("Deposit");
    this.takeOutAmount = textbox("Amount to take out");
    this.takeOut = page.getByLabel("Take money out", { exact: true });
    this.letOut = page.getByRole("region", { name: "Let them take money out?", exact: true });
    this.letOutAmount = page.getByTestId("withdrawal-amount");
    this.asked = page.getByRole("region", { name: "They ask to be paid", exact: true });
    this.ownRequests = page.getByRole("list", { name: "Your requests", exact: true }).getByRole("listitem");
    this.payLink = textbox("Pay link");
    this.askWatchtower = button("Ask the watchtower to settle");
    this.link = textbox("Channel link");
    this.shortCode = page.getByTestId("short-code");
    this.history = page.getByRole("list", { name: "History", exact: true }).getByRole("listitem");
    this.joinButton = button("Join this channel");

    this.transaction = page.getByRole("dialog", { name: "Transaction", exact: true });

    this.dialog = page.getByRole("dialog", { name: "End this channel", exact: true });
    this.endTogether = page.getByRole("region", { name: "End together?", exact: true });
    this.proposalYours = page.getByTestId("proposal-yours");
    this.proposalTheirs = page.getByTestId("proposal-theirs");
    this.closing = page.getByRole("region", { name: "Closing", exact: true });
    this.closesIn = page.getByTestId("closes-in");
    this.payoutYours = page.getByTestId("payout-yours");
    this.payoutTheirs = page.getByTestId("payout-theirs");
    this.claimButton = button("Claim now");
    this.settleButton = button("Settle");
    this.acceptButton = button("Accept now");
    this.paidYours = page.getByTestId("paid-yours");
    this.paidTheirs = page.getByTestId("paid-theirs");
  }

  async expectBalances(yours: string, theirs: string): Promise<void> {
    await expect(this.yours).toHaveText(yours);
    await expect(this.theirs).toHaveText(theirs);
  }

  /** That this much can be paid now: after a reload only once the chain has been read. */
  async expectSpendable(amount: string): Promise<void> {
    await expect(this.spendable).toHaveText(amount);
  }

  async expectPhase(phase: string): Promise<void> {
    await expect(this.phase).toHaveText(phase);
  }

  /** An amount to press. */
  preset(name: string): Locator {
    const form = this.page.getByRole("form", { name: "Pay", exact: true });
    return form.getByRole("button", { name, exact: true });
  }

  /** Presses Pay; what comes of it shows in the balances. */
  async pay(amount: string): Promise<void> {
    await this.amount.fill(amount);
    await this.payButton.click();
  }

  /** Pays and says what for. */
  async payFor(amount: string, memo: string): Promise<void> {
    await this.page.getByText("Add a memo", { exact: true }).click();
    await this.page.getByRole("textbox", { name: "Memo", exact: true }).fill(memo);
    await this.pay(amount);
  }

  /** Asks the other side to pay. */
  async request(amount: string, memo: string, term?: string): Promise<void> {
    const form = this.page.getByRole("form", { name: "Request", exact: true });
    await form.getByRole("textbox", { name: "Amount to request", exact: true }).fill(amount);
    await form.getByRole("textbox", { name: "What for", exact: true }).fill(memo);
    if (term) await form.getByRole("combobox", { name: "Can be paid within", exact: true }).selectOption(term);
    await form.getByRole("button", { name: "Request", exact: true }).click();
  }

  async deposit(amount: string): Promise<void> {
    await this.depositAmount.fill(amount);
    await this.depositButton.click();
  }

  /** Asks the other side to let money out. */
  async askToTakeOut(amount: string): Promise<void> {
    await this.takeOutAmount.fill(amount);
    await this.takeOut.getByRole("button", { name: "Ask to take out", exact: true }).click();
  }

  /** Answers the other side's wish to take money out. */
  async letTakeOut(answer: "Agree and send" | "Decline"): Promise<void> {
    await this.letOut.getByRole("button", { name: answer, exact: true }).click();
  }

  async proposeEnd(): Promise<void> {
    await this.openDialog();
    await this.inDialog("Propose to end together").click();
  }

  async declineEnd(): Promise<void> {
    await this.endTogether.getByRole("button", { name: "Decline", exact: true }).click();
  }

  async agreeEnd(): Promise<void> {
    await this.endTogether.getByRole("button", { name: "Agree and end", exact: true }).click();
  }

  async close(): Promise<void> {
    await this.openDialog();
    await this.inDialog("End without the other side…").click();
    await this.inDialog("Close one-sidedly").click();
  }

  /** Closes as a cheat would; the development chain's demonstration. */
  async closeUnderstating(paid: string): Promise<void> {
    await this.openDialog();
    await this.inDialog("End without the other side…").click();
    await this.inDialog("Demo: understate…").click();
    await this.dialog.getByRole("textbox", { name: "Say that you paid", exact: true }).fill(paid);
    await this.inDialog("Close understating (demo)").click();
  }

  async mine(blocks: string): Promise<void> {
    const tools = this.page.getByRole("region", { name: "Development chain", exact: true });
    await tools.getByRole("textbox", { name: "Blocks", exact: true }).fill(blocks);
    await tools.getByRole("button", { name: "Mine blocks", exact: true }).click();
  }

  private async openDialog(): Promise<void> {
    await this.page.getByRole("button", { name: "Close…", exact: true }).click();
  }

  private inDialog(name: string): Locator {
    return this.dialog.getByRole("button", { name, exact: true });
  }
}
