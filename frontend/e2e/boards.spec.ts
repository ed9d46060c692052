import { expect, test, type Locator, type Page } from "@playwright/test";

import { signUp, write } from "./help";

const LEADS = [
  { firstName: "Grace", lastName: "Hopper", companyName: "Navy" },
  { firstName: "Katherine", lastName: "Johnson", companyName: "Acme", email: "katherine@acme.example" },
];

// Every column is in sight: a page that scrolls under a pressed button would begin to drag something else.
test.use({ viewport: { width: 1440, height: 900 } });

function column(page: Page, name: string): Locator {
  return page.getByRole("region", { name: new RegExp(`^${name}`) });
}

async function openBoard(page: Page) {
  await signUp(page);
  for (const lead of LEADS) await write(page, "POST", "/leads", lead);
  await page.goto("/leads/board");
  await expect(column(page, "New").getByRole("heading")).toHaveText(/New\s*2/);
}

test("a lead is dragged to another status, and moved on by the keyboard and by the menu", async ({ page }) => {
  await openBoard(page);
  const fresh = column(page, "New");
  // The highest score comes first.
  await expect(fresh.getByRole("listitem").first()).toContainText("Katherine Johnson");
  const working = column(page, "Working");
  await fresh.getByRole("listitem").filter({ hasText: "Grace Hopper" }).dragTo(working);
  const card = page.getByRole("link", { name: "Grace Hopper" });
  await expect(working.getByRole("link", { name: "Grace Hopper" })).toBeVisible();
  await expect(working.getByRole("heading")).toHaveText(/Working\s*1/);

  await card.focus();
  await page.keyboard.press("Shift+ArrowRight");
  await expect(column(page, "Qualified").getByRole("link", { name: "Grace Hopper" })).toBeFocused();
  await page.keyboard.press("Shift+ArrowLeft");
  await expect(working.getByRole("link", { name: "Grace Hopper" })).toBeFocused();

  await page.getByRole("button", { name: "Grace Hopper: more actions" }).click();
  await page.getByRole("menuitem", { name: "Move to Unqualified" }).click();
  await expect(column(page, "Unqualified").getByRole("link", { name: "Grace Hopper" })).toBeVisible();
  await page.reload();
  await expect(column(page, "Unqualified").getByRole("link", { name: "Grace Hopper" })).toBeVisible();
});

test("a lead dropped on Converted is converted, and then goes nowhere else", async ({ page }) => {
  test.slow();
  await openBoard(page);
  const converted = column(page, "Converted");
  const card = page.getByRole("listitem").filter({ hasText: "Katherine Johnson" });
  await card.dragTo(converted);
  const dialog = page.getByRole("dialog", { name: "Convert" });
  await dialog.getByRole("button", { name: "Cancel" }).click();
  await expect(column(page, "New").getByRole("link", { name: "Katherine Johnson" })).toBeVisible();
  await card.dragTo(converted);
  await dialog.getByRole("button", { name: "Convert" }).click();
  const link = converted.getByRole("link", { name: "Katherine Johnson" });
  await expect(link).toBeVisible();

  // While it is dragged, every other column says why it refuses; a drop changes nothing.
  const fresh = column(page, "New");
  await card.hover();
  await page.mouse.down();
  await fresh.hover();
  await fresh.hover();
  await expect(fresh.getByText("The lead has been converted")).toBeVisible();
  await page.mouse.up();
  await expect(fresh.getByText("The lead has been converted")).toHaveCount(0);
  await expect(link).toBeVisible();

  await link.focus();
  await page.keyboard.press("Shift+ArrowLeft");
  await expect(page.getByText("The lead has been converted; change what it became.")).toBeVisible();
  await expect(link).toBeVisible();
});

test("the board of leads takes the filters of the list along, and is remembered", async ({ page }) => {
  await openBoard(page);
  await page.goto("/leads?q=hopper&status=new");
  const look = page.getByRole("group", { name: "How to look at it" });
  await look.getByRole("link", { name: "Board" }).click();
  await expect(page).toHaveURL(/\/leads\/board\?q=hopper$/);
  await expect(column(page, "New").getByRole("heading")).toHaveText(/New\s*1/);
  await page.getByRole("link", { name: "Companies", exact: true }).click();
  await page.getByRole("link", { name: "Leads", exact: true }).click();
  await expect(page).toHaveURL(/\/leads\/board$/);
  await look.getByRole("link", { name: "List" }).click();
  await expect(page.getByRole("row", { name: /Grace Hopper/ })).toBeVisible();
  await page.reload();
  await expect(page).toHaveURL(/\/leads$/);
});

test("the board of deals is narrowed as their list is", async ({ page }) => {
  await signUp(page);
  const company = await write(page, "POST", "/companies", { name: "Acme", industry: "Toys" });
  await write(page, "POST", "/deals", { title: "Big one", companyId: company.id, amount: 900_000 });
  await write(page, "POST", "/deals", { title: "Small one", amount: 100 });
  await page.goto("/deals/board");
  await expect(page.getByRole("link", { name: "Small one" })).toBeVisible();
  await page.goto("/deals/board?amountMin=100000&companyIndustry=Toys");
  await expect(page.getByRole("link", { name: "Big one" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Small one" })).toBeHidden();
  await page.getByRole("link", { name: "List" }).click();
  await expect(page).toHaveURL(/companyIndustry=Toys/);
  await expect(page.getByRole("row", { name: /Big one/ })).toBeVisible();
});
