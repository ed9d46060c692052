// Every page that has an address, as the router of the client names them: titled, read aloud when it opens, nothing that
// axe finds, and nothing that scrolls sideways. A page without a line below fails.
import { readFileSync } from "node:fs";

import { expect, test, type Page } from "@playwright/test";

import { expectAccessible, write } from "./help";

const ROUTER = new URL("../src/shell/routes.rs", import.meta.url);
const ROUTES = [...readFileSync(ROUTER, "utf8").matchAll(/path!\("([^"]+)"\)/g)].map(([, path]) => path);

/** The administrator of the demo, who runs the installation too. */
const DEMO = { email: "admin@demo.example", password: "touchline demo otters" };

/** Pages before the sign-in, with what their links carry. */
const OUTSIDE: Record<string, string> = {
  "/sign-in": "",
  "/sign-up": "",
  "/forgot-password": "",
  "/reset-password": "#token=none",
  "/accept-invitation": "#token=none",
  "/verify-email": "#token=none",
};

/** Where the record stands that a page is about, and the field that names it. */
const RECORDS: Record<string, string> = {
  "/deals/:id": "/deals?hasCompany=true&limit=1",
  "/companies/:id": "/companies?limit=1",
  "/contacts/:id": "/contacts?limit=1",
  "/leads/:id": "/leads?limit=1",
  "/companies/:id/merge": "/companies?limit=1",
  "/contacts/:id/merge": "/contacts?limit=1",
  "/leads/:id/merge": "/leads?limit=1",
  "/products/:id": "/products?limit=1",
  "/imports/:id": "/imports?limit=1",
  "/imports/archive/:id": "/imports?kind=contacts&limit=1#archiveId",
  "/settings/members/:id": "/members?limit=1",
};

async function enter(page: Page) {
  await page.goto("/sign-in");
  await page.getByLabel("E-mail").fill(DEMO.email);
  await page.getByLabel("Password").fill(DEMO.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Dashboard", level: 1 })).toBeVisible();
}

/** What the pages show that the demo does not bring. */
async function prepare(page: Page) {
  if ((await read(page, "/api-keys")).length === 0) {
    await write(page, "POST", "/api-keys", { name: "Warehouse", scopes: ["companies:read"] });
  }
  if ((await read(page, "/invitations")).length === 0) {
    await write(page, "POST", "/invitations", { email: "guest@demo.example", role: "agent" });
  }
  if ((await read(page, "/absences")).length === 0) {
    await write(page, "POST", "/absences", { kind: "vacation", from: "2030-07-01", until: "2030-07-14" });
  }
  if ((await read(page, "/exports")).length === 0) {
    const asked = await write(page, "POST", "/exports", { kinds: ["companies", "contacts"] });
    // One at a time.
    const done = async () => (await read(page, `/exports/${asked.id}`)).state;
    await expect.poll(done, { timeout: 30_000 }).toBe("done");
  }
  if ((await read(page, "/imports")).length === 0) {
    const file = { name: "kunden.csv", mimeType: "text/csv", buffer: Buffer.from("Name;Mitarbeiter\nAcme;12\n") };
    const answer = await page.request.post("/api/v1/imports", {
      headers: { Origin: new URL(page.url()).origin },
      multipart: { kind: "companies", file },
    });
    expect(answer.ok(), `import: ${answer.status()}`).toBe(true);
  }
  if ((await read(page, "/imports?kind=contacts")).length === 0) {
    const asked = await write(page, "POST", "/exports", { kinds: ["contacts"] });
    const file = `/api/v1/exports/${asked.id}/file`;
    await expect.poll(async () => (await page.request.get(file)).status(), { timeout: 30_000 }).toBe(200);
    const buffer = await (await page.request.get(file)).body();
    const answer = await page.request.post("/api/v1/imports/archive", {
      headers: { Origin: new URL(page.url()).origin },
      multipart: { file: { name: "contacts.zip", mimeType: "application/zip", buffer } },
    });
    expect(answer.ok(), `archive: ${answer.status()}`).toBe(true);
    await expect.poll(async () => (await read(page, "/imports?kind=contacts")).length, { timeout: 30_000 }).toBe(1);
  }
}

async function read(page: Page, path: string) {
  const answer = await page.request.get(`/api/v1${path}`);
  expect(answer.ok(), `GET ${path}: ${answer.status()}`).toBe(true);
  return (await answer.json()).data;
}

/** Goes there without loading the client again, as a link does. */
async function open(page: Page, path: string) {
  await page.evaluate((path) => {
    const link = document.createElement("a");
    link.href = path;
    document.querySelector("main")?.append(link);
    link.click();
    link.remove();
  }, path);
}

async function expectWhole(page: Page, path: string) {
  const heading = page.getByRole("heading", { level: 1 });
  await expect(heading, path).toHaveCount(1);
  await expect(page.locator(".skeleton, .spinner"), path).toHaveCount(0);
  await expect(page.locator("p.sr-only[role=status]"), path).not.toBeEmpty();
  const said = await page.locator("p.sr-only[role=status]").innerText();
  expect(await page.title(), path).toBe(`${said} · Touchline`);
  await expectAccessible(page);
}

test("every page before the sign-in is accessible", async ({ page }) => {
  test.setTimeout(180_000);
  for (const [path, rest] of Object.entries(OUTSIDE)) {
    expect(ROUTES, path).toContain(path);
    await page.goto(path + rest);
    await expectWhole(page, path);
  }
});

const inside = ROUTES.filter((path) => !(path in OUTSIDE));
const half = Math.ceil(inside.length / 2);
for (const [name, part] of [["first", inside.slice(0, half)], ["second", inside.slice(half)]] as const) {
  test(`every page behind the sign-in is accessible, ${name} half`, async ({ page }) => {
    test.setTimeout(600_000);
    await enter(page);
    await prepare(page);
    const titles = new Map<string, string>();
    for (const path of part) {
      let address = path;
      if (path.includes(":id")) {
        expect(RECORDS, `${path} has no record`).toHaveProperty([path]);
        const [list, field = "id"] = RECORDS[path].split("#");
        const [record] = await read(page, list);
        address = path.replace(":id", record[field]);
      }
      await open(page, address);
      await expect(page).toHaveURL((url) => url.pathname === address);
      await test.step(path, () => expectWhole(page, path));
      // Another page is called something else; /welcome is the first page once more, and merging is one page for all kinds.
      if (path !== "/welcome" && !path.endsWith("/merge")) expect([...titles.keys()], path).not.toContain(await page.title());
      titles.set(await page.title(), path);
    }
  });
}
