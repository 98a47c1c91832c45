// The page of sessions in each theme and size, in German, and mirrored: readable by everybody that axe can speak for, nothing cut off.
import type { BrowserContextOptions } from "@playwright/test";
import type { SessionsPage } from "../pages/sessions.ts";
import type { PlayedProvider } from "../stack/played_provider.ts";
import { expectAccessible, expectNothingCutOff } from "./accessible.ts";
import { MB, begin, buyer } from "./buying.ts";
import { expect, type Person } from "./fixtures.ts";
import { test } from "./played.ts";

const still = { reducedMotion: "reduce" } as const;
const phone = { ...still, viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };
const settings: Record<string, BrowserContextOptions> = {
  light: { ...still, colorScheme: "light", viewport: { width: 1440, height: 900 } },
  dark: { ...still, colorScheme: "dark", viewport: { width: 1440, height: 900 } },
  phone: { ...phone, colorScheme: "light" },
  "dark phone": { ...phone, colorScheme: "dark" },
  "small phone": { ...phone, viewport: { width: 320, height: 640 } },
};

// axe reads every element of every page, which takes as long as several other tests.
test.slow();

/** From the offer to a file that came and a provider that lies; `look` is called at each. */
async function goThrough(sessions: SessionsPage, provider: PlayedProvider, look: (where: string) => Promise<void>): Promise<void> {
  provider.sell("film.bin", 3 * MB);
  provider.sell("a recording whose name is as long as the names of recordings sometimes are.flac", 312_704);
  await sessions.ask();
  await expect(sessions.offer.getByTestId("offer-price")).toBeVisible();
  await look("offer");
  await begin(sessions, "0.05");
  provider.sendsAtMost = 2 * MB;
  await sessions.button("Download film.bin").click();
  await expect(sessions.value("here")).toHaveText("2,000,000 bytes");
  await look("running");
  provider.lies = { fewer: 100_000 };
  provider.sendsAtMost = 3 * MB;
  await expect(sessions.stands).toHaveText("Dishonest provider");
  await look("guilty");
}

for (const [name, options] of Object.entries(settings)) {
  test(`${name}: sessions`, async ({ provider, people, picture }) => {
    const [bob, sessions] = await buyer(people, options);
    // Two words of a link stay on one line.
    const lines = bob.page.getByRole("navigation").getByRole("link").evaluateAll((links) =>
      links.map((link) => {
        const words = document.createRange();
        words.selectNodeContents(link);
        return new Set([...words.getClientRects()].map((word) => Math.round(word.top))).size;
      }),
    );
    expect(await lines).toEqual([1, 1, 1]);
    await goThrough(sessions, provider, async (where) => {
      await expectAccessible(bob.page, where);
      await picture(`sessions-${name.replace(" ", "-")}-${where}`, { bob }, true);
    });
  });
}

test("for a projector: sessions", async ({ provider, people, picture }) => {
  const [bob, sessions] = await buyer(people, { ...still, viewport: { width: 1440, height: 900 } });
  for (let press = 0; press < 3; press += 1) await bob.app.button("Colour theme").click();
  await expect(bob.page.locator("html")).toHaveAttribute("data-theme", "projector");
  await goThrough(sessions, provider, async (where) => {
    await expectAccessible(bob.page, where);
    await picture(`sessions-projector-${where}`, { bob }, true);
  });
});

/** No language of the app is written from the right yet, so the page is turned by hand; it stays so while the app runs. */
async function expectMirrored({ page }: Person, where: string): Promise<void> {
  await expectNothingCutOff(page, where);
  const wrong = await page.evaluate(() => {
    const at = (text: Text, place: number) => {
      const range = document.createRange();
      range.setStart(text, place);
      range.setEnd(text, place + 1);
      return range.getBoundingClientRect();
    };
    // A number stands before its unit, and an address begins where addresses begin; each on the side where the page begins.
    const read = [...document.querySelectorAll(".session .facts dd bdi, .session .file bdi, .session-origin .mono")];
    return read
      .filter((element) => {
        const text = element.firstChild as Text;
        const [first, next] = [at(text, 0), at(text, 1)];
        const line = element.parentElement!.getBoundingClientRect();
        const end = at(text, text.length - 1);
        return first.left >= next.left || (end.top === first.top && Math.abs(line.right - end.right) > 3);
      })
      .map((element) => element.outerHTML);
  });
  expect(wrong, `${where}: read from the wrong end`).toEqual([]);
}

for (const [size, options] of Object.entries({ desk: settings.light!, phone })) {
  test(`mirrored, ${size}: sessions`, async ({ provider, people, picture }) => {
    const [bob, sessions] = await buyer(people, options);
    await bob.page.evaluate(() => (document.documentElement.dir = "rtl"));
    await goThrough(sessions, provider, async (where) => {
      await expectMirrored(bob, where);
      await picture(`sessions-mirrored-${size}-${where}`, { bob }, true);
    });
    // What is counted grows from where the page begins: from the right.
    const whole = await sessions.session.locator(".meter-ground").first().boundingBox();
    const ours = await sessions.session.locator(".meter-ours").boundingBox();
    expect(Math.abs(whole!.x + whole!.width - ours!.x - ours!.width)).toBeLessThan(3);
    expect(ours!.width).toBeLessThan(whole!.width);
    const bar = await sessions.session.locator(".meter-left").boundingBox();
    const charged = await sessions.session.locator(".meter-charged").boundingBox();
    expect(Math.abs(bar!.x + bar!.width - charged!.x - charged!.width)).toBeLessThan(3);
  });
}

test.describe("where everything is offered", () => {
  test.use({ stackOptions: { providers: 1, paywalls: 1 } });

  for (const width of [390, 320]) {
    for (const locale of ["en-GB", "de-DE"]) {
      test(`the navigation's four links, ${width} pixels, ${locale}`, async ({ people, picture }) => {
        const bob = await people.visitor("bob", { ...phone, viewport: { width, height: 700 }, locale });
        await bob.app.pickWallet("Demo Bob");
        await bob.page.locator(".button.primary").click();
        const links = bob.page.getByRole("navigation").getByRole("link");
        await expect(links).toHaveCount(4);
        await links.last().click();
        await expect(links.last()).toHaveAttribute("aria-current", "page");
        await expectAccessible(bob.page, "Navigation");
        // No word is broken, or runs into the next link.
        const squeezed = await links.evaluateAll((all) => all.filter((link) => link.scrollWidth > link.clientWidth).map((link) => link.textContent));
        expect(squeezed).toEqual([]);
        await picture(`navigation-${width}-${locale}`, { bob });
      });
    }
  }
});
