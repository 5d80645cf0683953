/** Debian's Chromium, and visits whose every complaint is collected. */
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect } from "vitest";

export const results = join(import.meta.dirname, "../../results");

/** The same browser without windows opens a page in half the time; where Debian's package of it is installed it is taken. */
const binaries = ["/usr/bin/chromium-headless-shell", "/usr/bin/chromium"];

let running: Promise<Browser> | undefined;

/** One for all files, because its start takes as long as a short test; each visit has a context of its own. It ends with the tests. */
export async function sharedBrowser(): Promise<Browser> {
  const earlier = await running?.catch(() => undefined);
  if (earlier?.isConnected()) {
    // A test that failed has left its visit open.
    await Promise.all(earlier.contexts().map((context) => context.close()));
    return earlier;
  }
  running = chromium.launch({
    executablePath: process.env.CHROMIUM_BIN ?? binaries.find((file) => existsSync(file)) ?? binaries.at(-1),
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  return running;
}

export interface Visit {
  page: Page;
  /** Another tab of the same browser. */
  newTab(): Promise<Page>;
  /** What the console, the page and the Content-Security-Policy complained about. */
  complaints: string[];
  /** Ends the visit; fails if there was a complaint. */
  end(): Promise<void>;
}

/** An answer with a 4xx or 5xx status is written to the console by the browser itself; the tests provoke such answers. */
const expected = [/^Failed to load resource: the server responded with a status of (4\d\d|503)/];

/** A fresh visitor: no storage, no cache, English unless told otherwise. */
export async function visit(browser: Browser, url: string, options: BrowserContextOptions = {}): Promise<Visit> {
  const context = await browser.newContext({
    baseURL: url,
    locale: "en-GB",
    viewport: { width: 1280, height: 800 },
    ...options,
  });
  const complaints: string[] = [];
  await context.exposeFunction("reportViolation", (text: string) => complaints.push(text));
  await context.addInitScript(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      const report = (window as unknown as { reportViolation(text: string): void }).reportViolation;
      report(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  const newTab = async () => {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    page.on("console", (message) => {
      if (message.type() !== "error" && message.type() !== "warning") return;
      if (!expected.some((pattern) => pattern.test(message.text()))) complaints.push(`console: ${message.text()}`);
    });
    page.on("pageerror", (error) => complaints.push(`page: ${error.message}`));
    page.on("dialog", (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    return page;
  };
  const page = await newTab();
  return {
    page,
    newTab,
    complaints,
    async end() {
      await context.close();
      expect(complaints).toEqual([]);
    },
  };
}

/** What a person sees of the forms, by the names that they and assistive technology read. */
export const email = (page: Page) => page.getByRole("textbox", { name: "E-mail address" });
export const password = (page: Page) =>
  page
    .getByRole("textbox", { name: /^(New )?[Pp]assword$/ })
    .or(page.locator("input[type=password]"))
    .first();
export const submit = (page: Page) => page.locator("form button[type=submit]");
export const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name, exact: true });

export async function fillIn(page: Page, address: string, secret: string): Promise<void> {
  await email(page).fill(address);
  await password(page).fill(secret);
  await submit(page).click();
}

/** Logs in by the form of the page that is open, and goes on to the account. */
export async function logIn(page: Page, address: string, secret: string): Promise<void> {
  await fillIn(page, address, secret);
  await atAccount(page);
}

/** Whoever is signed in stands on the start page, unless they were somewhere else before; most tests go on from the account. */
export async function atAccount(page: Page, german = false): Promise<void> {
  const names = german
    ? (["Dein Kontor", "Konto", /^Kontomenü/] as const)
    : (["Your desk", "Account", /^Account menu/] as const);
  const [start, account, menu] = names;
  await heading(page, start).or(heading(page, account)).waitFor();
  if (await heading(page, start).isVisible()) {
    await page.getByRole("button", { name: menu }).click();
    await page.getByRole("menuitem", { name: account, exact: true }).click();
  }
  await heading(page, account).waitFor();
}

/** The same for a visitor whose browser prefers German; from the login page on. */
export async function logInInGerman(page: Page, address: string, secret: string): Promise<void> {
  await page.goto("/login");
  await page.getByRole("textbox", { name: "E-Mail-Adresse" }).fill(address);
  await password(page).fill(secret);
  await submit(page).click();
  await atAccount(page, true);
}

/** The message beside a field, as assistive technology finds it. */
export async function errorOf(page: Page, field: ReturnType<typeof email>): Promise<string> {
  expect(await field.getAttribute("aria-invalid")).toBe("true");
  const ids = (await field.getAttribute("aria-describedby"))?.split(" ") ?? [];
  const texts = await Promise.all(ids.map((id) => page.locator(`[id="${id}"]`).textContent()));
  return texts[0] ?? "";
}

export async function hasFocus(locator: ReturnType<typeof email>): Promise<boolean> {
  return locator.evaluate((element) => element === document.activeElement);
}

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(results, { recursive: true });
  // What waits above the window until the keyboard reaches it would stand in the middle of the picture.
  await page.evaluate(() => scrollTo(0, 0));
  // Beyond the window there is nothing of a dialog, and what covers the page behind it ends there too.
  const fullPage = (await page.locator("[role=dialog], [role=alertdialog]").count()) === 0;
  // Of the reference of the API, which is tens of thousands of pixels high, the beginning: to draw it all takes most of a minute.
  const clip = fullPage ? { x: 0, y: 0, width: 10_000, height: 6000 } : undefined;
  await page.screenshot({
    path: join(results, `${name}.png`),
    fullPage,
    clip,
    animations: "disabled",
    timeout: 60_000,
  });
}
