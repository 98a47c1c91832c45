// A stack with one provider, which the test plays: Carol sells files, and lies where she is told to.
import type { SessionsPage } from "../pages/sessions.ts";
import { carol } from "../stack/accounts.ts";
import { PlayedProvider } from "../stack/played_provider.ts";
import { MB, begin, buyer, grouped } from "./buying.ts";
import { expect, test as base, type Person } from "./fixtures.ts";

interface Bought {
  bob: Person;
  sessions: SessionsPage;
  /** His and Carol's, from before. */
  money: { since(): Promise<string[]> };
}

interface Fixtures {
  provider: PlayedProvider;
  /** Bob has bought `film.bin`, the first of two files of 2 MB, honestly; `second.bin` is the other. */
  bought: Bought;
}

export const test = base.extend<Fixtures>({
  stackOptions: { providers: 1 },

  provider: async ({ stack }, use) => {
    const provider = await PlayedProvider.start(stack, stack.providers[0]!, carol);
    await use(provider);
    await provider.end();
  },

  bought: async ({ stack, provider, people }, use) => {
    for (const name of ["film.bin", "second.bin"]) provider.sell(name, 2 * MB);
    const [bob, sessions] = await buyer(people);
    const money = await stack.money.snapshot(bob.address, carol.address);
    await begin(sessions, "0.1");
    await sessions.button("Download film.bin").click();
    await expect(sessions.value("proven")).toHaveText(grouped(2 * MB));
    await use({ bob, sessions, money });
  },
});
