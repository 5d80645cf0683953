/** Every page in both themes and at two widths: looked at by axe, measured, photographed. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { comeBack, setUpFactor, stepUp, wantProofOnce } from "./support/account";
import { atAccount, fillIn, heading, logInInGerman, screenshot, sharedBrowser, submit, visit } from "./support/browser";
import { looksRight, overflow, timeForLooks } from "./support/looks";
import { Server } from "./support/server";

const ann = { email: "ann.with-a-rather-long-address@research.example.com", password: "ledger of the north sea" };

let server: Server;
let closed: Server;
let browser: Browser;

beforeAll(async () => {
  [server, closed, browser] = await Promise.all([
    Server.start({ ADMIN_EMAIL: "admin@example.com" }),
    Server.start({ REGISTRATION: "closed" }),
    sharedBrowser(),
  ]);
  await server.createAccount(ann.email, ann.password);
});
afterAll(async () => {
  await server?.dispose();
  await closed?.dispose();
});

/** How to reach each page, and each state of it that looks different. */
const pages: Record<string, (page: Page) => Promise<void>> = {
  // First, because it takes longest, while others are looked at beside it.
  docs: async (page) => {
    await page.goto("/docs");
    await page.getByRole("heading", { level: 1, name: "Kontor API" }).waitFor();
  },
  login: async (page) => {
    await page.goto("/login");
    await submit(page).waitFor();
  },
  "login-return": async (page) => {
    await page.goto("/account?tab=profile");
    await page.getByText("Please log in to see this page.").waitFor();
  },
  "login-refused": async (page) => {
    await page.goto("/login");
    await fillIn(page, ann.email, "not the ledger");
    await page.getByRole("alert").waitFor();
  },
  "login-empty": async (page) => {
    await page.goto("/login");
    await submit(page).click();
    await page.getByText("Please enter a password.").waitFor();
  },
  register: async (page) => {
    await page.goto("/register");
    await submit(page).waitFor();
  },
  "register-refused": async (page) => {
    await page.goto("/register");
    await fillIn(page, ann.email, "short");
    await page.getByText("Too short").waitFor();
  },
  "register-closed": async (page) => {
    await page.goto(`${closed.url}/register`);
    await heading(page, "Registration is closed").waitFor();
  },
  account: async (page) => {
    await comeBack(page, server, ann);
    await atAccount(page);
    await page.waitForLoadState("networkidle");
  },
  "account-menu": async (page) => {
    await comeBack(page, server, ann);
    await atAccount(page);
    await page.getByRole("button", { name: /^Account menu/ }).click();
    await page.getByRole("menu").waitFor();
  },
  "account-password": async (page) => {
    await openSection(page, "Password");
    await submit(page).click();
    await page.getByText("Please enter your current password.").waitFor();
  },
  "account-sessions": async (page) => {
    await openSection(page, "Sessions");
    await page.getByText("This device").waitFor();
  },
  "account-sessions-confirm": async (page) => {
    await openSection(page, "Sessions");
    await page.getByRole("listitem").filter({ hasText: "This device" }).getByRole("button").click();
    await page.getByRole("alertdialog", { name: "Log out this device?" }).waitFor();
  },
  "account-activity": async (page) => {
    await openSection(page, "Activity");
    await page.getByText("Logged in").first().waitFor();
  },
  "login-code": async (page) => {
    await page.goto("/login");
    await askForCode(page);
    await page.getByRole("textbox", { name: "Code from your authenticator" }).waitFor();
  },
  "session-ended": async (page) => {
    // Not Ann, who is looking at other pages meanwhile.
    const person = await somebody();
    await openSection(page, "Activity", person);
    await server.endSessions(person.email, person.password);
    await page.getByRole("link", { name: "Sessions", exact: true }).click();
    await page.getByRole("dialog", { name: "Please log in again" }).waitFor();
  },
  "server-silent": async (page) => {
    await comeBack(page, server, ann);
    await atAccount(page);
    await page.route("**/api/v1/auth/refresh", (route) =>
      route.fulfill({
        status: 503,
        contentType: "application/problem+json",
        body: JSON.stringify({ type: "urn:kontor:problem:unavailable", title: "Unavailable", status: 503 }),
      }),
    );
    await page.reload();
    await heading(page, "The desk cannot be opened").waitFor();
  },
  forgot: async (page) => {
    await withMail(page);
    await page.goto("/forgot");
    await submit(page).waitFor();
  },
  "forgot-sent": async (page) => {
    await withMail(page);
    await answer(page, "POST", "/auth/password/forgot", 202, {});
    await page.goto("/forgot");
    await page.getByRole("textbox", { name: "E-mail address" }).fill(ann.email);
    await submit(page).click();
    await heading(page, "Check your mailbox").waitFor();
  },
  "forgot-without-mail": async (page) => {
    await answer(page, "GET", "/auth/policy", 200, { ...policy, mail: false });
    await page.goto("/forgot");
    await page.getByText("This desk sends no mail.").waitFor();
  },
  "register-by-mail": async (page) => {
    await answer(page, "GET", "/auth/policy", 200, { ...policy, email_verification: "required" });
    await page.goto("/register");
    await page.getByRole("button", { name: "Send the link" }).waitFor();
  },
  "register-sent": async (page) => {
    await answer(page, "GET", "/auth/policy", 200, { ...policy, email_verification: "required" });
    await answer(page, "POST", "/auth/register", 202, { status: "confirmation-sent" });
    await page.goto("/register");
    await page.getByRole("textbox", { name: "E-mail address" }).fill(ann.email);
    await submit(page).click();
    await heading(page, "Check your mailbox").waitFor();
  },
  reset: async (page) => {
    await page.goto("/reset#token=not-used");
    await submit(page).waitFor();
  },
  "reset-invalid": async (page) => {
    await answer(page, "POST", "/auth/password/reset", 404, problem("link-not-valid", 404));
    await page.goto("/reset#token=not-used");
    await page.getByLabel("New password", { exact: true }).fill(ann.password);
    await submit(page).click();
    await heading(page, "This link is not valid").waitFor();
  },
  confirm: async (page) => {
    await page.goto("/confirm#token=not-used");
    await page.getByRole("button", { name: "Confirm the address" }).waitFor();
  },
  "confirm-done": async (page) => {
    await answer(page, "POST", "/auth/email/confirm", 200, { email: ann.email });
    await page.goto("/confirm#token=not-used");
    await page.getByRole("button", { name: "Confirm the address" }).click();
    await heading(page, "Your address is confirmed").waitFor();
  },
  "account-email": async (page) => {
    await withMail(page);
    await answer(page, "POST", "/auth/email/verification", 202, {});
    await openSection(page, "E-mail");
    await page.getByRole("button", { name: "Send the confirmation" }).click();
    await page.getByText("A link is on its way").waitFor();
  },
  "account-second-factor": async (page) => {
    await openSection(page, "Second step");
    await page.getByRole("button", { name: "Set it up" }).waitFor();
  },
  "account-second-factor-setup": async (page) => {
    await openSection(page, "Second step");
    await page.getByRole("button", { name: "Set it up" }).click();
    await page.getByRole("img", { name: /QR code/ }).waitFor();
  },
  "account-second-factor-codes": async (page) => {
    const person = await somebody();
    await comeBack(page, server, person);
    await page.getByRole("link", { name: "Second step", exact: true }).click();
    await setUpFactor(page);
  },
  "account-second-factor-on": async (page) => {
    const on = { totp: "on", confirmed_at: "2026-01-31T12:00:00Z", recovery_codes_left: 2, mandatory: false };
    await answer(page, "GET", "/auth/second-factor", 200, on);
    await openSection(page, "Second step");
    await page.getByText("2 left").waitFor();
  },
  "account-tokens": async (page) => {
    await answer(page, "GET", "/auth/tokens", 200, {
      tokens: [token, { ...token, id: other, expires_at: token.created_at }],
    });
    await openSection(page, "Access tokens");
    await page.getByText("Expired").waitFor();
  },
  "account-tokens-new": async (page) => {
    await openSection(page, "Access tokens");
    await page.getByRole("button", { name: "New token" }).click();
    await submit(page).click();
    await page.getByText("Please give it a name.").waitFor();
  },
  "account-tokens-made": async (page) => {
    const made = { token: `kontor_pat_${"shown-once-".repeat(4).slice(0, 43)}`, personal_token: token };
    await answer(page, "POST", "/auth/tokens", 201, made);
    await openSection(page, "Access tokens");
    await page.getByRole("button", { name: "New token" }).click();
    await page.getByRole("textbox", { name: "Name" }).fill(token.name);
    await submit(page).click();
    await page.locator(".secret").waitFor();
  },
  "account-leave": async (page) => {
    await openSection(page, "Your data");
  },
  "account-leave-delete": async (page) => {
    await openSection(page, "Your data");
    await page.getByRole("button", { name: "Delete account" }).click();
    const dialog = page.getByRole("alertdialog", { name: "Delete your account?" });
    await dialog.getByRole("button", { name: "Delete for good" }).click();
    await dialog.getByText("This is not the address of your account.").waitFor();
  },
  "settings-exchange": async (page) => {
    await answer(page, "GET", "/settings/exchange", 200, exchange);
    await openSettings(page, "Exchange");
    await page.getByText("Bound to no address").waitFor();
  },
  "settings-exchange-unreadable": async (page) => {
    await answer(page, "GET", "/settings/exchange", 200, { ...exchange, state: "unreadable" });
    await openSettings(page, "Exchange");
    await page.getByRole("button", { name: "Replace the key" }).click();
    await page.getByText("Saving puts the new key in its place.").waitFor();
  },
  "settings-exchange-refused": async (page) => {
    await answer(page, "GET", "/settings/exchange", 200, noExchange);
    const words = "apikey/password is incorrect";
    const refusal = {
      status: "error",
      message: words,
      validation: { valid: false, message: words },
      exchange: noExchange,
    };
    await answer(page, "POST", "/settings/exchange", 200, refusal);
    await openSettings(page, "Exchange");
    await enterKey(page);
    await page.getByText(words).waitFor();
  },
  "settings-exchange-withdraw": async (page) => {
    await answer(page, "GET", "/settings/exchange", 200, noExchange);
    await answer(page, "POST", "/settings/exchange", 409, problem("key-may-withdraw", 409));
    await openSettings(page, "Exchange");
    await enterKey(page);
    await page.getByText("This key may withdraw").waitFor();
    await submit(page).click();
    await page.getByText("say that you want this one anyway").waitFor();
  },
  "settings-llm": async (page) => {
    await answer(page, "GET", "/settings/llm", 200, llm);
    const works = { status: "success", message: "", validation: { valid: true, message: "" }, models: ["a", "b"], llm };
    await answer(page, "POST", "/settings/llm/test", 200, works);
    await openSettings(page, "Language model");
    await page.getByRole("button", { name: "Test connection" }).click();
    await page.getByText("There are 2 models.").waitFor();
    await page.getByRole("textbox", { name: "Address" }).fill("https://b.example.com/v1");
    await submit(page).click();
    await page.getByText("Please enter the key of this address.").waitFor();
  },
  "settings-secrets": async (page) => {
    await answer(page, "GET", "/secrets", 200, { secrets });
    const value = `-----BEGIN LEDGER-----\n${"north sea ".repeat(40)}\n-----END LEDGER-----`;
    await answer(page, "POST", "/secrets/mail.password/reveal", 200, { name: "mail.password", version: 12, value });
    await openSettings(page, "Secrets");
    // Four looks take longer than half a minute.
    await page.clock.setFixedTime(Date.now());
    await page.getByRole("button", { name: "Show: mail.password" }).click();
    await page.locator(".secret-value").waitFor();
  },
  "settings-secrets-replace": async (page) => {
    await answer(page, "GET", "/secrets", 200, { secrets });
    await openSettings(page, "Secrets");
    await page.getByRole("button", { name: /^Replace: ledger/ }).click();
    await submit(page).click();
    await page.getByText("Please enter the value.").waitFor();
  },
  "settings-secrets-empty": async (page) => {
    await answer(page, "GET", "/secrets", 200, { secrets: [] });
    await openSettings(page, "Secrets");
    await page.getByText("Your vault is empty").waitFor();
  },
  "settings-vault-locked": async (page) => {
    const locked = { ...problem("vault-key-missing", 503), detail: "The key 3f2a9c01 is needed." };
    await answer(page, "GET", "/secrets", 503, locked);
    await openSettings(page, "Secrets");
    await page.getByText("The vault is locked").waitFor();
  },
  "settings-preferences": async (page) => {
    await answer(page, "GET", "/settings/preferences", 200, preferences);
    await openSettings(page, "Preferences");
    await page.getByRole("combobox", { name: "Time zone" }).waitFor();
  },
  "step-up": async (page) => {
    await openSection(page, "Second step");
    await wantProofOnce(page, "POST", "/auth/second-factor/totp");
    await page.getByRole("button", { name: "Set it up" }).click();
    await stepUp(page).locator("input[type=password]").waitFor();
  },
  setup: async (page) => {
    await page.goto(await server.setupPath());
    await submit(page).waitFor();
  },
  "setup-invalid": async (page) => {
    await page.goto("/setup#token=never-existed");
    await heading(page, "This link is not valid").waitFor();
  },
  "setup-missing": async (page) => {
    await page.goto("/setup");
    await heading(page, "The setup link is missing").waitFor();
  },
  "not-found": async (page) => {
    await page.goto(`/nowhere/${"a-very-long-name-without-a-break".repeat(4)}`);
    await heading(page, "There is no such page").waitFor();
  },
};

