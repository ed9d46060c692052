import { readFileSync } from "node:fs";

import { expect, test } from "@playwright/test";

import { expectAccessible, signUp, write } from "./help";

test("everything leaves as one archive, which is fetched and deleted", async ({ page }) => {
  await signUp(page);
  await write(page, "POST", "/companies", { name: "Acme" });
  await page.goto("/exports");
  await expect(page.getByText("No archive yet")).toBeVisible();
  await page.getByRole("button", { name: "Export everything" }).click();
  const dialog = page.getByRole("dialog", { name: "Export everything" });
  await dialog.getByLabel("Notes").uncheck();
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Export everything" }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole("listitem").filter({ hasText: "Companies, Contacts" });
  await expect(row).toContainText("Ready", { timeout: 30_000 });
  await expect(row).toContainText("2 rows");
  await expectAccessible(page);
  const fetched = page.waitForEvent("download");
  await row.getByRole("link", { name: /^Download/ }).click();
  const file = await fetched;
  expect(file.suggestedFilename()).toMatch(/^touchline-.*\.zip$/);
  expect(readFileSync(await file.path()).subarray(0, 2).toString()).toBe("PK");
  await row.getByRole("button", { name: /^Delete/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByText("No archive yet")).toBeVisible();
});
