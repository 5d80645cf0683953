/** The administrators' pages, and what others see of what is done there. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { comeBack } from "./support/account";
import { act, AdminClient, openAdministration, openSection, openUser, type Person } from "./support/admin";
import {
  atAccount,
  errorOf,
  fillIn,
  hasFocus,
  heading,
  logIn,
  logInInGerman,
  password,
  screenshot,
  sharedBrowser,
  submit,
  visit,
} from "./support/browser";
import { looksRight, overflow, timeForLooks } from "./support/looks";
import { Server } from "./support/server";

const boss: Person = { email: "boss@example.com", password: "keeper of the counting house" };

let server: Server;
let browser: Browser;
let admin: AdminClient;

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start({ ADMIN_EMAIL: boss.email }), sharedBrowser()]);
  admin = await AdminClient.claim(server, boss);
});
afterAll(async () => {
  await server?.dispose();
});

/** A member of their own for each test. */
async function member(name: string): Promise<Person> {
  const person = { email: `${name}@example.com`, password: `${name} of the north sea` };
  await server.createAccount(person.email, person.password);
  return person;
}

async function administrator(name: string): Promise<Person> {
  const person = await member(name);
  await admin.change(person.email, { is_admin: true });
  return person;
}

describe("the door", () => {
  it("stays shut for a member: no menu item, no page, not even its code", async () => {
    const ann = await member("ann");
    const scripts = async (person: Person) => {
      const { page, end } = await visit(browser, server.url);
      const loaded = new Set<string>();
      page.on("request", (request) => {
        const { pathname } = new URL(request.url());
        if (pathname.endsWith(".js")) loaded.add(pathname);
      });
      await page.goto("/login");
      await logIn(page, person.email, person.password);
      const before = new Set(loaded);
      await page.goto("/admin/users");
      await page.locator("h1").waitFor();
      return { page, end, more: [...loaded].filter((path) => !before.has(path)) };
    };

    const chief = await scripts(boss);
    await heading(chief.page, "Users").waitFor();
    expect(chief.more).toHaveLength(1);
    await chief.end();

    const { page, end, more } = await scripts(ann);
    await heading(page, "This page is for administrators").waitFor();
    expect(more).toEqual([]);
    await page.getByRole("button", { name: /^Account menu/ }).click();
    await page.getByRole("menuitem", { name: "Account" }).waitFor();
    expect(await page.getByRole("menuitem", { name: "Administration" }).count()).toBe(0);
    await page.keyboard.press("Escape");
    await page.getByRole("link", { name: "Back to the desk" }).click();
    await atAccount(page);
    await end();
  });

  it("leads out whoever is demoted while a page is open, and keeps their session", async () => {
    const ben = await administrator("ben");
    const { page, end } = await visit(browser, server.url);
    await openAdministration(page, ben);
    await admin.change(ben.email, { is_admin: false });
    await page.getByRole("link", { name: "Audit log" }).click();
    await heading(page, "This page is for administrators").waitFor();
    await page.getByRole("link", { name: "Back to the desk" }).click();
    await atAccount(page);
    expect(await page.locator("dl").textContent()).toContain("Member");
    await end();
  });

  it("opens for whoever is promoted, as soon as they look at their account", async () => {
    const cara = await member("cara");
    const { page, end } = await visit(browser, server.url);
    await page.goto("/login");
    await logIn(page, cara.email, cara.password);
    await admin.change(cara.email, { is_admin: true });
    await page.getByRole("link", { name: "Sessions", exact: true }).click();
    await heading(page, "Sessions").waitFor();
    await page.getByRole("link", { name: "Overview" }).click();
    await expect
      .poll(async () => {
        await page.getByRole("button", { name: /^Account menu/ }).click();
        const items = await page.getByRole("menuitem", { name: "Administration" }).count();
        await page.keyboard.press("Escape");
        return items;
      })
      .toBe(1);
    await end();
  });
});

