import { expect, type Page, test } from "@playwright/test";
import { expectAccessible, signUp, write } from "./help";

const FOLDER = "../fixtures/maventech";

/** Brings a file through the wizard, confirms what is near, and lets it run. */
async function bring(page: Page, kind: string, file: string, rows: number) {
  await page.getByRole("link", { name: "Imports" }).first().click();
  await expect(page.getByRole("heading", { name: "Imports", level: 1 })).toBeVisible();
  await page.getByLabel("The file holds").selectOption({ label: kind });
  await page.getByLabel("Choose a CSV file").setInputFiles(`${FOLDER}/${file}`);
  await expect(page.getByRole("heading", { name: "What the columns mean" })).toBeVisible();
  await page.getByRole("button", { name: "Check the file" }).click();
  const result = page.getByRole("heading", { name: "Result" });
  await expect(result).toBeVisible({ timeout: 60_000 });
  const confirm = page.getByRole("button", { name: "Confirm and check again" });
  if (await page.getByText("to be confirmed below").count()) {
    await confirm.click();
    await expect(page.getByText("to be confirmed below")).toHaveCount(0, { timeout: 60_000 });
    await expect(result).toBeVisible({ timeout: 60_000 });
  }
  await page.getByRole("button", { name: `Import ${rows.toLocaleString("en-GB")} rows` }).click();
  await expect(page.getByText("The import is done.")).toBeVisible({ timeout: 120_000 });
}

test("a sales team moves in with its four files, and its figures are right", async ({ page }) => {
  test.setTimeout(300_000);
  await signUp(page);
  await write(page, "PATCH", "/organization", { currency: "USD" });
  await page.reload();
  await bring(page, "Members", "sales_teams.csv", 35);
  await bring(page, "Products", "products.csv", 7);
  await bring(page, "Companies", "accounts.csv", 85);
  await bring(page, "Deals", "sales_pipeline.csv", 8800);
  await expectAccessible(page);

  await page.goto("/?period=all");
  const figures = page.getByRole("region", { name: "Figures" });
  const won = figures.getByRole("link", { name: /^Won/ });
  await expect(won).toContainText("4,238 deals");
  await expect(won.locator(".tile-value")).toHaveAttribute("title", /10,005,534/);
  await expect(figures.getByRole("link", { name: /^Lost/ })).toContainText("2,473 deals");
  await expect(figures.getByRole("link", { name: /^Open pipeline/ })).toContainText("2,089 deals");
  const best = page.getByRole("region", { name: "Best agents" }).getByRole("row").nth(1);
  await expect(best).toContainText("Darcel Schlecht");
  await expect(best).toContainText("349");
  await expect(best).toContainText("204");
  await expectAccessible(page);

  // A figure opens the list behind it.
  await best.getByRole("link", { name: "349" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("349");
  await page.goto("/deals?hasCompany=false");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("1,425");
});

test("refused rows are shown with their reasons, and can be taken home", async ({ page }) => {
  await signUp(page);
  await page.goto("/imports");
  await page.getByLabel("The file holds").selectOption({ label: "Companies" });
  const text = "Name;Mitarbeiter\nMüller & Söhne;12\nAcme;twelve\n";
  await page.getByLabel("Choose a CSV file").setInputFiles({ name: "kunden.csv", mimeType: "text/csv", buffer: Buffer.from(text) });
  await expect(page.getByLabel("Columns are separated by")).toHaveValue("semicolon");
  await page.getByLabel("Meaning of Mitarbeiter").selectOption({ label: "Employees" });
  await expectAccessible(page);
  await page.getByRole("button", { name: "Check the file" }).click();
  await expect(page.getByRole("cell", { name: /twelve/ })).toBeVisible({ timeout: 30_000 });
  const download = page.waitForEvent("download");
  await page.getByRole("link", { name: "Refused rows as CSV" }).click();
  expect((await download).suggestedFilename()).toBe("refused-rows.csv");
  await page.getByRole("button", { name: "Import 1 row" }).click();
  await expect(page.getByText("The import is done.")).toBeVisible({ timeout: 30_000 });
  await page.getByRole("link", { name: "Show: Companies" }).click();
  await expect(page.getByRole("link", { name: "Müller & Söhne" })).toBeVisible();
  // A file that is no table says why.
  await page.goto("/imports");
  await page.getByLabel("Choose a CSV file").setInputFiles({ name: "book.csv", mimeType: "text/csv", buffer: Buffer.from("PK\u0003\u0004 not a table") });
  await expect(page.getByRole("alert").filter({ hasText: "spreadsheet or an archive" })).toBeVisible();
});
