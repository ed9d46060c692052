// Tags: made by typing on a record, what a list is filtered by, looked after in the settings.
import { expect, test } from "@playwright/test";

import { expectAccessible, signUp, write } from "./help";

test("a tag is made on a company, filters its list, and is renamed in the settings", async ({ page }) => {
  test.setTimeout(180_000);
  await signUp(page);
  await write(page, "POST", "/companies", { name: "Breeze" });
  await page.goto("/companies?new=true");
  const dialog = page.getByRole("dialog", { name: "Add company" });
  await dialog.getByLabel("Name").fill("Acme");
  const picker = dialog.getByRole("combobox", { name: "Tags" });
  await picker.fill("Key account");
  await expect(dialog.getByRole("option", { name: "Create “Key account”" })).toBeVisible();
  await picker.press("Enter");
  await expect(dialog.getByRole("button", { name: "Remove Key account" })).toBeVisible();
  await expect(picker).toBeFocused();
  await dialog.getByRole("button", { name: "Add company" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Acme" })).toBeVisible();
  await expect(page.getByRole("definition").filter({ hasText: "Key account" })).toBeVisible();

  await page.getByRole("button", { name: "Edit tags" }).click();
  const editor = page.getByRole("dialog", { name: "Edit tags" });
  await editor.getByRole("combobox", { name: "Tags" }).fill("Churn risk");
  await editor.getByRole("option", { name: "Create “Churn risk”" }).click();
  await expect(editor.getByRole("button", { name: "Remove Churn risk" })).toBeVisible();
  await editor.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Churn risk, Key account")).toBeVisible();
  await expectAccessible(page);

  await page.goto("/companies");
  const rows = page.locator("tbody tr");
  await expect(rows).toHaveCount(2);
  await page.locator("summary").filter({ hasText: "More filters" }).click();
  await page.getByRole("combobox", { name: "Tag", exact: true }).fill("key");
  await page.getByRole("option", { name: "Key account" }).click();
  await expect(page).toHaveURL(/tag=/);
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText("Key account");

  await page.goto("/settings/tags");
  await expect(page.getByRole("link", { name: "Companies: 1" })).toHaveCount(2);
  await page.getByRole("button", { name: "Change Key account" }).click();
  await page.getByLabel("Name").fill("Strategic");
  await page.getByLabel("Colour").selectOption("teal");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("Strategic")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("listitem").filter({ hasText: "Strategic" }).getByRole("link", { name: "Companies: 1" }).click();
  await expect(rows).toHaveCount(1);
  await expect(rows.first()).toContainText("Strategic");
});

test("many companies get a tag at once, and two tags become one", async ({ page }) => {
  test.setTimeout(120_000);
  await signUp(page);
  const vip = await write(page, "POST", "/tags", { name: "VIP" });
  await write(page, "POST", "/tags", { name: "Strategic" });
  await write(page, "POST", "/companies", { name: "Acme", tagIds: [vip.id] });
  await write(page, "POST", "/companies", { name: "Breeze" });
  await page.goto("/companies");
  await page.getByRole("checkbox", { name: "Select all" }).check();
  await page.getByRole("button", { name: "Change…" }).click();
  await page.getByRole("menuitem", { name: "Add a tag" }).click();
  const dialog = page.getByRole("dialog", { name: /Add a tag/ });
  await dialog.getByRole("combobox").fill("Stra");
  await dialog.getByRole("option", { name: "Strategic" }).click();
  await dialog.getByRole("button", { name: "Change them" }).click();
  await expect(page.locator("tbody tr").filter({ hasText: "Strategic" })).toHaveCount(2);

  await page.goto("/settings/tags");
  await page.getByRole("button", { name: "Merge VIP into another tag" }).click();
  const merge = page.getByRole("dialog", { name: "Merge VIP into another tag" });
  await merge.getByRole("combobox", { name: "Tag that stays" }).fill("Stra");
  await merge.getByRole("option", { name: "Strategic" }).click();
  await merge.getByRole("button", { name: "Merge" }).click();
  await expect(page.getByRole("link", { name: "Companies: 2" })).toBeVisible();
  await expect(page.getByText("VIP", { exact: true })).toHaveCount(0);
});
