import { type Page, expect, test } from "@playwright/test";

import { expectAccessible, signUp, write } from "./help";

async function withCompanies(page: Page) {
  await signUp(page);
  for (const [name, industry] of [["Acme", "retail"], ["Breeze", "energy"], ["Cliff", "retail"]]) {
    await write(page, "POST", "/companies", { name, industry });
  }
}

async function choose(page: Page, entry: string | RegExp) {
  await page.getByRole("button", { name: /^View:/ }).click();
  await page.getByRole(typeof entry === "string" ? "menuitem" : "menuitemradio", { name: entry }).click();
}

test("a view keeps filters, order and columns, and the list begins with it", async ({ page }) => {
  await withCompanies(page);
  await page.goto("/companies?industry=retail&sort=-name");
  const rows = page.locator("tbody tr");
  await expect(rows).toHaveCount(2);
  await choose(page, "Save as a new view");
  const dialog = page.getByRole("dialog", { name: "Save as a new view" });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByLabel("Name")).toHaveAccessibleDescription("Please fill this in.");
  await dialog.getByLabel("Name").fill("Shops");
  await dialog.getByLabel("Share with everybody").check();
  await dialog.getByLabel("Begin with this view").check();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "View: Shops", exact: true })).toBeVisible();
  await expect(page).toHaveURL(/view=.*industry=retail/);

  // What is changed is told, and saved when one says so.
  await page.getByRole("button", { name: "Employees" }).click();
  await expect(page.getByRole("button", { name: "View: Shops, changed" })).toBeVisible();
  await choose(page, "Save changes to this view");
  await expect(page.getByRole("button", { name: "View: Shops", exact: true })).toBeVisible();

  await choose(page, /^No view/);
  await expect(rows).toHaveCount(3);
  // The address without anything is the beginning of the list.
  await page.goto("/companies");
  await expect(page.getByRole("button", { name: "View: Shops", exact: true })).toBeVisible();
  await expect(rows).toHaveCount(2);
  await expect(page).toHaveURL(/sort=employees/);

  await choose(page, "Rename view");
  const rename = page.getByRole("dialog", { name: "Rename view" });
  await rename.getByLabel("Name").fill("Retail");
  await rename.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("button", { name: "View: Retail", exact: true })).toBeVisible();
  await choose(page, "Delete view");
  await page.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(rows).toHaveCount(3);
  await page.goto("/companies");
  await expect(rows).toHaveCount(3);
});

test("columns are chosen and put in order with the keyboard alone", async ({ page }) => {
  await withCompanies(page);
  await page.goto("/companies");
  const heads = page.locator("thead th:not(.tick)");
  await expect(heads.nth(1)).toHaveText("Industry");
  await page.getByRole("button", { name: "Columns" }).press("Enter");
  const dialog = page.getByRole("dialog", { name: "Columns of this list" });
  await dialog.getByRole("checkbox", { name: "Phone" }).press("Space");
  await dialog.getByRole("checkbox", { name: "Employees" }).press("Space");
  await dialog.getByRole("checkbox", { name: "Phone" }).press("Alt+ArrowUp");
  await expect(dialog.getByRole("checkbox", { name: "Phone" })).toBeFocused();
  await dialog.getByRole("button", { name: "Move Industry down" }).press("Enter");
  await page.keyboard.press("Escape");
  await expect(heads).toHaveText(["Name", "Location", "Industry", "Annual revenue", "Owner", "Tags", "Phone", "Updated"]);
  await expect(page).toHaveURL(/columns=name%2Clocation%2Cindustry/);
  // The browser remembers the columns of the list without a view.
  await page.goto("/companies");
  await expect(heads.nth(1)).toHaveText("Location");
  await page.getByRole("button", { name: "Columns" }).click();
  await dialog.getByRole("button", { name: "Back to the usual columns" }).click();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(heads.nth(1)).toHaveText("Industry");
});

test("axe finds nothing on views and columns", async ({ page }) => {
  test.setTimeout(180_000);
  await withCompanies(page);
  await page.goto("/companies?industry=retail");
  await choose(page, "Save as a new view");
  await expect(page.getByRole("dialog", { name: "Save as a new view" })).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Columns" }).click();
  await expect(page.getByRole("dialog", { name: "Columns of this list" })).toBeVisible();
  await expectAccessible(page);
});
