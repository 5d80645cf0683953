/** What goes by mail: every link is taken from the mail that the program sent, and opened as it stands there. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { linkIn, MailServer } from "../blackbox/support/smtp";
import { logInAt, openSection } from "./support/account";
import { AdminClient, openAdministration } from "./support/admin";
import {
  atAccount,
  email,
  errorOf,
  fillIn,
  hasFocus,
  heading,
  logIn,
  password,
  sharedBrowser,
  submit,
  visit,
} from "./support/browser";
import { Server } from "./support/server";

const boss = { email: "boss@example.com", password: "keeper of the counting house" };
const fresh = "another harbour at dusk";

let ann = { email: "", password: "" };
let count = 0;
let post: MailServer;
let server: Server;
let browser: Browser;

const withMail = (url: string) => ({ ...post.settings, PUBLIC_URL: url });

beforeAll(async () => {
  post = await MailServer.start();
  [server, browser] = await Promise.all([
    Server.start((url) => ({ ...withMail(url), ADMIN_EMAIL: boss.email })),
    sharedBrowser(),
  ]);
  await AdminClient.claim(server, boss);
});
afterAll(async () => {
  await server?.dispose();
  await post?.goDown();
});
beforeEach(async () => {
  count += 1;
  ann = { email: `ann${count}@example.com`, password: "ledger of the north sea" };
  await server.createAccount(ann.email, ann.password);
});

/** The link of the n-th mail to an address that has one. It leads to the program under test, and names it as its operator did. */
async function linkTo(address: string, n = 1, of = server): Promise<string> {
  const link = linkIn(await post.mailWithToken(address, n));
  expect(new URL(link).origin).toBe(of.url);
  return link;
}

/** From the login page to the end of what somebody does who forgot their password. */
async function forget(page: Page, address: string): Promise<void> {
  await page.goto("/login");
  await page.getByRole("link", { name: "Forgot your password?" }).click();
  await heading(page, "Forgot your password?").waitFor();
  await email(page).fill(address);
  await submit(page).click();
  await heading(page, "Check your mailbox").waitFor();
}

describe("a forgotten password", () => {
  it("is replaced by the link of a mail, once; other devices are logged out, and the address counts as proved", async () => {
    const [here, there] = await Promise.all([visit(browser, server.url), visit(browser, server.url)]);
    const { page } = here;
    await logInAt(there.page, ann, "Activity");
    await forget(page, ann.email);
    expect(await page.locator("main").textContent()).toContain(ann.email);

    const link = await linkTo(ann.email);
    await page.goto(link);
    await heading(page, "Set a new password").waitFor();
    // Out of the address, and so out of what the browser remembers.
    await expect.poll(() => page.url()).not.toContain("token");
    await password(page).fill("iloveyou");
    await submit(page).click();
    await expect.poll(() => password(page).getAttribute("aria-invalid")).toBe("true");
    expect(await errorOf(page, password(page))).toContain("on the list of those attackers try first");
    // The refused password has not cost the link.
    await password(page).fill(fresh);
    await submit(page).click();
    await atAccount(page);
    expect(await page.locator("dl").textContent()).toContain(ann.email);
    await openSection(page, "E-mail");
    await page.getByText("Confirmed", { exact: true }).waitFor();
    await openSection(page, "Activity");
    await page.getByText("Password reset").waitFor();

    await there.page.getByRole("link", { name: "Sessions", exact: true }).click();
    await there.page.getByRole("dialog", { name: "Please log in again" }).waitFor();

    const later = await visit(browser, server.url);
    await later.page.goto(link);
    await heading(later.page, "Set a new password").waitFor();
    await password(later.page).fill("a third harbour at noon");
    await submit(later.page).click();
    await heading(later.page, "This link is not valid").waitFor();
    await later.page.getByRole("link", { name: "Ask for a new link" }).click();
    await heading(later.page, "Forgot your password?").waitFor();

    await later.page.goto("/login");
    await fillIn(later.page, ann.email, ann.password);
    await later.page.getByText("E-mail address or password is wrong.").waitFor();
    await logIn(later.page, ann.email, fresh);
    for (const each of [here, there, later]) await each.end();
  });

  it("authentik CVE-2023-39522: an address that nobody has is answered in the same words, and no mail is sent", async () => {
    const { page, end } = await visit(browser, server.url);
    const stranger = `stranger${count}@example.com`;
    await forget(page, stranger);
    const said = await page.locator("main").textContent();
    await page.getByRole("button", { name: "Use another address" }).click();
    await email(page).fill(ann.email);
    await submit(page).click();
    await heading(page, "Check your mailbox").waitFor();
    expect(await page.locator("main").textContent()).toBe(said?.replaceAll(stranger, ann.email));
    await linkTo(ann.email);
    expect(post.mailsTo(stranger)).toEqual([]);
    await end();
  });

  it("is written about in the language that was chosen, not in the browser's", async () => {
    const { page, end } = await visit(browser, server.url);
    await page.goto("/forgot");
    await page.getByRole("radio", { name: "Deutsch" }).click();
    await page.getByRole("textbox", { name: "E-Mail-Adresse" }).fill(ann.email);
    await submit(page).click();
    await heading(page, "Sieh in dein Postfach").waitFor();
    const mail = await post.mailTo(ann.email);
    expect(mail.headers.get("subject")).toContain("neues Passwort festlegen");
    await page.goto(linkIn(mail));
    await page.getByLabel("Neues Passwort", { exact: true }).fill(fresh);
    await submit(page).click();
    await atAccount(page, true);
    await end();
  });
});

