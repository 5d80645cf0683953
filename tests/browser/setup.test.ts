import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { atAccount, errorOf, heading, logIn, password, sharedBrowser, submit, visit } from "./support/browser";
import { Server, until } from "./support/server";

const admin = { email: "admin@example.com", password: "keeper of the counting house" };

let server: Server;
let browser: Browser;
let path: string;

beforeAll(async () => {
  [server, browser] = await Promise.all([Server.start({ ADMIN_EMAIL: admin.email }), sharedBrowser()]);
  path = await server.setupPath();
});
afterAll(async () => {
  await server?.dispose();
});

describe("the setup link", () => {
  it("sets the password once; whoever comes second is refused", async () => {
    // Two people open the same link before anybody uses it.
    const first = await visit(browser, server.url);
    const second = await visit(browser, server.url);
    for (const { page } of [first, second]) {
      await page.goto(path);
      await heading(page, "Set your password").waitFor();
      await submit(page).waitFor();
    }

    const { page } = first;
    expect(page.url()).toBe(`${server.url}/setup`);
    expect(
      await page.evaluate(() => JSON.stringify([history.state, { ...sessionStorage }, { ...localStorage }])),
    ).not.toContain(path.split("=")[1]);
    const name = page.getByRole("textbox", { name: "E-mail address" });
    expect(await name.inputValue()).toBe(admin.email);
    expect(await name.getAttribute("autocomplete")).toBe("username");
    expect(await name.evaluate((input: HTMLInputElement) => input.readOnly)).toBe(true);
    expect(await password(page).getAttribute("autocomplete")).toBe("new-password");

    // A refused password does not use the link up.
    await password(page).fill("iloveyou");
    await submit(page).click();
    await until("the answer", async () => (await password(page).getAttribute("aria-invalid")) === "true");
    expect(await errorOf(page, password(page))).toContain("on the list of those attackers try first");

    await password(page).fill(admin.password);
    await submit(page).click();
    await atAccount(page);
    expect(await page.locator("dl").textContent()).toContain("Administrator");

    await password(second.page).fill("somebody else's password");
    await submit(second.page).click();
    await heading(second.page, "This link is not valid").waitFor();
    expect(await second.page.locator("form").count()).toBe(0);

    const third = await visit(browser, server.url);
    await third.page.goto(path);
    await heading(third.page, "This link is not valid").waitFor();
    await third.page.getByRole("link", { name: "To the login page" }).click();
    await logIn(third.page, admin.email, admin.password);

    for (const each of [first, second, third]) await each.end();
  });

  it.each(["/setup", "/setup#", "/setup#token="])("that lost its token (%s) says so", async (broken) => {
    const { page, end } = await visit(browser, server.url);
    await page.goto(broken);
    await heading(page, "The setup link is missing").waitFor();
    await end();
  });

  it.each(["x", "%00", "<script>alert(1)</script>", "a".repeat(129), "ä"])(
    "with the invented token %j is refused",
    async (token) => {
      const { page, end } = await visit(browser, server.url);
      await page.goto(`/setup#token=${token}`);
      await heading(page, "This link is not valid").waitFor();
      await end();
    },
  );
});
