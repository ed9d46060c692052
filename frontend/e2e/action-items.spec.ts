import { expect, test } from "@playwright/test";

import { expectAccessible, signUp, write } from "./help";

test("a quick note is written by two keys, and an item is set, done and seen by the team's leader", async ({ page }) => {
  test.setTimeout(240_000);
  await signUp(page);
  const me = (await (await page.request.get("/api/v1/auth/me")).json()).data.memberId;
  const agent = await write(page, "POST", "/members", { name: "Tom Agent", role: "agent", managerId: me });
  const deal = await write(page, "POST", "/deals", { title: "Forty pumps", ownerId: agent.id });
  // Whom one leads is remembered for a second.
  await page.waitForTimeout(1_200);
  await page.goto(`/deals/${deal.id}`);
  await expect(page.getByRole("heading", { level: 1, name: /Forty pumps/ })).toBeVisible();
  await page.keyboard.press("n");
  const note = page.getByRole("dialog", { name: "Quick note" });
  await expect(note.getByRole("combobox", { name: "Agent" })).toHaveValue("Tom Agent");
  await expect(note.getByRole("combobox", { name: "Deal" })).toHaveValue("Forty pumps");
  await note.getByLabel("Note", { exact: true }).fill("Asked for the budget first.");
  await page.keyboard.press("Control+Enter");
  await expect(note).toBeHidden();

  await page.goto("/quick-notes");
  const row = page.getByRole("row", { name: /Asked for the budget first/ });
  await expect(row).toContainText("Tom Agent");
  await expect(row.getByRole("link", { name: "Forty pumps" })).toBeVisible();
  await expectAccessible(page);
  await row.getByRole("button", { name: /Asked for the budget/ }).click();
  const change = page.getByRole("dialog", { name: "Change the quick note" });
  await change.getByLabel("Category").selectOption("Praise");
  await change.getByLabel("Share with the agent and the line above").check();
  await change.getByRole("button", { name: "Save" }).click();
  await expect(row).toContainText("Praise");
  await expect(row).toContainText("Shared");

  await page.goto("/action-plans?new=true");
  const plan = page.getByRole("dialog", { name: "Add action plan" });
  await plan.getByLabel("Title").fill("Qualify before quoting");
  await plan.getByRole("combobox", { name: "Agent" }).fill("Tom");
  await plan.getByRole("option", { name: /Tom Agent/ }).click();
  await plan.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /Qualify before quoting/ })).toBeVisible();
  for (const title of ["Write five questions", "Ask them"]) {
    await page.getByRole("button", { name: "Add action item" }).click();
    const item = page.getByRole("dialog", { name: "Add action item" });
    await item.getByLabel("Title").fill(title);
    await item.getByLabel("Due").fill("2020-05-06");
    await item.getByRole("button", { name: "Save" }).click();
    await expect(item).toBeHidden();
  }
  await page.getByRole("button", { name: "Move Ask them up" }).click();
  await expect(page.locator("ol.related li").first()).toContainText("Ask them");
  await page.getByLabel("Done: Ask them").check();
  await expect(page.getByText("1 of 2 done")).toBeVisible();
  await expectAccessible(page);

  await page.goto("/my-team");
  const tom = page.getByRole("row", { name: /Tom Agent/ });
  await expect(tom.getByRole("cell").first()).toContainText("1");
  await expect(page.getByRole("link", { name: "Write five questions" })).toBeVisible();
  await expectAccessible(page);

  await page.goto("/action-items/board");
  const open = page.getByRole("region", { name: /^Open/ });
  await expect(open.getByText("Write five questions")).toBeVisible();
  await expectAccessible(page);
  await page.goto("/my-coaching");
  await expect(page.getByRole("heading", { level: 1, name: "My coaching" })).toBeVisible();
  await expectAccessible(page);
});
