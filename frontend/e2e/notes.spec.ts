import { expect, test } from "@playwright/test";

import { expectAccessible, signIn, signUp, write } from "./help";

test("a note is written with the keyboard, pinned, changed, and found again", async ({ page }) => {
  await signUp(page);
  const company = await write(page, "POST", "/companies", { name: "Acme" });
  await page.goto(`/companies/${company.id}`);
  const notes = page.getByRole("region", { name: "Notes" });
  const field = notes.getByRole("textbox", { name: "Write a note" });
  await field.fill("They want **forty** of them");
  await field.press("Control+Enter");
  await expect(notes.locator(".note-body strong")).toHaveText("forty");
  await expect(field).toHaveValue("");
  await expect(page.getByText("wrote a note")).toBeVisible();

  await field.fill("Second thought");
  await notes.getByRole("button", { name: "Save note" }).click();
  await expect(notes.locator(".note-body")).toHaveText([/Second thought/, /forty/]);
  const menu = notes.getByRole("button", { name: "Actions for the note by Ada Lovelace" });
  await menu.last().click();
  await page.getByRole("menuitem", { name: "Pin to the top" }).click();
  await expect(notes.locator(".note-body")).toHaveText([/forty/, /Second thought/]);

  await menu.first().click();
  await page.getByRole("menuitem", { name: "Change the note" }).click();
  const changed = notes.getByRole("textbox", { name: "Change the note" });
  await changed.fill("They want fifty");
  await changed.press("Control+Enter");
  await expect(notes.locator(".note-body").first()).toHaveText("They want fifty");

  await page.keyboard.press("Control+k");
  await page.getByRole("combobox", { name: "Search" }).fill("fifty");
  await page.getByRole("option", { name: /They want fifty/ }).click();
  await expect(page.getByRole("heading", { level: 1, name: "Acme" })).toBeVisible();
});

test("an @ offers members, and what is mentioned is a chip", async ({ page }) => {
  await signUp(page);
  const contact = await write(page, "POST", "/contacts", { lastName: "Hopper" });
  await write(page, "POST", "/members", { name: "Anna [Berg]", role: "agent" });
  await page.goto(`/contacts/${contact.id}`);
  const field = page.getByRole("textbox", { name: "Write a note" });
  await field.pressSequentially("Ask @ann");
  await expect(page.getByRole("option", { name: "Anna [Berg]" })).toBeVisible();
  await field.press("Enter");
  await expect(field).toHaveValue(/^Ask @\[Anna \\\[Berg\\\]\]\(member:[0-9a-f-]{36}\) $/);
  await field.press("Control+Enter");
  await expect(page.locator(".note-body .mention")).toHaveText("@Anna [Berg]");
});

test("what was typed outlives a session that ends and a page that is left", async ({ page }) => {
  const email = await signUp(page);
  const contact = await write(page, "POST", "/contacts", { lastName: "Hopper" });
  await page.goto(`/contacts/${contact.id}`);
  const field = page.getByRole("textbox", { name: "Write a note" });
  await field.fill("Half a thought");
  await page.context().clearCookies();
  await page.reload();
  await signIn(page, email);
  // After signing in one is where one was; the note is on the page of the contact all the same.
  await expect(page.getByRole("navigation").first()).toBeVisible();
  await page.goto(`/contacts/${contact.id}`);
  await expect(field).toHaveValue("Half a thought");
});

test("nothing that is written in a note runs", async ({ page }) => {
  await signUp(page);
  const company = await write(page, "POST", "/companies", { name: "Acme" });
  let ran = false;
  page.on("dialog", (dialog) => {
    ran = true;
    void dialog.dismiss();
  });
  page.on("console", (message) => {
    ran ||= /Content Security Policy/i.test(message.text());
  });
  for (const body of [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[press](javascript:alert(1))",
    "![x](https://evil.example/p.png)",
    "<svg onload=alert(1)>",
  ]) {
    await write(page, "POST", "/notes", { body, companyId: company.id });
  }
  await page.goto(`/companies/${company.id}`);
  await expect(page.locator(".note-body")).toHaveCount(5);
  await expect(page.locator(".note-body :is(script, img, svg)")).toHaveCount(0);
  await expect(page.locator('.note-body a[href^="javascript"]')).toHaveCount(0);
  await expect(page.locator('.note-body a:not([rel="noopener nofollow ugc"])')).toHaveCount(0);
  await expect(page.locator(".note-body a[href]")).toHaveAttribute("href", "https://evil.example/p.png");
  expect(ran).toBe(false);
  await expectAccessible(page);
});
