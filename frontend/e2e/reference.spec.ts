import { expect, test } from "@playwright/test";

import { signUp } from "./help";

test("the reference of the API is shown and tried, and nobody else is asked", async ({ page }) => {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().includes("401")) faults.push(message.text());
  });
  await signUp(page);
  const asked = new Set<string>();
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith("http")) asked.add(url.origin);
  });

  await page.getByRole("link", { name: "API reference" }).click();
  await expect(page.getByRole("heading", { name: /^Touchline API/ })).toBeVisible();
  await page.locator("#operations-tag-companies").getByRole("link").first().click();
  await page.locator("#operations-companies-listCompanies .opblock-summary-control").click();
  await page.getByRole("button", { name: "Try it out" }).click();
  await page.getByRole("button", { name: "Execute" }).click();
  await expect(page.locator("#operations-companies-listCompanies .live-responses-table")).toContainText('"success": true');
  expect([...asked]).toEqual([new URL(page.url()).origin]);
  expect(faults).toEqual([]);
});
