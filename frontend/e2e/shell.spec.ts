import { expect, test } from "@playwright/test";

test("the first page is painted before the application has been loaded", async ({ page }) => {
  await page.route("**/*.wasm", (route) => route.abort());
  await page.goto("/");
  await expect(page.getByText("Touchline", { exact: true })).toBeVisible();
  await expect(page.getByRole("alert")).toBeVisible();
});

test("the application starts without an error on the console, and loads a page when it is opened", async ({ page }) => {
  const faults: string[] = [];
  page.on("console", (message) => message.type() === "error" && faults.push(message.text()));
  page.on("pageerror", (error) => faults.push(error.message));
  const loaded: string[] = [];
  page.on("request", (request) => loaded.push(new URL(request.url()).pathname));

  await page.goto("/");
  await expect(page.getByRole("heading", { name: "Welcome" })).toBeVisible();
  expect(loaded.filter((path) => path.includes("about"))).toEqual([]);
  await page.getByRole("link", { name: "About" }).click();
  await expect(page.getByRole("heading", { name: "About Touchline" })).toBeVisible();
  expect(loaded.filter((path) => path.includes("about"))).toHaveLength(1);
  expect(faults).toEqual([]);
});

test("a deep link opens its page", async ({ page }) => {
  await page.goto("/about");
  await expect(page.getByRole("heading", { name: "About Touchline" })).toBeVisible();
});
