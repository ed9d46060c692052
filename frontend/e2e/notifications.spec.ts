import { expect, test } from "@playwright/test";

import { expectAccessible, signUp } from "./help";

test("one is told of the end of an import, reads it, and says how to be told", async ({ page }) => {
  test.setTimeout(120_000);
  await signUp(page);
  await page.goto("/notifications");
  await expect(page.getByText("Nothing to read")).toBeVisible();
  await page.goto("/imports");
  await page.getByLabel("The file holds").selectOption({ label: "Companies" });
  const buffer = Buffer.from("Name\nAcme\n");
  await page.getByLabel("Choose a CSV file").setInputFiles({ name: "kunden.csv", mimeType: "text/csv", buffer });
  await page.getByRole("button", { name: "Check the file" }).click();
  await page.getByRole("button", { name: "Import 1 row" }).click();
  await expect(page.getByText("The import is done.")).toBeVisible({ timeout: 30_000 });
  await expect.poll(async () => (await (await page.request.get("/api/v1/notifications/count")).json()).data.unread).toBe(1);
  await page.goto("/notifications");
  await expect(page.getByRole("status", { name: "1 notification to read" })).toBeVisible();
  const row = page.getByRole("listitem").filter({ hasText: "The import of kunden.csv is over" });
  await expect(row).toContainText("New");
  await expectAccessible(page);
  await row.getByRole("button", { name: /^Mark as read/ }).click();
  await expect(row.getByRole("button", { name: /^Mark as unread/ })).toBeVisible();
  await page.goto("/settings/profile");
  await page.getByLabel("By mail: Your import is over").selectOption({ label: "At once" });
  await page.getByLabel("Quiet from").fill("20:00");
  await page.getByLabel("Quiet until").fill("07:00");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText("You are told as you said.")).toBeVisible();
  await expectAccessible(page);
  await page.reload();
  await expect(page.getByLabel("By mail: Your import is over")).toHaveValue("now");
});
