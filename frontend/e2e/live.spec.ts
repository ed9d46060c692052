import { expect, test, type BrowserContext, type Page } from "@playwright/test";

import { expectAccessible, signUp, write } from "./help";

/** Another window of the same person, with a connection of its own. */
async function another(page: Page, context: BrowserContext): Promise<Page> {
  const other = await context.browser()!.newContext({ storageState: await context.storageState() });
  const window = await other.newPage();
  await window.goto(page.url());
  return window;
}

const live = (page: Page) => page.getByRole("img", { name: "Live: changes appear at once" });

test("what one window changes another one shows, without reloading", async ({ page, context }) => {
  await signUp(page);
  const deal = await write(page, "POST", "/deals", { title: "Pumps" });
  const pipelines = await (await page.request.get("/api/v1/pipelines")).json();
  const [first, second] = pipelines.data[0].stages;
  await page.goto("/deals/board");
  await expect(live(page)).toBeVisible();
  const other = await another(page, context);
  await expect(live(other)).toBeVisible();
  await other.evaluate(() => Object.assign(window, { untouched: true }));
  const column = (name: string) => other.getByRole("region", { name: new RegExp(`^${name}`) });
  await expect(column(first.name).getByText("Pumps")).toBeVisible();
  await write(page, "POST", `/deals/${deal.id}/stage`, { stageId: second.id });
  await expect(column(second.name).getByText("Pumps")).toBeVisible();
  await expect(column(first.name).getByText("Pumps")).toBeHidden();
  await write(page, "PATCH", `/deals/${deal.id}`, { title: "Larger pumps" });
  await expect(column(second.name).getByText("Larger pumps")).toBeVisible();
  expect(await other.evaluate(() => "untouched" in window)).toBe(true);
  await expectAccessible(other);
  await other.context().close();
});

test("what happens while there is no connection is shown once there is one again", async ({ page, context }) => {
  await signUp(page);
  await page.goto("/companies");
  await expect(live(page)).toBeVisible();
  const other = await another(page, context);
  await expect(live(other)).toBeVisible();
  await other.context().setOffline(true);
  await write(page, "POST", "/companies", { name: "Acme" });
  await other.context().setOffline(false);
  await expect(other.getByRole("link", { name: "Acme" })).toBeVisible({ timeout: 30_000 });
  await other.context().close();
});
