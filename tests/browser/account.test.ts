import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
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
import { Server, until } from "./support/server";

const ann = { email: "ann@example.com", password: "ledger of the north sea" };

let server: Server;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start(), sharedBrowser()]);
  await server.createAccount(ann.email, ann.password);
});
afterAll(async () => {
  await server?.dispose();
});

describe("a newcomer", () => {
  it("registers, sees the account, logs out and in again", async () => {
    const { page, end } = await visit(browser, server.url);
    await page.goto("/");
    await heading(page, "Log in").waitFor();
    await page.getByRole("link", { name: "Create an account" }).click();
    await heading(page, "Create an account").waitFor();
    await fillIn(page, "  Newcomer@Example.com ", "a quiet harbour at dawn");
    await atAccount(page);
    expect(new URL(page.url()).pathname).toBe("/account");
    expect(await page.locator("dl").textContent()).toContain("newcomer@example.com");
    expect(await page.title()).toBe("Account · Kontor");

    await page.locator("main").getByRole("button", { name: "Log out" }).click();
    await heading(page, "Log in").waitFor();
    expect(await page.getByRole("status").allTextContents()).toContainEqual(
      expect.stringContaining("You are logged out"),
    );

    await logIn(page, "newcomer@example.com", "a quiet harbour at dawn");
    await end();
  });
});

describe("somebody is refused and recovers", () => {
  it("with a wrong password: one message for the form, the address kept", async () => {
    const { page, end } = await visit(browser, server.url);
    await page.goto("/login");
    await fillIn(page, ann.email, "not the ledger");
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toBe("E-mail address or password is wrong.");
    expect(await hasFocus(alert)).toBe(true);
    expect(await email(page).inputValue()).toBe(ann.email);
    // The same words for an address nobody has.
    await fillIn(page, "nobody@example.com", ann.password);
    await until("the second answer", async () => (await submit(page).getAttribute("aria-disabled")) === null);
    expect(await alert.textContent()).toBe("E-mail address or password is wrong.");

    await logIn(page, ann.email, ann.password);
    await end();
  });

  it("with empty and malformed fields: told before anything is sent, the first one focused", async () => {
    const { page, end } = await visit(browser, server.url);
    await page.goto("/login");
    // The page has asked by now whether a session goes on.
    await submit(page).waitFor();
    const sent: string[] = [];
    page.on("request", (request) => request.method() === "POST" && sent.push(request.url()));
    await submit(page).click();
    expect(await errorOf(page, email(page))).toBe("Please enter your e-mail address.");
    expect(await errorOf(page, password(page))).toBe("Please enter a password.");
    expect(await hasFocus(email(page))).toBe(true);
    await email(page).fill("ann");
    expect(await errorOf(page, email(page))).toContain("does not look like an e-mail address");
    await email(page).fill(ann.email);
    expect(await email(page).getAttribute("aria-invalid")).toBe("false");
    expect(sent).toEqual([]);
    await end();
  });

  it("with a taken address, also in another spelling", async () => {
    const { page, end } = await visit(browser, server.url);
    await page.goto("/register");
    await fillIn(page, ann.email.toUpperCase(), "six brass candlesticks");
    await until("the answer", async () => (await email(page).getAttribute("aria-invalid")) === "true");
    expect(await errorOf(page, email(page))).toContain("There is already an account with this address");
    expect(await hasFocus(email(page))).toBe(true);
    expect(await email(page).inputValue()).toBe(ann.email.toUpperCase());
    await fillIn(page, "another@example.com", "six brass candlesticks");
    await atAccount(page);
    await end();
  });

  it.each([
    ["short", "Too short: at least 8 characters."],
    ["😀😀😀😀😀😀😀", "Too short: at least 8 characters."],
    ["iloveyou", "This password is on the list of those attackers try first. Please choose another."],
    ["Kontor 2026!", "This password is little more than the name of this program. Please choose another."],
    ["weak.trader 2026", "This password is little more than your e-mail address. Please choose another."],
  ])("with the weak password %j, then succeeds with a better one", async (weak, message) => {
    const { page, end } = await visit(browser, server.url);
    const address = `weak.trader@d${weak.length}x${message.length}.example.com`;
    await page.goto("/register");
    await fillIn(page, address, weak);
    await until("the answer", async () => (await password(page).getAttribute("aria-invalid")) === "true");
    expect(await errorOf(page, password(page))).toBe(message);
    expect(await hasFocus(password(page))).toBe(true);
    expect(await email(page).inputValue()).toBe(address);
    await password(page).fill("six brass candlesticks");
    await submit(page).click();
    await atAccount(page);
    await end();
  });

  it("by a server that is down, and goes on when it is back", async () => {
    const { page, complaints, end } = await visit(browser, server.url);
    await page.goto("/login");
    // The page, with its texts, is there before the server is not.
    await submit(page).waitFor();
    await server.pause();
    try {
      await fillIn(page, ann.email, ann.password);
      const alert = page.getByRole("alert");
      await alert.waitFor();
      expect(await alert.textContent()).toContain("The desk does not answer.");
      expect(await email(page).inputValue()).toBe(ann.email);
    } finally {
      await server.resume();
    }
    await submit(page).click();
    await atAccount(page);
    // The browser reports the refused connection itself.
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes("net::ERR_CONNECTION")));
    await end();
  });

  it("by a server that is busy and says when to come back", async () => {
    const { page, end } = await visit(browser, server.url);
    await page.goto("/login");
    await refuseOnce(page, 503, 2);
    await fillIn(page, ann.email, ann.password);
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toBe("The desk is busy right now. Please try again in 2 seconds.");
    await submit(page).click();
    await atAccount(page);
    await end();
  });

  it("after too many attempts: counts down, sends nothing meanwhile, and then goes on", async () => {
    const { page, end } = await visit(browser, server.url);
    const sent: string[] = [];
    page.on("request", (request) => request.url().endsWith("/auth/login") && sent.push(request.url()));
    await page.goto("/login");
    await refuseOnce(page, 429, 5);
    await fillIn(page, ann.email, ann.password);
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await hasFocus(alert)).toBe(true);
    // Read out once, whole; what counts is for the eyes only.
    const counting = alert.locator("[aria-hidden=true]");
    await expect.poll(() => counting.textContent()).toContain("Please wait 3 seconds");
    expect(await alert.locator(".visually-hidden").textContent()).toContain("Please wait 5 seconds");
    expect(await submit(page).getAttribute("aria-disabled")).toBe("true");
    await password(page).press("Enter");
    expect(await hasFocus(alert)).toBe(true);
    await page.getByText("You can try again now.").waitFor();
    expect(sent).toHaveLength(1);
    await submit(page).click();
    await atAccount(page);
    expect(sent).toHaveLength(2);
    await end();
  });
});

