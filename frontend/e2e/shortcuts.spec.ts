import { expect, test } from "@playwright/test";

import { expectAccessible, signUp, write } from "./help";

test("the keyboard goes from page to page, adds, searches and edits", async ({ page }) => {
  await signUp(page);
  for (const name of ["Acme", "Breeze"]) await write(page, "POST", "/companies", { name });
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  await expect(page.locator("tbody tr")).toHaveCount(2);
  await page.keyboard.press("c");
  await expect(page.getByRole("dialog", { name: "Add company" })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await expect(page.getByLabel("Search companies")).toBeFocused();
  // What is typed into a field is text.
  await page.keyboard.type("gd");
  await expect(page.getByLabel("Search companies")).toHaveValue("gd");
  await page.getByLabel("Search companies").fill("");
  await page.keyboard.press("Escape");
  await expect(page.locator("tbody tr")).toHaveCount(2);
  await page.keyboard.press("j");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Acme" })).toBeVisible();
  await page.keyboard.press("e");
  await expect(page.locator("main input:focus, main select:focus, main textarea:focus")).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await expect(page.getByRole("heading", { level: 1, name: "Deals" })).toBeVisible();
});

test("a sheet tells of the shortcuts", async ({ page }) => {
  test.setTimeout(180_000);
  await signUp(page);
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "Shortcuts" });
  await expect(sheet.getByText("Go to Companies")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await expect(sheet).toBeHidden();
});

test("on paper there is the list alone", async ({ page }) => {
  await signUp(page);
  await write(page, "POST", "/companies", { name: "Acme" });
  await page.goto("/companies");
  await expect(page.locator("tbody tr")).toHaveCount(1);
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("heading", { level: 1, name: "Companies" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Acme" })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Main" })).toBeHidden();
  await expect(page.getByRole("button", { name: "Add company" })).toBeHidden();
});
