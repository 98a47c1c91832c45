// Every state of every page, as the gallery draws it: accessible, nothing cut off, and pictured for looking at.
import type { Page } from "@playwright/test";
import { expectAccessible, expectNothingCutOff } from "./accessible.ts";
import { expect, test, type Person } from "./fixtures.ts";

// axe reads every element of every state.
test.slow();

const WIDTHS = { phone: { width: 390, height: 844 }, desk: { width: 1440, height: 900 } };

for (const colorScheme of ["light", "dark"] as const) {
  for (const [width, viewport] of Object.entries(WIDTHS)) {
    test(`every state, ${colorScheme}, on a ${width}`, async ({ people, picture }) => {
      // Contrast can only be judged of what stands still.
      const visitor = await people.visitor(undefined, { colorScheme, viewport, reducedMotion: "reduce" });
      const look = async (name: string) => {
        await picture(`gallery/${name}-${colorScheme}`, { [width]: visitor }, true);
        if (width === "phone") await expectAccessible(visitor.page, name, true);
        else await expectNothingCutOff(visitor.page, name);
      };
      for (const name of await exhibits(visitor)) {
        await show(visitor, name);
        if (name === "dialogs") await lookAtDialogs(visitor.page, look);
        else await look(name);
      }
    });
  }
}

for (const [width, viewport] of Object.entries(WIDTHS)) {
  test(`every state, for a projector, on a ${width}`, async ({ people, picture }) => {
    const visitor = await people.visitor(undefined, { viewport, reducedMotion: "reduce" });
    const theme = visitor.app.button("Colour theme");
    for (const word of ["system", "light", "dark"]) {
      await expect(theme).toHaveAttribute("aria-description", word);
      await theme.click();
    }
    await expect(theme).toHaveAttribute("aria-description", "projector");
    // Remembered.
    await visitor.page.reload();
    await expect(visitor.page.locator("html")).toHaveAttribute("data-theme", "projector");
    const look = async (name: string) => {
      await picture(`gallery/${name}-projector`, { [width]: visitor }, true);
      await expectNothingCutOff(visitor.page, name);
      // What axe sees besides contrast is in light, and it would be content with less of that.
      expect(await palest(visitor.page), `${name}: contrast`).toBeGreaterThanOrEqual(7);
    };
    for (const name of await exhibits(visitor)) {
      await show(visitor, name);
      if (name === "dialogs") await lookAtDialogs(visitor.page, look);
      else await look(name);
    }
  });
}

/** The least contrast of any text with what it is written on. */
function palest(page: Page): Promise<number> {
  return page.evaluate(() => {
    const luminance = (color: string) => {
      const [red, green, blue] = (color.match(/[\d.]+/g) ?? []).map((part) => {
        const share = Number(part) / 255;
        return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
      });
      return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
    };
    const ground = (element: Element | null): string => {
      if (!element) return "rgb(255, 255, 255)";
      const { backgroundColor } = getComputedStyle(element);
      return backgroundColor === "rgba(0, 0, 0, 0)" ? ground(element.parentElement) : backgroundColor;
    };
    let least = 21;
    for (const element of document.querySelectorAll("body *")) {
      const written = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
      if (!written || !element.checkVisibility() || element.closest("svg")) continue;
      const [a, b] = [getComputedStyle(element).color, ground(element)].map(luminance).sort((x, y) => x - y);
      least = Math.min(least, (b! + 0.05) / (a! + 0.05));
    }
    return least;
  });
}

/** What the gallery's list leads to. */
async function exhibits({ page }: Person): Promise<string[]> {
  await page.goto(new URL("#/gallery", page.url()).href);
  const links = page.getByRole("list", { name: "Exhibits", exact: true }).getByRole("link");
  await expect(links.first()).toBeVisible();
  const names = await links.allTextContents();
  expect(new Set(names).size, "no two of one name").toBe(names.length);
  return names;
}

/**
 * Turns to an exhibit. Each is drawn anew, so the former must have gone first; it is waited for in the page, where the next frame is a
 * few milliseconds away.
 */
async function show({ page }: Person, name: string): Promise<void> {
  await page.evaluate(async (name) => {
    const turn = async (hash: string, drawn: boolean) => {
      location.hash = hash;
      while ((document.querySelector("[data-testid=exhibit]") !== null) !== drawn) await new Promise(requestAnimationFrame);
    };
    await turn("#/gallery", false);
    await turn(`#/gallery/${name}`, true);
  }, name);
}

/** How many dialogs there are, one behind the other. */
const DIALOGS = 5;

async function lookAtDialogs(page: Page, look: (name: string) => Promise<void>): Promise<void> {
  const dialog = page.getByRole("dialog");
  for (let place = 1; place <= DIALOGS; place += 1) {
    // It is on the page a moment before the browser opens it.
    await expect(dialog).toBeVisible();
    await look(`dialog-${place}`);
    const title = await dialog.getAttribute("aria-labelledby");
    await dialog.getByRole("button", { name: /^(Close|Back)$/ }).click();
    await expect(page.locator(`dialog[aria-labelledby=${title}]`)).toHaveCount(0);
  }
  await expect(dialog).toHaveCount(0);
}

test("whoever goes by keyboard sees where the focus is", async ({ people }) => {
  const visitor = await people.visitor();
  await show(visitor, "open");
  const seen = new Set<string>();
  for (let steps = 0; steps < 40; steps += 1) {
    await visitor.page.keyboard.press("Tab");
    const focus = await visitor.page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      // A field draws the ring around itself and what belongs to it.
      const ringed = [element, element.parentElement!].map((part) => getComputedStyle(part));
      const ring = ringed.some((style) => style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2);
      return { ring, name: element.outerHTML.slice(0, 120) };
    });
    if (!focus) break;
    expect(focus.ring, focus.name).toBe(true);
    seen.add(focus.name);
  }
  expect(seen.size, "everything that can be pressed or filled in").toBeGreaterThan(12);
});

for (const reducedMotion of ["reduce", "no-preference"] as const) {
  test(`motion: ${reducedMotion}`, async ({ people }) => {
    const visitor = await people.visitor(undefined, { reducedMotion });
    await show(visitor, "starting");
    const moving = () => visitor.page.evaluate(() => document.getAnimations().filter((one) => one.playState === "running").length);
    if (reducedMotion === "reduce") expect(await moving()).toBe(0);
    else await expect.poll(moving, "the test sees motion where there is some").toBeGreaterThan(0);
  });
}