describe("the address", () => {
  it("is confirmed by the link of a mail, in whatever browser it is opened", async () => {
    const here = await visit(browser, server.url);
    await logInAt(here.page, ann, "E-mail");
    await here.page.getByText("Your address is not confirmed yet.").waitFor();
    await here.page.getByRole("button", { name: "Send the confirmation" }).click();
    await here.page.getByText(`A link is on its way to ${ann.email}.`).waitFor();

    const there = await visit(browser, server.url);
    await there.page.goto(await linkTo(ann.email));
    await heading(there.page, "Confirm your address").waitFor();
    await there.page.getByRole("button", { name: "Confirm the address" }).click();
    await heading(there.page, "Your address is confirmed").waitFor();
    expect(await hasFocus(heading(there.page, "Your address is confirmed"))).toBe(true);

    await here.page.getByRole("link", { name: "Overview", exact: true }).click();
    await atAccount(here.page);
    await openSection(here.page, "E-mail");
    await here.page.getByText("Confirmed", { exact: true }).waitFor();
    expect(await here.page.getByRole("button", { name: "Send the confirmation" }).count()).toBe(0);
    for (const each of [here, there]) await each.end();
  });

  it("changes once the new one is confirmed; the old one is told, and the session goes on", async () => {
    const { page, newTab, end } = await visit(browser, server.url);
    const next = `next${count}@example.com`;
    await logInAt(page, ann, "E-mail");
    await page.getByRole("textbox", { name: "New e-mail address" }).fill(`  ${next.toUpperCase()} `);
    await submit(page).click();
    await page.getByText("A link is on its way to").waitFor();
    // Nothing has changed yet.
    expect(await page.locator("dl").textContent()).toContain(ann.email);

    const second = await newTab();
    await second.goto(await linkTo(next));
    await second.getByRole("button", { name: "Confirm the address" }).click();
    await heading(second, "Your address is confirmed").waitFor();
    await second.getByText(`${next} is the address of your account.`).waitFor();
    await post.mailAbout(ann.email, "somebody wants to change the address of your account");
    const told = await post.mailAbout(ann.email, "your account has another address now");
    expect(told.body).not.toContain(next);

    await second.getByRole("link", { name: "To your desk" }).click();
    await atAccount(second);
    await second.locator("dl").getByText(next).waitFor();
    await page.getByRole("link", { name: "Activity", exact: true }).click();
    await page.getByText("E-mail address changed").waitFor();

    const later = await visit(browser, server.url);
    await later.page.goto("/login");
    await fillIn(later.page, ann.email, ann.password);
    await later.page.getByText("E-mail address or password is wrong.").waitFor();
    await logIn(later.page, next, ann.password);
    await later.end();
    await end();
  });
});

describe("registration with a proof of the address", () => {
  let strict: Server;
  beforeAll(async () => {
    strict = await Server.start((url) => ({ ...withMail(url), EMAIL_VERIFICATION: "required" }));
  });
  afterAll(async () => strict?.dispose());

  it("asks for the address alone; the password is set where the mail leads", async () => {
    const { page, end } = await visit(browser, strict.url);
    const newcomer = "newcomer@example.com";
    await page.goto("/register");
    await page.getByRole("button", { name: "Send the link" }).waitFor();
    expect(await page.locator("input[type=password]").count()).toBe(0);
    await email(page).fill(newcomer);
    await submit(page).click();
    await heading(page, "Check your mailbox").waitFor();

    await page.goto(await linkTo(newcomer, 1, strict));
    await heading(page, "Set your password").waitFor();
    await password(page).fill(fresh);
    await submit(page).click();
    await atAccount(page);
    await openSection(page, "E-mail");
    await page.getByText("Confirmed", { exact: true }).waitFor();
    await page.getByRole("button", { name: /^Account menu/ }).click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await heading(page, "Log in").waitFor();

    // Once more with the same address: the same words, and a mail of another kind.
    await page.goto("/register");
    await email(page).fill(newcomer);
    await submit(page).click();
    await heading(page, "Check your mailbox").waitFor();
    await page.goto("/login");
    await logIn(page, newcomer, fresh);
    await end();
  });
});

describe("an invitation", () => {
  it("is mailed as well; the link of the mail does, and the administrator is told so", async () => {
    const [chief, guest] = await Promise.all([visit(browser, server.url), visit(browser, server.url)]);
    const address = `guest${count}@example.com`;
    await openAdministration(chief.page, boss);
    await chief.page.getByRole("button", { name: "Invite somebody" }).click();
    await chief.page.getByRole("dialog").getByRole("textbox", { name: "E-mail address" }).fill(address);
    await submit(chief.page).click();
    const made = chief.page.getByRole("dialog", { name: `${address} is invited` });
    await made.getByText(`A mail with a link of its own is on its way to ${address}.`).waitFor();
    const shown = await made.getByRole("textbox", { name: "One-time link" }).inputValue();
    await made.getByRole("button", { name: "I have kept it" }).click();

    const link = await linkTo(address);
    expect(link).not.toBe(shown);
    await guest.page.goto(link);
    await heading(guest.page, "Set your password").waitFor();
    await password(guest.page).fill(fresh);
    await submit(guest.page).click();
    await atAccount(guest.page);
    for (const each of [chief, guest]) await each.end();
  });
});
