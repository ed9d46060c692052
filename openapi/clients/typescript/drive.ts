// What a client does all day, with the generated TypeScript client. Usage: node drive.js URL
import assert from "node:assert/strict";

import { AuthApi, CompaniesApi, CompanyField, Configuration, type ErrorEnvelope, ResponseError, TokenDelivery } from "./api/index.js";

const basePath = process.argv[2] ?? "";
const EMAIL = "admin@demo.example";
const PASSWORD = "touchline demo otters";

/** The status and the error of a request that is refused. */
async function refused(request: Promise<unknown>): Promise<{ status: number; body: ErrorEnvelope }> {
  try {
    await request;
  } catch (error) {
    if (error instanceof ResponseError) {
      return { status: error.response.status, body: await error.response.json() };
    }
    throw error;
  }
  throw new Error("this was not refused");
}

const signedIn = await new AuthApi(new Configuration({ basePath })).login({
  login: { email: EMAIL, password: PASSWORD, tokenDelivery: TokenDelivery.Body },
});
const accessToken = signedIn.data.tokens?.accessToken ?? "";
const companies = new CompaniesApi(new Configuration({ basePath, accessToken }));

const create = { createCompany: { name: "Typed Scripts", phone: "+381 11 2345" }, idempotencyKey: `typescript-${Date.now()}` };
const made = (await companies.createCompany(create)).data;
const again = await companies.createCompanyRaw(create);
assert.equal((await again.value()).data.id, made.id);
assert.equal(again.raw.headers.get("idempotency-replayed"), "true");

const ids = new Set<string>();
let cursor: string | undefined;
let total: number | undefined;
do {
  const page = await companies.listCompanies({ limit: 7, sort: "name", count: true, cursor });
  page.data.forEach((company) => ids.add(company.id));
  total = page.pagination?.total;
  cursor = page.pagination?.nextCursor;
} while (cursor !== undefined);
assert.equal(ids.size, total);
assert(ids.has(made.id));

const ifMatch = `"${made.version}"`;
const renamed = (await companies.updateCompany({ id: made.id, ifMatch, updateCompany: { name: "Typed Words" } })).data;
assert.equal(renamed.name, "Typed Words");
assert.equal(renamed.phone, made.phone);
const cleared = (await companies.updateCompany({ id: made.id, updateCompany: { clear: [CompanyField.Phone] } })).data;
assert.equal(cleared.phone, undefined);

const stale = await refused(companies.updateCompany({ id: made.id, ifMatch, updateCompany: { name: "Too late" } }));
assert.equal(stale.status, 412);
const invalid = await refused(companies.createCompany({ createCompany: { name: "Nowhere", website: "no address" } }));
assert.equal(invalid.status, 422);
assert.deepEqual(Object.keys(invalid.body.error.fields ?? {}), ["website"]);
