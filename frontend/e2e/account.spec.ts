import { expect, test } from "@playwright/test";

import { PASSWORD, signIn, signUp, write } from "./help";

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
  // What is asked while one types would notice the end of the session first.
  const looked = page.waitForResponse((answer) => answer.url().includes("/companies/duplicates"));
  await page.getByLabel("Name").fill("Half a name");
  await looked;
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

test("a lost connection loses nothing that was typed", async ({ page, context }) => {
  await signUp(page);
  await page.goto("/companies?new=true");
  const dialog = page.getByRole("dialog", { name: "Add company" });
  await dialog.getByLabel("Name").fill("Half a name");
  await context.setOffline(true);
  await dialog.getByRole("button", { name: "Add company" }).click();
  await expect(dialog.getByRole("alert")).toContainText("What you typed is kept");
  await expect(dialog.getByLabel("Name")).toHaveValue("Half a name");
  await context.setOffline(false);
  await dialog.getByRole("button", { name: "Add company" }).click();
  await expect(page.getByRole("heading", { name: "Half a name" })).toBeVisible();

  // A field that is edited where it stands opens again with what was typed.
  await page.getByRole("button", { name: /^Edit Website/ }).click();
  await context.setOffline(true);
  await page.getByLabel("Website").fill("https://half.example");
  await page.getByLabel("Website").press("Enter");
  await expect(page.getByLabel("Website")).toHaveValue("https://half.example");
  await context.setOffline(false);
  await page.getByLabel("Website").press("Enter");
  await expect(page.getByRole("link", { name: "https://half.example" })).toBeVisible();
});

test("a page that is asked for again in vain stays as it is, with what is typed on it", async ({ page }) => {
  await signUp(page);
  const company = await write(page, "POST", "/companies", { name: "Acme" });
  await page.goto(`/companies/${company.id}`);
  await page.getByRole("button", { name: "Add activity" }).click();
  const dialog = page.getByRole("dialog", { name: "Add activity" });
  await dialog.getByLabel("What is it about").fill("Ask about the");
  await page.route("**/api/v1/**", (route) => route.abort());
  await dialog.getByRole("button", { name: "Add activity" }).click();
  await expect(page.getByText("What you see may be old")).toBeVisible();
  // Whatever asks again while nothing answers.
  await page.evaluate(() => dispatchEvent(new Event("online")));
  await expect(dialog.getByLabel("What is it about")).toHaveValue("Ask about the");
  await page.unroute("**/api/v1/**");
  await dialog.getByRole("button", { name: "Add activity" }).click();
  await expect(page.getByRole("checkbox", { name: "Done: Ask about the" })).toBeVisible();
});

test("another language is chosen in place, stays, and goes along to another browser", async ({ page, browser }) => {
  const email = await signUp(page);
  await page.getByRole("button", { name: "Language" }).click();
  await page.getByRole("menuitemradio", { name: "Srpski" }).click();
  await expect(page.getByRole("heading", { name: "Kontrolna tabla", level: 1 })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "sr-Latn");
  await page.reload();
  await expect(page.getByRole("heading", { name: "Kontrolna tabla", level: 1 })).toBeVisible();
  await write(page, "POST", "/deals", { title: "Pumpe", amount: 123_456_789 });
  await page.goto("/deals");
  await expect(page.getByRole("row", { name: /Pumpe/ })).toContainText("1.234.567,89");

  // There the browser prefers French until she has signed in.
  const other = await (await browser.newContext({ locale: "fr-FR" })).newPage();
  await other.goto("/sign-in");
  await expect(other.getByRole("heading", { name: "Connexion" })).toBeVisible();
  await other.getByRole("button", { name: "Se connecter" }).click();
  await expect(other.getByLabel("E-mail")).toHaveAccessibleDescription("Doit comporter de 1 à 254 caractères.");
  await other.getByLabel("E-mail").fill(email);
  await other.getByLabel("Mot de passe").fill(PASSWORD);
  await other.getByRole("button", { name: "Se connecter" }).click();
  await expect(other.getByRole("heading", { name: "Kontrolna tabla", level: 1 })).toBeVisible();
  await expect(other.getByText("Otvorene prilike").first()).toBeVisible();
  await expect(other.locator(".crash")).toHaveCount(0);
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
  await page.route("**/api/v1/public/flags", (route) => route.fulfill({ json: { success: true, data: { signUp: false, realTime: true, advancedAnalytics: true, mobile: true } } }));
  await page.goto("/sign-in");
  await expect(page.getByRole("link", { name: "Forgotten" })).toBeVisible();
  await expect(page.getByRole("link", { name: "Create an organization" })).toHaveCount(0);
  await page.goto("/sign-up");
  await expect(page.getByRole("alert").filter({ hasText: "invitation" })).toBeVisible();
  await expect(page.getByLabel("Organization")).toBeHidden();
});
