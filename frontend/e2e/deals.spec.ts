import { expect, test } from "@playwright/test";

import { expectAccessible, signUp, write } from "./help";

test("a deal is added, moved by the keyboard, and won; the totals follow", async ({ page }) => {
  const mark = `${Date.now()}-${Math.floor(Math.random() * 1e6)}`;
  await page.goto("/sign-up");
  await page.getByLabel("First name").fill("Dana");
  await page.getByLabel("Last name").fill("Deals");
  await page.getByLabel("Organization").fill(`Deals ${mark}`);
  await page.getByLabel("E-mail").fill(`deals-${mark}@example.com`);
  await page.getByLabel("Password").fill("a quiet lake beside tall pines");
  await page.getByRole("button", { name: "Create organization" }).click();
  await expect(page.getByRole("link", { name: "Deals", exact: true })).toBeVisible();

  await page.goto("/deals/board");
  await page.getByRole("button", { name: "Add deal" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Title").fill("Twelve pumps");
  await dialog.getByLabel("Amount").fill("1200");
  await dialog.getByRole("button", { name: "Add deal" }).click();
  await expect(page.getByRole("heading", { level: 1, name: /Twelve pumps/ })).toBeVisible();

  await page.goto("/deals/board");
  const first = page.getByRole("region", { name: /Prospecting/ });
  const second = page.getByRole("region", { name: /Qualified/ });
  await expect(first.getByRole("heading", { name: /Prospecting\s*1/ })).toBeVisible();
  await first.getByRole("link", { name: "Twelve pumps" }).focus();
  await page.keyboard.press("Shift+ArrowRight");
  const card = second.getByRole("link", { name: "Twelve pumps" });
  await expect(card).toBeVisible();
  await expect(second.getByRole("heading", { name: /Qualified\s*1/ })).toBeVisible();
  await expect(first.getByText("No deals")).toBeVisible();

  await second.getByRole("button", { name: "Twelve pumps: more actions" }).click();
  await page.getByRole("menuitem", { name: "Mark as won" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Mark as won" }).click();
  await expect(card).toHaveCount(0);
  await expect(second.getByText("No deals")).toBeVisible();

  await page.goto("/deals?status=won");
  await expect(page.getByRole("link", { name: "Twelve pumps" })).toBeVisible();
});

test("deals are filtered by what they are worth, and a filter says what it cannot read", async ({ page }) => {
  await signUp(page);
  for (const [title, amount] of [["Twelve pumps", 120_000], ["One valve", 4_500]] as const) {
    await write(page, "POST", "/deals", { title, amount });
  }
  await page.goto("/deals");
  const row = page.getByRole("row", { name: /Twelve pumps/ });
  await expect(row).toContainText("Prospecting");
  await page.getByText("More filters").click();
  const least = page.getByLabel("Amount at least");
  await least.fill("a thousand");
  await least.press("Enter");
  await expect(least).toHaveAttribute("aria-invalid", "true");
  await expect(page.getByText("is not a number")).toBeVisible();
  expect(page.url()).not.toContain("amountMin");
  await least.fill("1000");
  await least.press("Enter");
  await expect(page).toHaveURL(/amountMin=100000/);
  await expect(page.getByRole("link", { name: "One valve" })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Twelve pumps" })).toBeVisible();
});

test("axe finds nothing on a deal with products", async ({ page }) => {
  test.slow();
  await signUp(page);
  const company = await write(page, "POST", "/companies", { name: "Harbour Pumps" });
  const product = await write(page, "POST", "/products", { name: "Pump", price: { amount: 10_000, currency: "EUR" } });
  const lines = [{ productId: product.id, quantity: 12_000, discount: 500 }];
  const deal = await write(page, "POST", "/deals", { title: "Twelve pumps", companyId: company.id, currency: "EUR", lines });
  await page.goto(`/deals/${deal.id}`);
  await expect(page.getByText("Stage history").first()).toBeVisible();
  await expectAccessible(page);
});
