import { expect, test } from "@playwright/test";

test("the first page is painted before the application has been loaded", async ({ page }) => {
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto("/");
  await expect(page.getByText("Touchline", { exact: true })).toBeVisible();
  await expect(page.getByRole("alert")).toBeVisible();
});

test("the application starts without a fault, and loads a page when it is opened", async ({ page }) => {
  const faults: string[] = [];
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("console", (message) => {
    // The browser itself reports that nobody is signed in.
    if (message.type() === "error" && !message.text().includes("401")) faults.push(message.text());
  });
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(new URL(request.url()).pathname));

  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
  const before = loaded.filter((path) => path.endsWith(".wasm")).length;
  await page.getByRole("link", { name: "Create an organization" }).click();
  await expect(page.getByRole("heading", { name: "Create an organization" })).toBeVisible();
  expect(loaded.filter((path) => path.endsWith(".wasm")).length).toBeGreaterThan(before);
  expect(faults).toEqual([]);
});

test("a deep link opens its page", async ({ page }) => {
  await page.goto("/forgot-password");
  await expect(page.getByRole("heading", { name: "Forgotten your password?" })).toBeVisible();
});

test("an address without a page says so", async ({ page }) => {
  await page.goto("/sign-in");
  await page.goto("/no-such-page");
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});
