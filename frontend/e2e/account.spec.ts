import { expect, test } from "@playwright/test";

import { PASSWORD, expectAccessible, signIn, signUp } from "./help";

test("one signs up, out, and in again where one wanted to go", async ({ page }) => {
  const email = await signUp(page);
  await page.getByRole("button", { name: "Account of Ada Lovelace" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();

  await page.goto("/settings/devices");
  await expect(page).toHaveURL(/sign-in\?next=/);
  await signIn(page, email);
  await expect(page.getByRole("heading", { name: "Devices" })).toBeVisible();
  await expect(page.getByText("This device")).toBeVisible();
});

test("faults of a form stand beside the fields, and the first one has the focus", async ({ page }) => {
  await page.goto("/sign-up");
  await page.getByLabel("Organization").fill("Engines");
  await page.getByLabel("Password").fill("short");
  await page.getByRole("button", { name: "Create organization" }).click();
  await expect(page.getByLabel("First name")).toBeFocused();
  await expect(page.getByLabel("First name")).toHaveAccessibleDescription("Please fill this in.");
  await expect(page.getByLabel("Password")).toHaveAccessibleDescription(/at least 12 characters/);
  await expect(page.getByLabel("Organization")).toHaveValue("Engines");
});

test("a wrong password says no more than it must", async ({ page }) => {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill("nobody@example.com");
  await page.getByLabel("Password").fill("certainly not this");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toHaveText("The e-mail address or the password is wrong.");
});

test("the password can be changed, and the other devices are signed out", async ({ page, browser }) => {
  const email = await signUp(page);
  const other = await (await browser.newContext()).newPage();
  await other.goto("/sign-in");
  await signIn(other, email);
  await expect(other.getByRole("heading", { name: "Dashboard", level: 1 })).toBeVisible();

  await page.goto("/settings/profile");
  await page.getByLabel("Current password").fill(PASSWORD);
  await page.getByLabel("New password").fill("seven violet lanterns adrift");
  await page.getByRole("button", { name: "Change password" }).click();
  await expect(page.getByText("Your password is changed")).toBeVisible();

  // There, the page asks for the password over what it shows.
  await other.getByRole("link", { name: "Devices", exact: true }).click();
  await expect(other.getByRole("dialog", { name: "Please sign in again" })).toBeVisible();
});

test("a session that ends loses nothing that was typed", async ({ page }) => {
  await signUp(page);
  await page.goto("/companies?new=true");
  await page.getByLabel("Name").fill("Half a name");
  await page.context().clearCookies();
  await page.getByRole("dialog").getByRole("button", { name: "Add company" }).click();
  const again = page.getByRole("dialog", { name: "Please sign in again" });
  await again.getByLabel("Password").fill(PASSWORD);
  await again.getByRole("button", { name: "Sign in" }).click();
  await expect(again).toBeHidden();
  await expect(page.getByLabel("Name")).toHaveValue("Half a name");
  await page.getByRole("dialog").getByRole("button", { name: "Add company" }).click();
  await expect(page.getByRole("heading", { name: "Half a name" })).toBeVisible();
});

test("the theme is chosen and stays", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "light" });
  await signUp(page);
  await page.getByRole("button", { name: "Theme" }).click();
  await page.getByRole("menuitemradio", { name: "Dark" }).click();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.reload();
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  expect(await page.evaluate(() => Object.keys(localStorage).sort())).toEqual(["language", "signed-in", "theme"]);
});

test("where signing up is closed it is not offered", async ({ page }) => {
  await page.route("**/api/v1/public/flags", (route) => route.fulfill({ json: { success: true, data: { signUp: false } } }));
  await page.goto("/sign-in");
  await expect(page.getByRole("link", { name: "Forgotten" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Create an organization" })).toHaveCount(0);
  await page.goto("/sign-up");
  await expect(page.getByRole("alert").filter({ hasText: "invitation" })).toBeVisible();
  await expect(page.getByLabel("Organization")).toBeHidden();
});

for (const [path, heading] of [
  ["/sign-in", "Sign in"],
  ["/sign-up", "Create an organization"],
  ["/forgot-password", "Forgotten your password?"],
  ["/reset-password?token=none", "Choose a new password"],
] as const) {
  test(`axe finds nothing on ${path}`, async ({ page }) => {
    test.setTimeout(120_000);
    await page.goto(path);
    await expect(page.getByRole("heading", { name: heading })).toBeVisible();
    await expectAccessible(page);
  });
}

test("axe finds nothing on the own pages", async ({ page }) => {
  test.setTimeout(180_000);
  await signUp(page);
  for (const path of ["/", "/settings/profile", "/settings/devices"]) {
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await page.waitForLoadState("networkidle");
    await expectAccessible(page);
  }
});
