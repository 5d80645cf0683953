import { randomBytes } from "node:crypto";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { atAccount, heading, logIn, sharedBrowser, visit } from "./support/browser";
import { Server } from "./support/server";

const ann = { email: "ann@example.com", password: "ledger of the north sea" };
const bob = { email: "bob@example.com", password: "weights of polished brass" };

let server: Server;
let browser: Browser;

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start(), sharedBrowser()]);
  await server.createAccount(ann.email, ann.password);
  await server.createAccount(bob.email, bob.password);
});
afterAll(async () => {
  await server?.dispose();
});

/** Everything the page could keep beyond its own memory. */
async function stored(page: Page): Promise<string> {
  return page.evaluate(async () =>
    JSON.stringify({
      local: { ...localStorage },
      session: { ...sessionStorage },
      cookie: document.cookie,
      databases: (await indexedDB.databases()).map(({ name }) => name),
      caches: await caches.keys(),
      history: history.state,
      address: location.href,
      name: window.name,
    }),
  );
}

describe("protected pages", () => {
  it("lead to the login and back to where somebody wanted to go", async () => {
    const { page, end } = await visit(browser, server.url);
    await page.goto("/account?tab=profile#id");
    await heading(page, "Log in").waitFor();
    const address = new URL(page.url());
    expect(address.pathname).toBe("/login");
    expect(address.searchParams.get("return_to")).toBe("/account?tab=profile#id");
    // The wish survives a detour to the registration.
    await page.getByRole("link", { name: "Create an account" }).click();
    await heading(page, "Create an account").waitFor();
    await page.locator("main").getByRole("link", { name: "Log in" }).click();
    await heading(page, "Log in").waitFor();
    await logIn(page, ann.email, ann.password);
    expect(page.url()).toBe(`${server.url}/account?tab=profile#id`);
    await end();
  });

  it("stay open over a reload, without a glimpse of the login page", async () => {
    const { page, end } = await visit(browser, server.url);
    await page.goto("/account?tab=profile");
    await logIn(page, ann.email, ann.password);
    const seen: string[] = [];
    await page.exposeFunction("reportText", (text: string) => seen.push(text));
    await page.addInitScript(() => {
      const report = (window as unknown as { reportText(text: string): void }).reportText;
      new MutationObserver(() => document.body && report(document.body.innerText)).observe(document, {
        childList: true,
        subtree: true,
      });
    });
    await page.reload();
    await atAccount(page);
    expect(page.url()).toBe(`${server.url}/account?tab=profile`);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.join("\n")).not.toContain("Your desk for the market");
    await end();
  });

  it.each([
    "//evil.example/x",
    "/\\evil.example",
    "https:evil.example",
    "https://evil.example",
    "/%2Fevil.example",
    "/%5Cevil.example",
    "/.//evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
  ])("Zitadel GHSA-6rx5-m2rc-hmf7, b.15: do not send anybody to %j", async (target) => {
    const { page, end } = await visit(browser, server.url);
    await page.goto(`/login?return_to=${encodeURIComponent(target)}`);
    await logIn(page, ann.email, ann.password);
    expect(page.url()).toBe(`${server.url}/account`);
    await end();
  });

  it("are passed by the login page when somebody is logged in already", async () => {
    const { page, end } = await visit(browser, server.url);
    await page.goto("/login");
    await logIn(page, ann.email, ann.password);
    await page.evaluate(() => {
      history.pushState(null, "", "/login?return_to=/account%3Ftab=profile");
      dispatchEvent(new PopStateEvent("popstate"));
    });
    await page.waitForURL("**/account?tab=profile");
    await atAccount(page);
    await end();
  });
});

