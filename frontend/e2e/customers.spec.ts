import { expect, test } from "@playwright/test";

import { signUp, write } from "./help";

test("a lead is added, says why it is promising, and becomes a contact and a deal", async ({ page }) => {
  await signUp(page);
  await page.goto("/leads?new=true");
  const dialog = page.getByRole("dialog", { name: "Add lead" });
  await dialog.getByLabel("First name").fill("Katherine");
  await dialog.getByLabel("Last name").fill("Johnson");
  await dialog.getByLabel("Company").fill("Acme");
  await dialog.getByLabel("E-mail").fill("katherine@acme.example");
  await dialog.getByRole("button", { name: "Add lead" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Katherine Johnson" })).toBeVisible();
  const why = page.getByRole("region", { name: "Why this score" });
  await expect(why.getByText("E-mail at a company")).toBeVisible();
  await expect(why.getByText("+20")).toBeVisible();

  await page.getByRole("button", { name: "Convert" }).click();
  const convert = page.getByRole("dialog", { name: "Convert" });
  await expect(convert.getByLabel("Title of the deal")).toHaveValue("Acme");
  await convert.getByRole("button", { name: "Convert" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Acme" })).toBeVisible();
  await page.getByRole("link", { name: "Katherine Johnson" }).first().click();
  await expect(page.getByRole("link", { name: "katherine@acme.example" })).toBeVisible();
});

test("what is planned for a contact stands in my day until it is done", async ({ page }) => {
  await signUp(page);
  const contact = await write(page, "POST", "/contacts", { firstName: "Grace", lastName: "Hopper" });
  await page.goto(`/contacts/${contact.id}`);
  await page.getByRole("button", { name: "Add activity" }).click();
  const dialog = page.getByRole("dialog", { name: "Add activity" });
  await dialog.getByLabel("What is it about").fill("Ask about the compiler");
  await dialog.getByLabel("Due").fill("2020-01-02T09:30");
  await dialog.getByRole("button", { name: "Add activity" }).click();
  await expect(page.getByRole("checkbox", { name: "Done: Ask about the compiler" })).not.toBeChecked();
  await expect(page.getByText("planned an activity")).toBeVisible();

  await page.goto("/my-day");
  await expect(page.getByRole("link", { name: "Grace Hopper" })).toBeVisible();
  await page.getByRole("checkbox", { name: "Done: Ask about the compiler" }).click();
  await expect(page.getByText("Nothing is due")).toBeVisible();
});

test("addresses of a contact are changed in one place, and faults stand at theirs", async ({ page }) => {
  await signUp(page);
  const contact = await write(page, "POST", "/contacts", { lastName: "Hopper" });
  await page.goto(`/contacts/${contact.id}`);
  await page.getByRole("button", { name: "Edit E-mails" }).click();
  const dialog = page.getByRole("dialog", { name: "E-mails" });
  await dialog.getByLabel("E-mail").fill("nobody");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByLabel("E-mail")).toHaveAccessibleDescription(/must be an e-mail address/i);
  await dialog.getByLabel("E-mail").fill("grace@navy.example");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("link", { name: "grace@navy.example" })).toBeVisible();
});
