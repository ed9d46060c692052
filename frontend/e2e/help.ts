import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

export const PASSWORD = "plenty of quiet otters";

let count = 0;

/** Signs up a new organization through the page, so that journeys never meet each other. */
export async function signUp(page: Page): Promise<string> {
  const email = `ada-${Date.now()}-${process.pid}-${(count += 1)}@example.com`;
  await page.goto("/sign-up");
  await page.getByLabel("Organization").fill("Analytical Engines");
  await page.getByLabel("First name").fill("Ada");
  await page.getByLabel("Last name").fill("Lovelace");
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Create organization" }).click();
  await expect(page.getByRole("heading", { name: "Dashboard", level: 1 })).toBeVisible();
  return email;
}

export async function signIn(page: Page, email: string) {
  await page.getByLabel("E-mail").fill(email);
  await page.getByLabel("Password").fill(PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
}

/** Writes through the API with the session of the page. */
export async function write(page: Page, method: string, path: string, body?: unknown) {
  const answer = await page.request.fetch(`/api/v1${path}`, {
    method,
    headers: { Origin: new URL(page.url()).origin },
    ...(body === undefined ? {} : { data: body }),
  });
  expect(answer.ok(), `${method} ${path}: ${answer.status()}`).toBe(true);
  return (await answer.json()).data;
}

/** axe finds nothing, in light and in dark, on a phone, a tablet and a desk. */
export async function expectAccessible(page: Page) {
  const before = page.viewportSize();
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const width of [320, 768, 1440]) {
      await page.setViewportSize({ width, height: 900 });
      // Colours that are on their way to others are not what people read.
      await page.evaluate(async () => {
        await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
        await Promise.allSettled(document.getAnimations().map((animation) => animation.finished));
      });
      const result = await new AxeBuilder({ page })
        .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
        .analyze();
      const found = result.violations.map((fault) => `${fault.id}: ${fault.nodes.map((node) => node.target).join(", ")}`);
      const where = `${new URL(page.url()).pathname}, ${colorScheme}, ${width} px`;
      // All that is found is told at once.
      expect.soft(found, where).toEqual([]);
      const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
      expect.soft(wide, `${where} scrolls sideways`).toBe(false);
    }
  }
  if (before) await page.setViewportSize(before);
}