async function openSection(page: Page, name: string, person = ann): Promise<void> {
  await comeBack(page, server, person);
  await page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
  await heading(page, name).waitFor();
}

async function openSettings(page: Page, name: string): Promise<void> {
  await comeBack(page, server, ann, "/settings/exchange");
  await page.getByRole("navigation").getByRole("link", { name, exact: true }).click();
  await heading(page, name).waitFor();
}

async function enterKey(page: Page): Promise<void> {
  for (const label of ["API key", "API secret", "Passphrase"]) {
    await page.getByLabel(label, { exact: true }).fill("not a real one");
  }
  await submit(page).click();
}

const noExchange = {
  configured: false,
  provider: "bitget",
  api_key_masked: null,
  permissions: [],
  addresses: [],
  warnings: [],
};
const exchange = {
  ...noExchange,
  configured: true,
  api_key_masked: "bg_0****x7_Q",
  state: "verified",
  permissions: ["read", "trade"],
  warnings: ["may_trade", "no_address_binding"],
  host: "https://api.bitget.com",
  verified_at: "2026-02-01T09:30:00Z",
  last_changed_at: "2026-01-31T12:00:00Z",
};
const llm = {
  configured: true,
  provider: "openai",
  model: "desk-small",
  base_url: "https://llm.example.com/v1",
  endpoint: null,
  azure_configured: false,
  endpoint_masked: null,
  api_version: null,
  api_version_auto: true,
  api_key_masked: "****x7_Q",
  state: "not_verified",
  host: "https://llm.example.com",
  last_changed_at: "2026-01-31T12:00:00Z",
};
const preferences = { language: "system", theme: "system", time_zone: "system" };
const updated_at = "2026-01-31T12:00:00Z";
const secrets = [
  { name: "bitget_api_key", version: 1, readable: true, last_four: "x7_Q", updated_at, last_used_at: updated_at },
  { name: "ledger_".repeat(9).slice(0, 62), version: 3, readable: false, updated_at },
  { name: "mail.password", version: 12, readable: true, updated_at },
  { name: "old", version: 1, readable: true, updated_at, deleted_at: "2026-02-01T09:30:00Z" },
];