/** The next login meets this answer instead of the server. */
async function refuseOnce(page: Page, status: number, seconds: number): Promise<void> {
  await page.route(
    "**/api/v1/auth/login",
    (route) =>
      route.fulfill({
        status,
        headers: { "Retry-After": String(seconds), "Content-Type": "application/problem+json" },
        body: JSON.stringify({ type: "urn:kontor:problem:later", title: "Later", status }),
      }),
    { times: 1 },
  );
}

describe("a form", () => {
  it("is sent once, however often it is submitted, and says that it is under way", async () => {
    const { page, end } = await visit(browser, server.url);
    let sent = 0;
    await page.route("**/api/v1/auth/login", async (route) => {
      sent += 1;
      await new Promise((resolve) => setTimeout(resolve, 400));
      await route.continue();
    });
    await page.goto("/login");
    await email(page).fill(ann.email);
    await password(page).fill(ann.password);
    await password(page).press("Enter");
    await password(page).press("Enter");
    // Forced, because the driver does not press what is marked as disabled; a person can.
    await submit(page).click({ force: true });
    expect(await submit(page).getAttribute("aria-disabled")).toBe("true");
    expect(await submit(page).textContent()).toContain("Logging in …");
    await atAccount(page);
    expect(sent).toBe(1);
    await end();
  });

  it("b.27 is what password managers expect", async () => {
    const { page, end } = await visit(browser, server.url);
    await page.goto("/login");
    await submit(page).waitFor();
    expect(
      await page
        .locator("form input")
        .evaluateAll((inputs) => inputs.map((input) => input.getAttribute("autocomplete"))),
    ).toEqual(["username", "current-password"]);
    await page.goto("/register");
    await submit(page).waitFor();
    expect(
      await page
        .locator("form input")
        .evaluateAll((inputs) => inputs.map((input) => input.getAttribute("autocomplete"))),
    ).toEqual(["username", "new-password"]);
    expect(await page.locator("input[maxlength]").count()).toBe(0);
    expect(await page.locator("form").getAttribute("method")).toBe("post");
    await end();
  });

  it("b.27 shows and hides the password, and takes a pasted one whole", async () => {
    const { page, end } = await visit(browser, server.url);
    const long = `${"x".repeat(200)} end`;
    await page.goto("/login");
    await password(page).focus();
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.setData("text/plain", text);
      const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
      // Nobody prevents it; inserting is then the browser's part.
      if (document.activeElement?.dispatchEvent(event)) document.execCommand("insertText", false, text);
    }, long);
    expect(await password(page).inputValue()).toBe(long);
    await page.getByRole("button", { name: "Show password" }).click();
    expect(await page.getByRole("textbox", { name: "Password" }).getAttribute("type")).toBe("text");
    await page.getByRole("button", { name: "Hide password" }).click();
    expect(await page.locator("input[type=password]").inputValue()).toBe(long);
    await end();
  });
});

describe("registration", () => {
  it("that is closed says so instead of a form", async () => {
    const closed = await Server.start({ REGISTRATION: "closed" });
    try {
      const { page, end } = await visit(browser, closed.url);
      await page.goto("/register");
      await heading(page, "Registration is closed").waitFor();
      expect(await page.locator("form").count()).toBe(0);
      await page.getByRole("link", { name: "To the login page" }).click();
      await heading(page, "Log in").waitFor();
      await end();
    } finally {
      await closed.dispose();
    }
  });

  it("by list refuses others and admits the invited", async () => {
    const invited = await Server.start({ REGISTRATION: "allowlist", ALLOWED_EMAILS: "invited@example.com" });
    try {
      const { page, end } = await visit(browser, invited.url);
      await page.goto("/register");
      await fillIn(page, "stranger@example.com", "six brass candlesticks");
      await until("the answer", async () => (await email(page).getAttribute("aria-invalid")) === "true");
      expect(await errorOf(page, email(page))).toBe("This address is not on the list of allowed addresses.");
      await fillIn(page, "invited@example.com", "six brass candlesticks");
      await atAccount(page);
      await end();
    } finally {
      await invited.dispose();
    }
  });

  it("asks for the length the operator chose", async () => {
    const strict = await Server.start({ PASSWORD_MIN_LENGTH: "15" });
    try {
      const { page, end } = await visit(browser, strict.url);
      await page.goto("/register");
      await page.getByText("At least 15 characters.").waitFor();
      await fillIn(page, "long@example.com", "fourteen chars");
      expect(await errorOf(page, password(page))).toBe("Too short: at least 15 characters.");
      await end();
    } finally {
      await strict.dispose();
    }
  });
});
