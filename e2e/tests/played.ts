// A stack with one provider, which the test plays: Carol sells files, and lies where she is told to.
import { carol } from "../stack/accounts.ts";
import { PlayedProvider } from "../stack/played_provider.ts";
import { test as base } from "./fixtures.ts";

export const test = base.extend<{ provider: PlayedProvider }>({
  stackOptions: { providers: 1 },
  provider: async ({ stack }, use) => {
    const provider = await PlayedProvider.start(stack, stack.providers[0]!, carol);
    await use(provider);
    await provider.end();
  },
});