const policy = {
  registration: "open",
  password_min_length: 8,
  password_max_length: 128,
  mail: true,
  email_verification: "off",
};
const other = "00000000-0000-4000-8000-000000000002";
const token = {
  id: "00000000-0000-4000-8000-000000000001",
  name: "Backup of the ledger",
  last_characters: "x7_Q",
  scopes: ["account:read"],
  addresses: ["192.0.2.0/24", "2001:db8::/32"],
  created_at: "2026-01-31T12:00:00Z",
  last_used_at: "2026-02-01T09:30:00Z",
};

const problem = (type: string, status: number) => ({ type: `urn:kontor:problem:${type}`, title: type, status });

/** Stands in for a state of the server that would take other settings, mail or time to reach. */
async function answer(page: Page, method: string, path: string, status: number, body: object): Promise<void> {
  await page.route(`**/api/v1${path}`, (route) => {
    if (route.request().method() !== method) return route.fallback();
    const contentType = status < 400 ? "application/json" : "application/problem+json";
    return route.fulfill({ status, contentType, body: JSON.stringify(body) });
  });
}

const withMail = (page: Page) => answer(page, "GET", "/auth/policy", 200, policy);

let people = 0;
/** An account of its own, for what leaves traces in one. */
async function somebody() {
  people += 1;
  const person = { email: `somebody${people}@example.com`, password: ann.password };
  await server.createAccount(person.email, person.password);
  return person;
}

