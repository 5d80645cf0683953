/** Taking everything along, and going. */
import { readFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { logInAt, openSection } from "./support/account";
import { atAccount, errorOf, fillIn, heading, logIn, password, sharedBrowser, submit, visit } from "./support/browser";
import { Server } from "./support/server";

const ann = { email: "ann@example.com", password: "ledger of the north sea" };
const admin = { email: "admin@example.com", password: "keeper of the counting house" };

let server: Server;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start({ ADMIN_EMAIL: admin.email }), sharedBrowser()]);
  await server.createAccount(ann.email, ann.password);
});
afterAll(async () => {
  await server?.dispose();
});

const question = (page: Page) => page.getByRole("alertdialog", { name: "Delete your account?" });
const typed = (page: Page) => question(page).getByRole("textbox");
const forGood = (page: Page) => question(page).getByRole("button", { name: "Delete for good" });

it("the export is downloaded as an archive", async () => {
  const { page, end } = await visit(browser, server.url);
  await logInAt(page, ann, "Your data");
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download the archive" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^kontor-export-.*\.zip$/);
  expect((await readFile(await download.path())).subarray(0, 2).toString()).toBe("PK");
  await page.getByText("is saved.").waitFor();
  await openSection(page, "Activity");
  await page.getByText("Data exported").waitFor();
  await end();
});

it("the only administrator is told why they cannot go", async () => {
  const { page, end } = await visit(browser, server.url);
  await page.goto(await server.setupPath());
  await password(page).fill(admin.password);
  await submit(page).click();
  await atAccount(page);
  await openSection(page, "Your data");
  await page.getByRole("button", { name: "Delete account" }).click();
  await typed(page).fill(admin.email);
  await forGood(page).click();
  await question(page).getByText("This is the only active administrator.").waitFor();
  await question(page).getByRole("button", { name: "Cancel" }).click();
  await question(page).waitFor({ state: "detached" });
  await heading(page, "Your data").waitFor();
  await end();
});

it("c.36: the account is deleted after its address was typed; every tab is out, and nothing of it comes back", async () => {
  const { page, newTab, end } = await visit(browser, server.url);
  await logInAt(page, ann, "Your data");
  const second = await newTab();
  await second.goto("/account/activity");
  await heading(second, "Activity").waitFor();

  await page.getByRole("button", { name: "Delete account" }).click();
  await question(page).waitFor();
  await typed(page).fill("bob@example.com");
  await forGood(page).click();
  expect(await errorOf(page, typed(page))).toBe("This is not the address of your account.");
  await typed(page).fill(ann.email.toUpperCase());
  await forGood(page).click();
  await page.getByText("Your account is deleted, with everything in it.").waitFor();
  await Promise.all([page, second].map((tab) => heading(tab, "Log in").waitFor()));
  expect(await second.content()).not.toContain(ann.email);

  await fillIn(page, ann.email, ann.password);
  await page.getByText("E-mail address or password is wrong.").waitFor();
  await server.createAccount(ann.email, ann.password);
  await logIn(page, ann.email, ann.password);
  await openSection(page, "Activity");
  await page.getByText("Logged in").first().waitFor();
  expect(await page.getByText("Data exported").count()).toBe(0);
  await end();
});
