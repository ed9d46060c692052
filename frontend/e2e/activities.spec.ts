import { expect, test } from "@playwright/test";

import { expectAccessible, signUp, write } from "./help";

test("an activity is changed from the list by keyboard, and about something else", async ({ page }) => {
  await signUp(page);
  await write(page, "POST", "/companies", { name: "Acme" });
  await write(page, "POST", "/activities", { kind: "call", subject: "Ask about pumps", description: "Since May" });
  await page.goto("/activities");
  await expect(page.getByRole("button", { name: "Ask about pumps" })).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  const dialog = page.getByRole("dialog", { name: "Change the activity" });
  await expect(dialog.getByLabel("Notes")).toHaveValue("Since May");
  await expectAccessible(page);
  await dialog.getByLabel("What is it about").fill("Visit about pumps");
  await dialog.getByLabel("Kind").selectOption("Meeting");
  await dialog.getByLabel("Due").fill("2040-05-06T09:30");
  await dialog.getByLabel("Reminder").selectOption("An hour before");
  await dialog.getByRole("combobox", { name: "Company" }).fill("Ac");
  await dialog.getByRole("option", { name: "Acme" }).click();
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole("row", { name: /Visit about pumps/ });
  await expect(row).toContainText("Meeting");
  await expect(row.getByRole("link", { name: "Acme" })).toBeVisible();

  // What it became is what the form begins with, to the minute.
  await page.getByRole("button", { name: "Visit about pumps" }).click();
  await expect(dialog.getByLabel("Due")).toHaveValue("2040-05-06T09:30");
  await expect(dialog.getByLabel("Reminder")).toHaveValue("60");
  await expect(dialog.getByRole("combobox", { name: "Company" })).toHaveValue("Acme");
});

test("who changes an activity that somebody else has changed is told, loses nothing and keeps what the other wrote", async ({ page }) => {
  await signUp(page);
  const deal = await write(page, "POST", "/deals", { title: "Pumps" });
  const activity = await write(page, "POST", "/activities", { kind: "task", subject: "Write the offer", dealId: deal.id });
  await page.goto(`/deals/${deal.id}`);
  await page.getByRole("button", { name: "Write the offer" }).click();
  const dialog = page.getByRole("dialog", { name: "Change the activity" });
  await expect(dialog.getByRole("combobox", { name: "Deal" })).toHaveValue("Pumps");
  await dialog.getByLabel("Notes").fill("With the discount");
  await write(page, "PATCH", `/activities/${activity.id}`, { subject: "Write the second offer" });
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog.getByRole("alert")).toContainText("Somebody else has changed this meanwhile");
  await expect(dialog.getByLabel("Notes")).toHaveValue("With the discount");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await page.getByRole("button", { name: "Write the second offer" }).click();
  await expect(dialog.getByLabel("Notes")).toHaveValue("With the discount");
});
