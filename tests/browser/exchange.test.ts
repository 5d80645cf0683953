/** A key for the exchange, from the page to an exchange that checks signatures as the real one does, and back. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { Exchange, type ExchangeKey, wordsOf } from "../blackbox/support/exchange";
import { Models, refusalOfOpenAi } from "../blackbox/support/models";
import { Authority } from "../blackbox/support/web";
import { logInAt, openSection, openSettings, type Person, stepUp } from "./support/account";
import { hasFocus, sharedBrowser, submit, visit } from "./support/browser";
import { Server } from "./support/server";

let ann: Person = { email: "", password: "" };
let count = 0;

let authority: Authority;
let exchange: Exchange;
let models: Models;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  authority = new Authority();
  [exchange, models] = await Promise.all([Exchange.start(authority), Models.start(authority)]);
  [server, browser] = await Promise.all([
    Server.start({ BITGET_BASE_URL: exchange.origin, EGRESS_CA_FILE: authority.file, EGRESS_ALLOW: models.place }),
    sharedBrowser(),
  ]);
});
afterAll(async () => {
  await server?.dispose();
  await exchange?.goDown();
  await models?.goDown();
  authority?.remove();
});

beforeEach(async () => {
  count += 1;
  ann = { email: `ann${count}@example.com`, password: "ledger of the north sea" };
  await server.createAccount(ann.email, ann.password);
});

const field = (page: Page, label: string) => page.getByLabel(label, { exact: true });

async function enter(page: Page, key: ExchangeKey): Promise<void> {
  await field(page, "API key").fill(key.api_key);
  await field(page, "API secret").fill(key.api_secret);
  await field(page, "Passphrase").fill(key.passphrase);
  await submit(page).click();
}

it("a key is refused in the exchange's words, then saved, tested, masked after a reload, shown after a proof, and removed", async () => {
  const key = exchange.newKey({ authorities: ["readonly", "trade"], ips: "" });
  const { page, end } = await visit(browser, server.url);
  await logInAt(page, ann, "Password");
  await openSettings(page);
  await enter(page, { ...key, passphrase: "another-phrase" });
  await page.getByText("Bitget says:").waitFor();
  expect(await page.locator("blockquote").textContent()).toBe(wordsOf("40012"));
  expect(await field(page, "API secret").inputValue()).toBe(key.api_secret);

  await field(page, "Passphrase").fill(key.passphrase);
  await submit(page).click();
  await page.getByText("The exchange accepts the key; it is saved.").waitFor();
  await page.reload();
  await page.getByText(`${key.api_key.slice(0, 4)}****${key.api_key.slice(-4)}`).waitFor();
  await page.getByText("May trade").waitFor();
  await page.getByText("Bound to no address").waitFor();
  for (const secret of Object.values(key)) expect(await page.content()).not.toContain(secret);

  await page.getByRole("button", { name: "Test connection" }).click();
  await page.getByText("The connection works").waitFor();
  exchange.revoke(key);
  await page.getByRole("button", { name: "Test connection" }).click();
  await page.getByText("The exchange refuses the stored key.").waitFor();
  expect(await page.locator("blockquote").first().textContent()).toBe(wordsOf("40037"));

  await openSection(page, "Secrets");
  const show = page.getByRole("button", { name: "Show: bitget_api_secret" });
  // The login was the proof, and is eleven minutes old now (microseconds). The program remembers sessions for a while.
  await server.pause();
  await server.alter("UPDATE sessions SET proved_at = proved_at - 660000000");
  await server.resume();
  await show.click();
  const password = stepUp(page).locator("input[type=password]");
  await password.fill("not the password");
  await page.keyboard.press("Enter");
  await expect.poll(() => password.getAttribute("aria-invalid")).toBe("true");
  expect(await page.content()).not.toContain(key.api_secret);
  await password.fill(ann.password);
  await page.keyboard.press("Enter");
  await page.getByText(key.api_secret).waitFor();
  await page.getByRole("button", { name: "Hide", exact: true }).click();
  await expect.poll(() => hasFocus(show)).toBe(true);
  expect(await page.content()).not.toContain(key.api_secret);

  await openSection(page, "Exchange");
  await page.getByRole("button", { name: "Remove" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("No key is stored yet.").waitFor();
  await end();
});

it("a key that may withdraw is saved only for whoever insists", async () => {
  const key = exchange.newKey({ authorities: ["readonly", "withdraw"] });
  const { page, end } = await visit(browser, server.url);
  await logInAt(page, ann, "Password");
  await openSettings(page);
  await enter(page, key);
  await page.getByText("This key may withdraw").waitFor();
  await page.getByRole("checkbox", { name: "Save it anyway" }).check();
  await submit(page).click();
  await page.getByText("The exchange accepts the key; it is saved.").waitFor();
  await page.getByText("Whoever has this key can take your money away. Better replace it.").waitFor();
  await end();
});

it("a key that was changed on the server is shown as unreadable, and gives way only to the one that is entered", async () => {
  const key = exchange.newKey({ authorities: ["readonly"] });
  const { page, end } = await visit(browser, server.url);
  await logInAt(page, ann, "Password");
  await openSettings(page);
  await enter(page, key);
  await page.getByText("The exchange accepts the key; it is saved.").waitFor();
  await server.alter("UPDATE vault_versions SET token = 'x' || token WHERE name = 'bitget_api_secret'");
  await page.reload();
  await page.getByText("Cannot be read").waitFor();
  await page.getByText("Enter the key again, or remove it.").waitFor();
  expect(await page.getByRole("button", { name: "Test connection" }).count()).toBe(0);

  await page.getByRole("button", { name: "Replace the key" }).click();
  await page.getByText("Saving puts the new key in its place.").waitFor();
  await enter(page, key);
  await page.getByText("The exchange accepts the key; it is saved.").waitFor();
  await page.getByRole("button", { name: "Test connection" }).click();
  await page.getByText("The connection works").waitFor();
  await end();
});

it("a language model says why it refuses, lists its models, and asks for the key again at another address", async () => {
  const { page, end } = await visit(browser, server.url);
  await logInAt(page, ann, "Password");
  await openSettings(page);
  await openSection(page, "Language model");
  await page.getByRole("combobox", { name: "Provider" }).selectOption("openai");
  await field(page, "Address").fill(`${models.origin}/v1`);
  await field(page, "API key").fill("a wrong key");
  await submit(page).click();
  // A key has no blanks.
  await expect.poll(() => field(page, "API key").getAttribute("aria-invalid")).toBe("true");
  await field(page, "API key").fill("a-wrong-key");
  await submit(page).click();
  await page.getByText("Saved. Test the connection").waitFor();
  await page.getByRole("button", { name: "Test connection" }).click();
  await page.getByText(refusalOfOpenAi).first().waitFor();

  await field(page, "API key").fill(models.key);
  await submit(page).click();
  await page.getByText("Saved. Test the connection").waitFor();
  await page.getByRole("button", { name: "Test connection" }).click();
  await page.getByText("There are 2 models.").waitFor();
  await page.getByRole("combobox", { name: "Models at this server" }).selectOption("gpt-large");
  await submit(page).click();
  // One of the list is tested at once.
  await page.getByText("Saved. The connection works").waitFor();
  expect(await field(page, "Model").inputValue()).toBe("gpt-large");

  await field(page, "Address").fill("https://llm.example.com/v1");
  await submit(page).click();
  await page.getByText("Please enter the key of this address.").waitFor();
  await page.getByRole("button", { name: "Discard changes" }).click();
  await field(page, "Address").fill("https://127.0.0.1:1/v1");
  await field(page, "API key").fill("another-key");
  await submit(page).click();
  await page.getByText("EGRESS_ALLOW").waitFor();
  await page.getByRole("button", { name: "Discard changes" }).click();
  await end();
});
