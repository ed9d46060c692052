import { type Page, expect, test } from "@playwright/test";

import { expectAccessible, signUp, write } from "./help";

async function withCompanies(page: Page, count: number) {
  await signUp(page);
  for (let number = 1; number <= count; number += 1) {
    await write(page, "POST", "/companies", {
      name: `Company ${String(number).padStart(3, "0")}`,
      industry: number % 2 ? "retail" : "medical",
      employees: number * 10,
    });
  }
}

test("a company is added, edited where it stands, and its history tells", async ({ page }) => {
  await signUp(page);
  await page.goto("/companies?new=true");
  const dialog = page.getByRole("dialog", { name: "Add company" });
  await dialog.getByRole("button", { name: "Add company" }).click();
  await expect(dialog.getByLabel("Name")).toHaveAccessibleDescription("Please fill this in.");
  await dialog.getByLabel("Name").fill("Acme <script>alert(1)</script>");
  await dialog.getByLabel("Website").fill("acme.example");
  await dialog.getByRole("button", { name: "Add company" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Acme <script>" })).toBeVisible();

  await page.getByRole("button", { name: "Edit Employees" }).click();
  await page.getByLabel("Employees", { exact: true }).fill("1,250");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("definition").filter({ hasText: "1,250" })).toBeVisible();
  await expect(page.getByRole("button", { name: "Edit Employees" })).toBeFocused();

  await page.getByRole("button", { name: "Edit Country" }).click();
  await page.getByLabel("Country").selectOption("DE");
  await expect(page.getByRole("definition").filter({ hasText: "Germany" })).toBeVisible();
  await expect(page.getByText("changed this").first()).toBeVisible();

  // Escape leaves everything as it was.
  await page.getByRole("button", { name: "Edit Industry" }).click();
  await page.getByLabel("Industry").fill("nonsense");
  await page.keyboard.press("Escape");
  await expect(page.getByText("nonsense")).toHaveCount(0);
});

test("what the server refuses comes back with what was typed", async ({ page }) => {
  await withCompanies(page, 1);
  await page.goto("/companies");
  await page.getByRole("link", { name: "Company 001" }).click();
  await page.getByRole("button", { name: "Edit Domain" }).click();
  await page.getByLabel("Domain").fill("not a domain");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Domain")).toHaveValue("not a domain");
  await expect(page.getByLabel("Domain")).toHaveAccessibleDescription(/must be a domain/i);
});

test("two who change the same company see each other's change", async ({ page }) => {
  await withCompanies(page, 1);
  await page.goto("/companies");
  await page.getByRole("link", { name: "Company 001" }).click();
  await page.getByRole("button", { name: "Edit Industry" }).click();
  const id = new URL(page.url()).pathname.split("/").at(-1);
  await write(page, "PATCH", `/companies/${id}`, { location: "Berlin" });
  await page.getByLabel("Industry").fill("mining");
  await page.keyboard.press("Enter");
  await expect(page.getByText(/Somebody else has changed this/)).toBeVisible();
  await expect(page.getByText("Berlin").first()).toBeVisible();
  await expect(page.getByLabel("Industry")).toHaveValue("mining");
  await page.getByLabel("Industry").press("Enter");
  await expect(page.getByRole("button", { name: "Edit Industry: mining" })).toBeVisible();
});

test("the list keeps its state in the address", async ({ page }) => {
  test.setTimeout(180_000);
  await withCompanies(page, 55);
  await page.goto("/companies");
  const rows = page.locator("tbody tr");
  await expect(rows).toHaveCount(50);
  await page.getByRole("button", { name: "Next" }).click();
  await expect(rows).toHaveCount(5);
  await expect(page).toHaveURL(/cursor=/);
  await page.goBack();
  await expect(rows).toHaveCount(50);

  await page.getByRole("button", { name: "Employees" }).click();
  await page.getByRole("button", { name: "Employees" }).click();
  await expect(page).toHaveURL(/sort=-employees/);
  await expect(page.getByRole("columnheader", { name: "Employees" })).toHaveAttribute("aria-sort", "descending");
  await expect(rows.first()).toContainText("Company 055");

  await page.getByLabel("Search companies").fill("company 00");
  await expect(rows).toHaveCount(9);
  await page.reload();
  await expect(rows).toHaveCount(9);
  await expect(page.getByLabel("Search companies")).toHaveValue("company 00");
  await page.getByLabel("Search companies").fill("nothing like it");
  await expect(page.getByRole("heading", { name: "Nothing matches" })).toBeVisible();
});

test("the keyboard walks the list, ticks rows and opens them; trash and restore", async ({ page }) => {
  await withCompanies(page, 3);
  await page.goto("/companies");
  await expect(page.locator("tbody tr")).toHaveCount(3);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await expect(page.getByText("1 selected")).toBeVisible();
  await page.getByRole("button", { name: "Move to trash" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("button", { name: "Move to trash" }).click();
  await expect(page.locator("tbody tr")).toHaveCount(2);
  await expect(page.getByText("1 record is done.")).toBeVisible();

  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Show the trash" }).click();
  await page.getByRole("link", { name: "Company 002" }).press("Enter");
  await expect(page.getByText(/In the trash since/)).toBeVisible();
  await page.getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Restore" }).click();
  await expect(page.getByText(/In the trash since/)).toBeHidden();
});

test("the palette goes anywhere", async ({ page }) => {
  await signUp(page);
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search and go to" }).fill("devi");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Devices" })).toBeVisible();
  await expect(page).toHaveTitle("Devices · Touchline");
});

test("axe finds nothing on list, dialog, record and palette", async ({ page }) => {
  test.setTimeout(180_000);
  await withCompanies(page, 3);
  await page.goto("/companies");
  await expect(page.locator("tbody tr")).toHaveCount(3);
  await expectAccessible(page);
  await page.getByRole("button", { name: "Add company" }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectAccessible(page);
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "Company 001" }).click();
  await expect(page.getByText("added this")).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Edit Industry" }).click();
  await expectAccessible(page);
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox", { name: "Search and go to" })).toBeVisible();
  await expectAccessible(page);
});