describe("an invitation", () => {
  it("gives a link once, with which its owner sets a password and is in", async () => {
    const chief = await visit(browser, server.url);
    const { page } = chief;
    await openAdministration(page, boss);
    await page.getByRole("button", { name: "Invite somebody" }).click();
    const dialog = page.getByRole("dialog", { name: "Invite somebody" });
    const address = dialog.getByRole("textbox", { name: "E-mail address" });
    await submit(page).click();
    expect(await errorOf(page, address)).toBe("Please fill in this field.");
    await address.fill(boss.email);
    await submit(page).click();
    await expect.poll(() => dialog.textContent()).toContain("There is already an account with this address");
    await address.fill("  Dora@Example.com ");
    await submit(page).click();
    const made = page.getByRole("dialog", { name: "dora@example.com is invited" });
    const field = made.getByRole("textbox", { name: "One-time link" });
    await field.waitFor();
    expect(await hasFocus(field)).toBe(true);
    const link = await field.inputValue();
    expect(link).toMatch(/\/setup#token=[\w-]{43}$/);
    // Nothing but its own button ends it: the link is shown once.
    await page.keyboard.press("Escape");
    expect(await field.isVisible()).toBe(true);
    await made.getByRole("button", { name: "I have kept it" }).click();
    expect(await page.content()).not.toContain(link.split("token=")[1]);
    await page.getByRole("row", { name: /dora@example\.com Invited/ }).waitFor();

    const newcomer = await visit(browser, server.url);
    const { hash } = new URL(link);
    await newcomer.page.goto(`/setup${hash}`);
    await heading(newcomer.page, "Set your password").waitFor();
    await password(newcomer.page).fill("a quiet harbour at dawn");
    await submit(newcomer.page).click();
    await atAccount(newcomer.page);
    await newcomer.page.locator("main").getByRole("button", { name: "Log out" }).click();
    await heading(newcomer.page, "Log in").waitFor();
    await logIn(newcomer.page, "dora@example.com", "a quiet harbour at dawn");

    await openUser(page, "dora@example.com");
    expect(await page.locator("dl").first().textContent()).toContain("Logged in on 1 device");
    for (const each of [chief, newcomer]) await each.end();
  });
});

describe("an account", () => {
  it("that is deactivated while its page is open: out at once, and not in again", async () => {
    const emil = await member("emil");
    const his = await visit(browser, server.url);
    await his.page.goto("/login");
    await logIn(his.page, emil.email, emil.password);
    await his.page.getByRole("link", { name: "Password", exact: true }).click();
    await his.page.getByLabel("Current password", { exact: true }).fill("half typed");

    const chief = await visit(browser, server.url);
    await openAdministration(chief.page, boss);
    await openUser(chief.page, emil.email);
    await act(chief.page, "Deactivate");
    await chief.page.getByText("The account is deactivated. All its sessions are over.").waitFor();
    // The button that undoes it stands in its place, with the focus.
    expect(await hasFocus(chief.page.getByRole("button", { name: /^Activate: / }))).toBe(true);

    await his.page.getByRole("link", { name: "Sessions", exact: true }).click();
    const overlay = his.page.getByRole("dialog", { name: "Please log in again" });
    await overlay.waitFor();
    await password(his.page).fill(emil.password);
    await submit(his.page).click();
    await his.page.getByText("E-mail address or password is wrong.").waitFor();

    await act(chief.page, "Activate");
    await chief.page.getByText("The account is active.").waitFor();
    await password(his.page).fill(emil.password);
    await submit(his.page).click();
    await overlay.waitFor({ state: "detached" });
    await heading(his.page, "Sessions").waitFor();
    for (const each of [chief, his]) await each.end();
  });

  it("whose sessions are ended has to log in again", async () => {
    const fay = await member("fay");
    const hers = await visit(browser, server.url);
    await hers.page.goto("/login");
    await logIn(hers.page, fay.email, fay.password);
    const chief = await visit(browser, server.url);
    await openAdministration(chief.page, boss);
    await openUser(chief.page, fay.email);
    await act(chief.page, "End the sessions");
    await chief.page.getByText("All sessions and access tokens of the account are over.").waitFor();
    await chief.page.getByText("Logged in nowhere").waitFor();
    await hers.page.getByRole("link", { name: "Sessions", exact: true }).click();
    await hers.page.getByRole("dialog", { name: "Please log in again" }).waitFor();
    for (const each of [chief, hers]) await each.end();
  });

  it("gets a link for a new password, which an administrator never chooses", async () => {
    const gus = await member("gus");
    const chief = await visit(browser, server.url);
    await openAdministration(chief.page, boss);
    await openUser(chief.page, gus.email);
    await act(chief.page, "Make a link");
    const field = chief.page.getByRole("textbox", { name: "One-time link" });
    await field.waitFor();
    const link = new URL(await field.inputValue());
    await chief.page.getByRole("button", { name: "I have kept it" }).click();
    expect(await hasFocus(chief.page.getByRole("button", { name: /^Make a link: / }))).toBe(true);

    const his = await visit(browser, server.url);
    await his.page.goto(link.pathname + link.hash);
    await submit(his.page).waitFor();
    await password(his.page).fill("another harbour at dusk");
    await submit(his.page).click();
    await atAccount(his.page);
    for (const each of [chief, his]) await each.end();
  });

  it("of the last administrator stays as it is, and the page says why", async () => {
    const other = await Server.start({ ADMIN_EMAIL: boss.email });
    try {
      await AdminClient.claim(other, boss);
      const { page, end } = await visit(browser, other.url);
      await openAdministration(page, boss);
      await openUser(page, boss.email);
      await page.getByText("This is your own account.").waitFor();
      for (const name of ["Take the rights away", "Deactivate"]) {
        await act(page, name);
        const dialog = page.getByRole("alertdialog");
        const reason = "This is the only active administrator. Make somebody else an administrator first.";
        await dialog.getByText(reason).waitFor();
        await dialog.getByRole("button", { name: "Cancel" }).click();
      }
      await page.getByRole("button", { name: /^Take the rights away: / }).waitFor();
      await end();
    } finally {
      await other.dispose();
    }
  });

  it("is deleted only when its address is typed", async () => {
    const hal = await member("hal");
    const { page, end } = await visit(browser, server.url);
    await openAdministration(page, boss);
    await openUser(page, hal.email);
    await act(page, "Delete the account");
    const field = page.getByRole("textbox", { name: "Type the address to confirm" });
    expect(await errorOf(page, field)).toBe("This is not the address of the account.");
    expect(await hasFocus(field)).toBe(true);
    await field.fill("Hal@example.com");
    await page.getByRole("alertdialog").getByRole("button", { name: "Delete the account" }).click();
    await heading(page, "The account is deleted").waitFor();
    await page.getByRole("link", { name: "All users" }).click();
    await page.getByRole("searchbox", { name: "Search by address" }).fill(hal.email);
    await page.getByText("No account matches.").first().waitFor();
    await end();
  });

  it("that somebody else has deleted meanwhile: the page says so, whatever was pressed", async () => {
    const ida = await member("ida");
    const { page, end } = await visit(browser, server.url);
    await openAdministration(page, boss);
    await openUser(page, ida.email);
    await admin.deleteUser(ida.email);
    await act(page, "Make administrator");
    await heading(page, "There is no such account").waitFor();
    await page.getByRole("link", { name: "All users" }).click();
    await heading(page, "Users").waitFor();
    await end();
  });
});

describe("the list of accounts", () => {
  it("comes in pages, is searched while one types, and keeps the search for the way back", async () => {
    for (let number = 10; number < 40; number += 1) await member(`list${number}`);
    const { page, end } = await visit(browser, server.url);
    await openAdministration(page, boss);
    const rows = page.getByRole("row");
    await expect.poll(() => rows.count()).toBe(26);
    await page.getByRole("button", { name: "Show more" }).click();
    await expect.poll(() => rows.count()).toBeGreaterThan(26);
    expect(await hasFocus(rows.nth(26))).toBe(true);

    await page.getByRole("searchbox", { name: "Search by address" }).pressSequentially("LIST3");
    await expect.poll(() => rows.count()).toBe(11);
    await page.getByRole("link", { name: "list35@example.com" }).click();
    await heading(page, "list35@example.com").waitFor();
    await page.goBack();
    await expect.poll(() => rows.count()).toBe(11);
    expect(await page.getByRole("searchbox").inputValue()).toBe("LIST3");

    await page.getByRole("combobox", { name: "Show" }).selectOption({ label: "Administrators" });
    await page.getByText("No account matches.").first().waitFor();
    await page.getByRole("button", { name: "Show all accounts" }).click();
    // With what had been fetched of it before.
    await expect.poll(() => rows.count()).toBeGreaterThan(26);
    // A character that means something to the database means itself.
    await page.getByRole("searchbox").fill("%");
    await page.getByText("No account matches.").first().waitFor();
    await end();
  });

  it("gives up a search that was overtaken, and never shows its answer", async () => {
    const { page, end } = await visit(browser, server.url);
    await openAdministration(page, boss);
    let release = () => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    await page.route("**/admin/users?*q=list1*", async (route) => {
      await held;
      await route.continue().catch(() => {});
    });
    const search = page.getByRole("searchbox", { name: "Search by address" });
    const [slow] = await Promise.all([
      page.waitForEvent("request", (each) => /q=list1/.test(each.url())),
      search.fill("list1"),
    ]);
    await Promise.all([page.waitForEvent("requestfailed", (each) => each === slow), search.fill(boss.email)]);
    release();
    await expect.poll(() => page.getByRole("row").count()).toBe(2);
    await page.getByRole("row", { name: /boss@example\.com/ }).waitFor();
    await end();
  });
});

describe("the rules", () => {
  it("bite where they are meant to, can be taken back, and stand in the log", async () => {
    const chief = await visit(browser, server.url);
    const { page } = chief;
    await openAdministration(page, boss);
    await openSection(page, "Rules");
    await page.getByRole("radio", { name: "Nobody", exact: true }).check();
    await page.getByRole("textbox", { name: "Shortest password" }).fill("20");
    await page.getByRole("button", { name: "Save the rules" }).click();
    await page.getByText("The rules are saved.").waitFor();

    const newcomer = await visit(browser, server.url);
    await newcomer.page.goto("/register");
    await heading(newcomer.page, "Registration is closed").waitFor();

    await page.getByRole("button", { name: "Back to the default (Everybody)" }).click();
    await page.getByRole("button", { name: "Save the rules" }).click();
    await page.getByText("The rules are saved.").waitFor();
    await newcomer.page.reload();
    await heading(newcomer.page, "Create an account").waitFor();
    await fillIn(newcomer.page, "jo@example.com", "nineteen characters");
    await newcomer.page.getByText("Too short: at least 20 characters.").waitFor();

    await openSection(page, "Audit log");
    const entry = page.getByRole("row", { name: /Changed: who may create an account, shortest password/ });
    expect(await entry.textContent()).toContain(boss.email);

    await admin.changePolicy({ password_min_length: null });
    for (const each of [chief, newcomer]) await each.end();
  });

  it("are checked before they are sent, and not left unsaved without a question", async () => {
    const { page, end } = await visit(browser, server.url);
    await openAdministration(page, boss);
    await openSection(page, "Rules");
    const sent: string[] = [];
    page.on("request", (request) => request.method() === "PATCH" && sent.push(request.url()));
    await page.getByRole("radio", { name: "Addresses on the list" }).check();
    await page.getByRole("button", { name: "Save the rules" }).click();
    const list = page.getByRole("textbox", { name: "List of addresses" });
    await page.getByText("the list needs at least one address").waitFor();
    expect(await hasFocus(list)).toBe(true);
    await list.fill("ann@example.com\nnobody");
    await page.getByRole("button", { name: "Save the rules" }).click();
    await page.getByText("Line 2: “nobody” does not look like an address.").waitFor();
    expect(sent).toEqual([]);

    const leave = page.getByRole("alertdialog", { name: "Leave without saving?" });
    await page.getByRole("link", { name: "Users" }).click();
    await leave.getByRole("button", { name: "Stay here" }).click();
    expect(await list.inputValue()).toBe("ann@example.com\nnobody");
    await page.getByRole("link", { name: "Users" }).click();
    await leave.getByRole("button", { name: "Leave" }).click();
    await heading(page, "Users").waitFor();
    await openSection(page, "Rules");
    expect(await page.getByRole("radio", { name: "Everybody" }).first().isChecked()).toBe(true);
    // Whoever logs out is not asked.
    await page.getByRole("radio", { name: "Nobody", exact: true }).check();
    await page.getByRole("button", { name: /^Account menu/ }).click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await heading(page, "Log in").waitFor();
    await end();
  });
});

describe("the audit log", () => {
  it("shows who did what to whom, and is filtered by act and person", async () => {
    const kim = await administrator("kim");
    const lea = await member("lea");
    const { page, end } = await visit(browser, server.url);
    await openAdministration(page, kim);
    await openUser(page, lea.email);
    await act(page, "Deactivate");
    await page.getByText("The account is deactivated.").waitFor();
    await page.getByRole("link", { name: "What happened to this account" }).click();
    await heading(page, "Audit log").waitFor();
    await page.getByRole("row", { name: /Account deactivated.*lea@example\.com.*kim@example\.com/ }).waitFor();
    expect(await page.getByRole("combobox", { name: "Whose account" }).inputValue()).toBe(lea.email);

    await page.getByRole("button", { name: "Clear the filters" }).click();
    await page.getByRole("combobox", { name: "Done by" }).fill(kim.email);
    await page.waitForURL(/actor=/);
    await page.getByRole("combobox", { name: "What was done" }).selectOption({ label: "Account deactivated" });
    await expect.poll(() => page.getByRole("row").count()).toBe(2);
    await page.getByRole("textbox", { name: "From" }).or(page.getByLabel("From")).first().fill("2031-01-01");
    await page.getByText("No entry matches.").first().waitFor();
    await end();
  });
});

describe("every page", () => {
  it("in German, whose words are longer, still fits a narrow window", async () => {
    const { page, end } = await visit(browser, server.url, { locale: "de-DE", viewport: { width: 360, height: 800 } });
    await logInInGerman(page, boss.email, boss.password);
    const pages = { users: "users", user: `users/${await admin.idOf(boss.email)}`, policy: "policy", audit: "audit" };
    for (const [name, path] of Object.entries(pages)) {
      await page.goto(`/admin/${path}`);
      await page.locator("main h1").waitFor();
      await page.waitForLoadState("networkidle");
      await screenshot(page, `german-admin-${name}`);
      expect(await overflow(page), name).toBeLessThanOrEqual(0);
    }
    await end();
  });

  it.concurrent.each([
    "users",
    "invite",
    "invited",
    "user",
    "user-delete",
    "user-link",
    "policy",
    "policy-wrong",
    "audit",
  ])(
    "is accessible and fits, in both themes, wide and narrow: %s",
    async (name) => {
      const { page, end } = await visit(browser, server.url);
      await comeBack(page, server, boss, "/admin/users");
      await heading(page, "Users").waitFor();
      switch (name) {
        case "users":
          await page.getByRole("row").nth(1).waitFor();
          break;
        case "invite":
          await page.getByRole("button", { name: "Invite somebody" }).click();
          await submit(page).click();
          await page.getByText("Please fill in this field.").waitFor();
          break;
        case "invited":
          await page.getByRole("button", { name: "Invite somebody" }).click();
          await page.getByRole("dialog").getByRole("textbox").fill("with-a-rather-long-address@research.example.com");
          await submit(page).click();
          await page.getByRole("textbox", { name: "One-time link" }).waitFor();
          break;
        case "policy":
        case "policy-wrong":
          await openSection(page, "Rules");
          if (name === "policy") break;
          await page.getByRole("radio", { name: "Addresses on the list" }).check();
          await page.getByRole("textbox", { name: "List of addresses" }).fill("nobody\nnobody@");
          await page.getByRole("textbox", { name: "Shortest password" }).fill("7");
          await page.getByRole("button", { name: "Save the rules" }).click();
          await page.getByText("Please enter a whole number").waitFor();
          break;
        case "audit":
          await openSection(page, "Audit log");
          await page.getByRole("row").nth(1).waitFor();
          break;
        default:
          await openUser(page, boss.email);
          if (name === "user-delete") await act(page, "Delete the account");
          if (name !== "user-link") break;
          await act(page, "Make a link");
          await page.getByRole("textbox", { name: "One-time link" }).waitFor();
      }
      await looksRight(page, `admin-${name}`);
      await end();
    },
    timeForLooks,
  );
});