/** The password was right, and the account wants a code as well. */
async function askForCode(page: Page): Promise<void> {
  await page.route("**/api/v1/auth/login", (route) =>
    route.fulfill({
      status: 401,
      contentType: "application/problem+json",
      body: JSON.stringify({
        type: "urn:kontor:problem:second-factor-required",
        title: "A code is needed",
        status: 401,
        mfa_token: "between-two-steps",
        expires_in: 300,
      }),
    }),
  );
  await fillIn(page, ann.email, ann.password);
}

// Two at a time: while one is analysed another is drawn.
it.concurrent.each(Object.entries(pages))(
  "%s is accessible and fits, in both themes, wide and narrow",
  async (name, open) => {
    const { page, end } = await visit(browser, server.url);
    await open(page);
    await looksRight(page, name);
    await end();
  },
  timeForLooks,
);

describe("a visit", () => {
  it("at twice the text size still fits (WCAG 1.4.4)", async () => {
    const { page, end } = await visit(browser, server.url, { viewport: { width: 640, height: 800 } });
    await page.goto("/register");
    await submit(page).waitFor();
    await page.evaluate(() => {
      document.documentElement.style.fontSize = "200%";
    });
    expect(await overflow(page)).toBeLessThanOrEqual(0);
    await end();
  });

  it("in German, whose words are longer, still fits on every page of the account", async () => {
    const { page, end } = await visit(browser, server.url, {
      locale: "de-DE",
      colorScheme: "dark",
      viewport: { width: 360, height: 800 },
    });
    await logInInGerman(page, ann.email, ann.password);
    const links = page.getByRole("navigation", { name: "Bereiche des Kontos" }).getByRole("link");
    const sections = await links.count();
    expect(sections).toBeGreaterThan(7);
    for (let section = 0; section < sections; section += 1) {
      await links.nth(section).click();
      await expect.poll(() => links.nth(section).getAttribute("aria-current")).toBe("page");
      await page.waitForLoadState("networkidle");
      const path = new URL(page.url()).pathname;
      await screenshot(page, `german${path.replaceAll("/", "-")}`);
      expect(await overflow(page), path).toBeLessThanOrEqual(0);
    }
    await end();
  });

  it("in German still fits on every page of the settings", async () => {
    const { page, end } = await visit(browser, server.url, {
      locale: "de-DE",
      colorScheme: "dark",
      viewport: { width: 360, height: 800 },
    });
    await answer(page, "GET", "/settings/exchange", 200, exchange);
    await answer(page, "GET", "/settings/llm", 200, llm);
    await answer(page, "GET", "/secrets", 200, { secrets });
    await answer(page, "GET", "/settings/preferences", 200, preferences);
    await logInInGerman(page, ann.email, ann.password);
    for (const [path, button] of [
      ["exchange", "Verbindung prüfen"],
      ["llm", "Verbindung prüfen"],
      ["secrets", "Neues Geheimnis"],
      ["preferences", "Speichern"],
    ] as const) {
      await page.goto(`/settings/${path}`);
      await page.getByRole("button", { name: button }).waitFor();
      await screenshot(page, `german-settings-${path}`);
      expect(await overflow(page), path).toBeLessThanOrEqual(0);
    }
    await end();
  });

  it("loads nothing from anywhere else", async () => {
    const { page, end } = await visit(browser, server.url);
    const foreign: string[] = [];
    page.on("request", (request) => {
      if (!request.url().startsWith(server.url)) foreign.push(request.url());
    });
    for (const path of ["/login", "/register", "/docs"]) {
      await page.goto(path);
      await page.waitForLoadState("networkidle");
    }
    expect(foreign).toEqual([]);
    await end();
  });

  it("a.52 gets compressed, immutable files, and a policy without inline code", async () => {
    const { page, end } = await visit(browser, server.url);
    const answers = new Map<string, Record<string, string>>();
    page.on("response", (response) => answers.set(new URL(response.url()).pathname, response.headers()));
    await page.goto("/login");
    await submit(page).waitFor();
    const policy = answers.get("/login")?.["content-security-policy"] ?? "";
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("style-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain("unsafe-");
    const hashed = [...answers].filter(([path]) => path.startsWith("/assets/"));
    expect(hashed.length).toBeGreaterThan(1);
    for (const [path, headers] of hashed) {
      expect(headers["cache-control"], path).toContain("immutable");
      expect(headers["content-encoding"], path).toMatch(/^(br|gzip)$/);
    }
    await end();
  });
});

const naughty = join(import.meta.dirname, "../vectors/naughty-strings/blns.json");

describe.skipIf(!existsSync(naughty))("naughty strings", () => {
  it("a.37 stay inert text wherever a page shows what somebody wrote", async () => {
    const strings = (JSON.parse(readFileSync(naughty, "utf8")) as string[]).filter(
      (text) => text !== "" && text.isWellFormed(),
    );
    expect(strings.length).toBeGreaterThan(400);
    const { page, complaints, end } = await visit(browser, server.url);
    await page.goto("/nowhere");
    await heading(page, "There is no such page").waitFor();
    const failed = await page.evaluate(async (texts) => {
      const elements = document.querySelectorAll("*").length;
      const failed: string[] = [];
      for (const text of texts) {
        // The app's own router is told of the new address, as by the back button.
        history.pushState(null, "", `/nowhere/-${encodeURIComponent(text)}`);
        dispatchEvent(new PopStateEvent("popstate"));
        const shown = () => document.querySelector("main code")?.textContent === `/nowhere/-${text}`;
        for (let frames = 0; frames < 300 && !shown(); frames += 1) await new Promise(requestAnimationFrame);
        if (!shown() || document.querySelectorAll("*").length !== elements) failed.push(text);
      }
      return failed;
    }, strings);
    expect(failed).toEqual([]);
    // The router says of an address with odd white space that no page matches; the page that says so is shown all the same.
    complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes("No routes matched")));
    await end();
  });
});
