import { expect, test } from "@playwright/test";

import { expectAccessible, signUp, write } from "./help";

test("what may be the same is shown while one types, compared, merged and taken back", async ({ page }) => {
  await signUp(page);
  const acme = await write(page, "POST", "/companies", { name: "Acme GmbH", phone: "+49 30 9018200" });
  await page.goto("/companies?new=true");
  const dialog = page.getByRole("dialog", { name: "Add company" });
  await dialog.getByLabel("Name").fill("ACME Inc.");
  await expect(dialog.getByRole("link", { name: "Acme GmbH" })).toBeVisible();
  await dialog.getByLabel("Website").fill("https://acme.example");
  await dialog.getByRole("button", { name: "Add company" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "ACME Inc." })).toBeVisible();

  const same = page.getByRole("region", { name: "Might be the same" });
  await same.getByRole("link", { name: "Compare" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Merge" })).toBeVisible();
  await expect(page.getByRole("radio", { name: "Name of ACME Inc." })).toBeChecked();
  await page.getByRole("radio", { name: "Name of Acme GmbH" }).check();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Merge" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Acme GmbH" })).toBeVisible();
  await page.goto(`/companies/${acme.id}`);
  await page.getByRole("link", { name: "Open that one" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Acme GmbH" })).toBeVisible();

  await page.goto("/duplicates");
  await page.getByRole("button", { name: /^Undo the merge/ }).click();
  await expect(page.getByText("Undone").first()).toBeVisible();
  await page.getByRole("button", { name: "Search now" }).click();
  await expect(page.getByRole("link", { name: "Compare Acme GmbH, ACME Inc." })).toBeVisible();
  await page.getByRole("button", { name: /^Not the same/ }).click();
  await expect(page.getByText("No duplicates")).toBeVisible();
});
