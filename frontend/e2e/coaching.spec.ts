import { expect, test } from "@playwright/test";

import { expectAccessible, signUp, write } from "./help";

test("a session is planned, written down while one talks, scored by a rubric and printed", async ({ page }) => {
  await signUp(page);
  const me = await page.evaluate(async () => (await (await fetch("/api/v1/auth/me")).json()).data);
  const agent = await write(page, "POST", "/members", { name: "Anna Led", role: "agent", teamLeaderId: me.memberId });
  const rubric = await write(page, "POST", "/rubrics", {
    name: "Discovery",
    questions: [
      { text: "Were needs understood?", kind: "scale", weight: 1 },
      { text: "Was a next step agreed?", kind: "yesNo", weight: 1 },
    ],
  });
  await write(page, "POST", `/rubrics/${rubric.id}/publish`, {});
  // The line of whoever is signed in is remembered for a second.
  await page.waitForTimeout(1100);
  await page.goto("/coaching");
  await expect(page.getByText("No coaching yet")).toBeVisible();
  await page.getByRole("button", { name: "Plan a session" }).click();
  const dialog = page.getByRole("dialog", { name: "Plan a session" });
  await dialog.getByRole("combobox", { name: "Coached" }).fill("Anna");
  await dialog.getByRole("option", { name: "Anna Led" }).click();
  await dialog.getByLabel("Title").fill("Calls of May");
  await dialog.getByLabel("Begins").fill(next(3));
  await dialog.getByLabel("Agenda").fill("Cold openings\nPrices");
  await dialog.getByLabel("Rubric").selectOption("Discovery");
  await expectAccessible(page);
  await dialog.getByRole("button", { name: "Plan a session" }).click();
  await expect(page.getByRole("heading", { name: /Calls of May/ })).toBeVisible();
  await expect(page.getByRole("checkbox", { name: "Cold openings" })).toBeVisible();
  await page.getByRole("button", { name: "Begin" }).click();
  await expect(page.getByRole("timer")).toBeVisible();

  // What is typed outlives the page, sent or not.
  await page.getByLabel("Session notes").fill("Asked fewer, better questions");
  await page.reload();
  await expect(page.getByLabel("Session notes")).toHaveValue("Asked fewer, better questions");
  await page.getByRole("group", { name: /Were needs understood/ }).getByLabel("5").check();
  await page.getByRole("group", { name: /Was a next step agreed/ }).getByLabel("No").check();
  await expect(page.getByText("2 of 2 answered")).toBeVisible();
  await expect(page.locator(".coaching-score .tile-value")).toHaveText("50");
  await expect(page.getByText("Saved").first()).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Complete" }).click();
  await expect(page.getByText("Awaited")).toBeVisible();
  await page.emulateMedia({ media: "print" });
  await expect(page.getByText("Asked fewer, better questions")).toBeVisible();
  await expect(page.getByRole("button", { name: "More" })).toBeHidden();
  await page.emulateMedia({ media: "screen" });
  await page.goto("/coaching/calendar?view=month&day=" + next(3).slice(0, 10));
  await expect(page.getByRole("link", { name: /Anna Led/ })).toBeVisible();
  await expectAccessible(page);
  expect(agent.name).toBe("Anna Led");
});

test("templates and rubrics are written in the settings; what was published is revised", async ({ page }) => {
  await signUp(page);
  await page.goto("/settings/rubrics");
  await page.getByRole("button", { name: "Add a rubric" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Add a rubric" });
  await dialog.getByLabel("Name").fill("Discovery");
  await dialog.getByLabel("Question").first().fill("Were needs understood?");
  await dialog.getByRole("button", { name: "Save" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("Draft")).toBeVisible();
  await page.getByRole("listitem").getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Publish" }).click();
  await expect(page.getByText("Published", { exact: true })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("listitem").getByRole("button", { name: "More" }).click();
  await page.getByRole("menuitem", { name: "Make a new version" }).click();
  await expect(page.getByText("version 2")).toBeVisible();
  await page.goto("/settings/coaching-templates");
  await page.getByRole("button", { name: "Add a template" }).first().click();
  const form = page.getByRole("dialog", { name: "Add a template" });
  await form.getByLabel("Name").fill("Pipeline review");
  await form.getByLabel("Rubric").selectOption("Discovery");
  await form.getByRole("button", { name: "Save" }).click();
  await expect(page.getByRole("listitem").filter({ hasText: "Pipeline review" })).toBeVisible();
  await expectAccessible(page);
});

/** So many days from now at ten, as a field reads it. */
function next(days: number): string {
  const at = new Date(Date.now() + days * 86_400_000);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}T10:00`;
}
