import { expect, type Page, test } from "@playwright/test";

import { expectAccessible, signUp, write } from "./help";

/** Brings a text as a file, up to the page on which its columns get their meaning. */
async function bring(page: Page, kind: string, name: string, text: string) {
  await page.goto("/imports");
  await page.getByLabel("The file holds").selectOption({ label: kind });
  await page.getByLabel("Choose a CSV file").setInputFiles({ name, mimeType: "text/csv", buffer: Buffer.from(text) });
  await expect(page.getByRole("heading", { name: "What the columns mean" })).toBeVisible();
}

async function finish(page: Page, rows: string) {
  await page.getByRole("button", { name: "Check the file" }).click();
  await expect(page.getByRole("heading", { name: "Result" })).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: rows }).click();
  await expect(page.getByText("The import is done.")).toBeVisible({ timeout: 30_000 });
}

test("contacts and leads come from the files of another system", async ({ page }) => {
  test.setTimeout(120_000);
  await signUp(page);
  const contacts = [
    "First Name,Last Name,Email,Mobile Phone Number,Associated Company,Marketing consent",
    "Grace,Hopper,grace@acme.example; g@navy.example (private),+1 555 0100,Acme,yes",
    "Alan,Turing,alan@,,Acme,",
    "Emmy,Noether,emmy@acme.example,,Acme,no",
  ].join("\n");
  await bring(page, "Contacts", "contacts.csv", contacts);
  await expect(page.getByLabel("Meaning of Mobile Phone Number")).toHaveValue("mobilePhone");
  await expect(page.getByLabel("Meaning of Associated Company")).toHaveValue("company");
  await page.getByRole("button", { name: "Check the file" }).click();
  await expect(page.getByRole("cell", { name: /alan@/ })).toBeVisible({ timeout: 30_000 });
  await page.getByRole("button", { name: "Import 2 rows" }).click();
  await expect(page.getByText("The import is done.")).toBeVisible({ timeout: 30_000 });
  await page.getByRole("link", { name: "Show: Contacts" }).click();
  await page.getByRole("link", { name: "Grace Hopper" }).click();
  await expect(page.getByRole("link", { name: "g@navy.example" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Acme" }).first()).toBeVisible();

  const leads = "Vorname;Nachname;Firma;E-Mail;Quelle;Status\nKatherine;Johnson;Acme;k@acme.example;Empfehlung;kontaktiert\n";
  await bring(page, "Leads", "leads.csv", leads);
  await page.getByLabel("Rows that name no owner").selectOption({ label: "Nobody’s" });
  await expectAccessible(page);
  await finish(page, "Import 1 row");
  await page.getByRole("link", { name: "Show: Leads" }).click();
  const row = page.getByRole("row", { name: /Katherine Johnson/ });
  await expect(row).toContainText("Working");
  await row.getByRole("link", { name: "Katherine Johnson" }).click();
  await expect(page.getByRole("heading", { name: "Katherine Johnson", level: 1 })).toBeVisible();
  await expect(page.getByRole("main")).toContainText("Referral");
});

test("all leads that match are changed at once, and those that are refused are told", async ({ page }) => {
  test.setTimeout(120_000);
  await signUp(page);
  const create = Array.from({ length: 60 }, (_, number) => ({ kind: "create", create: { lastName: `Lead ${number}` } }));
  const made = await write(page, "POST", "/leads/bulk", { operations: create });
  await write(page, "POST", `/leads/${made[7].record.id}/convert`, { createDeal: false });
  await page.goto("/leads");
  await page.getByRole("checkbox", { name: "Select all" }).check();
  await page.getByRole("button", { name: "Select all 60 that match" }).click();
  const bar = page.getByRole("region", { name: "Selection" });
  await expect(bar).toContainText("All 60 that match are selected");
  await bar.getByRole("button", { name: "Change…" }).click();
  await page.getByRole("menuitem", { name: "Source" }).click();
  const dialog = page.getByRole("dialog", { name: "Source of 60 records" });
  await dialog.getByLabel("Source").selectOption({ label: "Event" });
  await dialog.getByRole("button", { name: "Change them" }).click();
  const refused = page.getByRole("dialog", { name: "1 record stays as it was" });
  await expect(refused.getByRole("link", { name: "Lead 7" })).toBeVisible();
  await refused.getByRole("button", { name: "Close" }).last().click();
  await page.goto("/leads?source=event");
  await expect(page.getByRole("heading", { level: 1 })).toContainText("59");
});

test("the archive of one organization comes into another at once", async ({ browser, page }) => {
  test.setTimeout(120_000);
  await signUp(page);
  const company = await write(page, "POST", "/companies", { name: "Acme", industry: "Toys" });
  await write(page, "POST", "/deals", { title: "Big one", companyId: company.id });
  const asked = await write(page, "POST", "/exports", {});
  const file = `/api/v1/exports/${asked.id}/file`;
  await expect.poll(async () => (await page.request.get(file)).status(), { timeout: 30_000 }).toBe(200);
  const archive = await (await page.request.get(file)).body();

  const other = await (await browser.newContext()).newPage();
  await signUp(other);
  await other.goto("/imports");
  await other.getByLabel("The file holds").selectOption({ label: "Everything: the archive of an export" });
  const input = other.getByLabel("Choose an archive (ZIP)");
  await input.setInputFiles({ name: "all.zip", mimeType: "application/zip", buffer: archive.subarray(0, 400) });
  await expect(other.getByRole("alert").filter({ hasText: "is no ZIP archive" })).toBeVisible();
  await input.setInputFiles({ name: "all.zip", mimeType: "application/zip", buffer: archive });
  await expect(other.getByText("Everything in the archive was imported.")).toBeVisible({ timeout: 60_000 });
  await expect(other.getByRole("row", { name: /^Deals/ })).toContainText("Done");
  await expectAccessible(other);
  await other.getByRole("link", { name: "Companies" }).last().click();
  await expect(other.getByText("The import is done.")).toBeVisible();
  await other.goto("/deals");
  await expect(other.getByRole("row", { name: /Big one/ })).toContainText("Acme");
});
