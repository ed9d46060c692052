import { expect, test } from "@playwright/test";

import { expectAccessible, signUp, write } from "./help";

test("a metric is defined, entered, seen on the scorecard and ranked", async ({ page }) => {
  await signUp(page);
  const anna = await write(page, "POST", "/members", { name: "Anna Snelling", role: "agent" });
  await page.goto("/metrics");
  await expect(page.getByRole("heading", { name: "No metrics yet" })).toBeVisible();
  await page.goto("/settings/metrics");
  await page.getByRole("button", { name: "Add metric" }).first().click();
  const form = page.getByRole("dialog", { name: "Add metric" });
  await form.getByLabel("Name").fill("Demos");
  await form.getByLabel("Source").selectOption("By hand");
  await form.getByLabel("Target").fill("10");
  await expectAccessible(page);
  await form.getByRole("button", { name: "Add metric" }).click();
  await expect(form).toBeHidden();

  await page.goto("/metrics/values");
  await page.getByRole("button", { name: "Enter a value" }).first().click();
  const entry = page.getByRole("dialog", { name: "Enter a value" });
  await entry.getByRole("combobox", { name: "Metric" }).fill("Dem");
  await entry.getByRole("option", { name: /Demos/ }).click();
  await entry.getByRole("combobox", { name: "Member" }).fill("Ann");
  await entry.getByRole("option", { name: /Anna Snelling/ }).click();
  await entry.getByLabel("Value").fill("12.5");
  await entry.getByRole("button", { name: "Enter a value" }).click();
  await expect(entry).toBeHidden();
  await expect(page.getByRole("row", { name: /Anna Snelling/ })).toContainText("125%");

  await page.goto(`/metrics?memberId=${anna.id}`);
  await expect(page.getByRole("listitem").filter({ hasText: "Demos" }).last()).toContainText("125%");
  await page.getByText("Trend").first().click();
  await expect(page.getByRole("table", { name: "Demos: values by period" })).toBeVisible();
  await expectAccessible(page);
  await page.goto("/metrics/ranking");
  await expect(page.getByRole("row", { name: /Anna Snelling/ })).toContainText("12.5");
  await expectAccessible(page);
});

test("what a rule proposes is put aside with a reason", async ({ page }) => {
  await signUp(page);
  const me = await write(page, "GET", "/auth/me");
  const anna = await write(page, "POST", "/members", { name: "Anna Snelling", role: "agent", managerId: me.memberId });
  await write(page, "POST", "/coaching-rules", { name: "Lost twice", kind: "losses", losses: 2, active: true });
  const [reason] = await write(page, "GET", "/lost-reasons");
  for (const title of ["Pumps", "Valves"]) {
    const deal = await write(page, "POST", "/deals", { title, ownerId: anna.id });
    await write(page, "POST", `/deals/${deal.id}/lose`, { lostReasonId: reason.id });
  }
  await expect(async () => {
    await page.goto("/coaching-proposals");
    await expect(page.getByRole("article")).toContainText("Anna Snelling", { timeout: 1000 });
  }).toPass();
  await expect(page.getByRole("link", { name: "Valves" })).toBeVisible();
  await expectAccessible(page);
  await page.getByRole("button", { name: "Dismiss" }).click();
  const dialog = page.getByRole("dialog", { name: "Dismiss this proposal?" });
  await dialog.getByLabel("Reason").fill("The market was slow");
  await dialog.getByRole("button", { name: "Dismiss" }).click();
  await expect(page.getByRole("heading", { name: "Nothing is proposed" })).toBeVisible();
});