describe("a session", () => {
  it("a.54 b.29 leaves no token outside the page's memory, and nothing at all after logging out", async () => {
    const { page, end } = await visit(browser, server.url);
    let token = "";
    page.on("response", async (response) => {
      if (response.url().endsWith("/auth/login"))
        token = ((await response.json()) as { access_token: string }).access_token;
    });
    await page.goto("/login");
    await logIn(page, ann.email, ann.password);
    await expect.poll(() => token).not.toBe("");
    const kept = await stored(page);
    expect(kept).not.toContain(token);
    expect(kept).not.toContain(token.split(".")[1]);
    expect(kept).not.toContain(ann.password);
    expect(JSON.parse(kept)).toMatchObject({ local: {}, session: {}, cookie: "", databases: [], caches: [] });
    expect(await page.content()).not.toContain(token);

    await page.locator("main").getByRole("button", { name: "Log out" }).click();
    await heading(page, "Log in").waitFor();
    expect(JSON.parse(await stored(page))).toMatchObject({ local: {}, session: {}, cookie: "" });
    expect(await page.content()).not.toContain(ann.email);
    await end();
  });

  it("of another user shows nothing of the earlier one", async () => {
    const { page, end } = await visit(browser, server.url);
    await page.goto("/login");
    await logIn(page, ann.email, ann.password);
    await page.locator("main").getByRole("button", { name: "Log out" }).click();
    await heading(page, "Log in").waitFor();
    // Should /auth/me of the new session be slow, the old answer must not stand in for it.
    await page.route("**/api/v1/auth/me", async (route) => {
      await new Promise((resolve) => setTimeout(resolve, 300));
      await route.continue();
    });
    const seen: string[] = [];
    await page.exposeFunction("reportText", (text: string) => seen.push(text));
    await page.evaluate(() => {
      const report = (window as unknown as { reportText(text: string): void }).reportText;
      new MutationObserver(() => report(document.body.innerText)).observe(document.body, {
        childList: true,
        subtree: true,
        characterData: true,
      });
    });
    await Promise.all([page.waitForResponse("**/api/v1/auth/me"), logIn(page, bob.email, bob.password)]);
    expect(seen.length).toBeGreaterThan(0);
    expect(seen.join("\n")).not.toContain(ann.email);
    expect(await page.locator("dl").textContent()).toContain(bob.email);
    await end();
  });

  it("survives a restart of the server", async () => {
    const { page, end } = await visit(browser, server.url);
    await page.goto("/login");
    await Promise.all([page.waitForResponse("**/api/v1/auth/me"), logIn(page, ann.email, ann.password)]);
    await server.pause();
    await server.resume();
    const [answer] = await Promise.all([page.waitForResponse("**/api/v1/auth/me"), lookAgain(page)]);
    expect(answer.status()).toBe(200);
    expect(await heading(page, "Account").isVisible()).toBe(true);
    await end();
  });

  it("goes on unnoticed when the server no longer accepts its access token", async () => {
    // Its own server: another signing key makes every access token invalid, the session itself stands.
    const newKey = (): string => randomBytes(48).toString("base64url");
    const other = await Server.start({ JWT_SECRET_KEY: newKey(), AUDIT_KEY: newKey() });
    try {
      await other.createAccount(ann.email, ann.password);
      const { page, end } = await visit(browser, other.url);
      await page.goto("/account?tab=profile");
      await Promise.all([page.waitForResponse("**/api/v1/auth/me"), logIn(page, ann.email, ann.password)]);
      await other.pause();
      await other.resume({ JWT_SECRET_KEY: newKey() });
      const statuses: number[] = [];
      page.on("response", (answer) => answer.url().endsWith("/auth/me") && statuses.push(answer.status()));
      await Promise.all([page.waitForResponse("**/api/v1/auth/refresh"), lookAgain(page)]);
      await expect.poll(() => statuses).toEqual([401, 200]);
      expect(await heading(page, "Account").isVisible()).toBe(true);
      expect(page.url()).toBe(`${other.url}/account?tab=profile`);
      await end();
    } finally {
      await other.dispose();
    }
  });
});

/** What happens when somebody comes back to the tab: stale data is asked for again. */
async function lookAgain(page: Page): Promise<void> {
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange", { bubbles: true })));
}
