/** Conversations, from the page through the program to a model that streams over a real socket, and back. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { Models, refusalOfOpenAi, type Script } from "../blackbox/support/models";
import { Authority } from "../blackbox/support/web";
import { heavy, hostile } from "../../web/src/features/chat/testing/corpus";
import { comeBack, overlay, type Person } from "./support/account";
import { hasFocus, heading, sharedBrowser, visit } from "./support/browser";
import { looksRight, overflow, timeForLooks } from "./support/looks";
import { Server, until } from "./support/server";

let ann: Person = { email: "", password: "" };
let count = 0;

let authority: Authority;
let models: Models;
let server: Server;
let browser: Browser;

beforeAll(async () => {
  authority = new Authority();
  models = await Models.start(authority);
  [server, browser] = await Promise.all([
    Server.start({ EGRESS_CA_FILE: authority.file, EGRESS_ALLOW: models.place }),
    sharedBrowser(),
  ]);
});
afterAll(async () => {
  await server?.dispose();
  await models?.goDown();
  authority?.remove();
});
beforeEach(async () => {
  count += 1;
  ann = { email: `ann${count}@example.com`, password: "ledger of the north sea" };
  await server.createAccount(ann.email, ann.password);
  await setUpModel(models.key);
  models.script = { text: "Interest rates, and the dollar." };
});

/** As the settings page does it. */
async function setUpModel(api_key: string): Promise<void> {
  await sendAsAnn("/settings/llm", {
    provider: "openai",
    base_url: `${models.origin}/v1`,
    model: "gpt-small",
    api_key,
  });
}

async function sendAsAnn(path: string, body: object): Promise<void> {
  const login = await send("/auth/login", ann);
  await send(path, body, ((await login.json()) as { access_token: string }).access_token);
}

async function send(path: string, body: object, token?: string): Promise<Response> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...(token && { Authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** Lets the model say its next pieces when the test wants it. */
class Gate {
  private open = 0;
  private waiting: (() => void)[] = [];

  readonly wait = async (piece: number): Promise<void> => {
    while (piece >= this.open) await new Promise<void>((resolve) => this.waiting.push(resolve));
  };
  let(pieces: number): void {
    this.open += pieces;
    for (const resolve of this.waiting.splice(0)) resolve();
  }
}

function slowly(pieces: string[], more: Partial<Script> = {}): Gate {
  const gate = new Gate();
  models.script = { text: pieces, gate: gate.wait, ...more };
  return gate;
}

const field = (page: Page) => page.getByRole("textbox", { name: "Your message" });
const messages = (page: Page) => page.locator("article");
const answer = (page: Page) => messages(page).last().locator(".markdown");
const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const idle = (page: Page) => button(page, "Send").waitFor();

async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  await field(page).press("Enter");
}

/** A conversation with one answer. */
async function talk(page: Page, text = "What moves the price of gold?"): Promise<void> {
  await comeBack(page, server, ann, "/chat/new");
  await say(page, text);
  await answer(page).getByText("Interest rates, and the dollar.").waitFor();
  await idle(page);
}

async function choose(page: Page, row: string, act: string): Promise<void> {
  await button(page, `More about “${row}”`).click();
  await page.getByRole("menuitem", { name: act, exact: true }).click();
}

it("the field of a new conversation takes no more words once its message is on the way: they would stay behind", async () => {
  const gate = slowly(["Interest rates."]);
  const { page, end } = await visit(browser, server.url);
  await comeBack(page, server, ann, "/chat/new");
  await field(page).waitFor();
  await page.evaluate(() => {
    const first = document.querySelector<HTMLTextAreaElement>(".composer textarea");
    const told: string[] = [];
    (window as { told?: string[] }).told = told;
    const tell = () => told.push(first?.readOnly ? "closed" : "open");
    if (first) new MutationObserver(tell).observe(first, { attributes: true, attributeFilter: ["readonly"] });
  });
  await say(page, "What moves the price of gold?");
  await page.waitForURL(/\/chat\/[0-9a-f-]{36}$/);
  await page.locator(".composer textarea:not([readonly])").waitFor();
  expect(await page.evaluate(() => (window as { told?: string[] }).told)).toEqual(["closed"]);
  await field(page).fill("and of silver?");
  gate.let(2);
  await idle(page);
  expect(await field(page).inputValue()).toBe("and of silver?");
  await end();
});

it("an answer streams, is whole after a reload in its middle, and a second tab is in step", async () => {
  const gate = slowly([
    "Interest ",
    "**rates**",
    ", and ",
    "the dollar.\n\n",
    "```ts\nconst a = 1;\n```\n",
    "$x^2$ Ängste 🙂",
  ]);
  const { page, newTab, end } = await visit(browser, server.url);
  await comeBack(page, server, ann);
  await page
    .getByRole("navigation", { name: "Areas of the desk" })
    .getByRole("link", { name: "Conversations" })
    .click();
  await heading(page, "Conversations").waitFor();
  await page.getByRole("link", { name: "New conversation" }).click();
  await say(page, "What moves the price of gold?");
  await page.waitForURL(/\/chat\/[0-9a-f-]{36}$/);
  await expect.poll(() => hasFocus(field(page))).toBe(true);
  gate.let(2);
  await answer(page).locator("strong", { hasText: "rates" }).waitFor();

  await page.reload();
  await answer(page).locator("strong", { hasText: "rates" }).waitFor();
  const second = await newTab();
  await second.goto(page.url());
  await answer(second).locator("strong", { hasText: "rates" }).waitFor();
  gate.let(2);
  for (const tab of [page, second]) await answer(tab).getByText("Interest rates, and the dollar.").waitFor();
  gate.let(2);
  for (const tab of [page, second]) {
    await idle(tab);
    await answer(tab).locator("pre", { hasText: "const a = 1;" }).waitFor();
    await answer(tab).locator(".katex").first().waitFor();
    expect(await answer(tab).textContent()).toContain("Ängste 🙂");
    expect(await messages(tab).count()).toBe(2);
  }
  await end();
});

it("Stop closes the connection to the provider, keeps what was shown, and the answer can go on", async () => {
  const gate = slowly(["One, ", "two, ", "three."]);
  const { page, end } = await visit(browser, server.url);
  await comeBack(page, server, ann, "/chat/new");
  await say(page, "Count.");
  gate.let(2);
  await answer(page).getByText("One, two,").waitFor();
  const asked = models.chats.at(-1);
  await button(page, "Stop").click();
  await page.locator(".message-note", { hasText: "Stopped." }).waitFor();
  await until("the provider's connection to be closed", () => asked?.closed !== undefined, 2000);
  expect(await answer(page).textContent()).toContain("One, two,");

  models.script = { text: "three, four." };
  await button(page, "Go on").click();
  await answer(page).getByText("three, four.").waitFor();
  expect(
    models.chats
      .at(-1)
      ?.messages.map(({ content }) => content)
      .join("|"),
  ).toContain("One, two,");

  const again = slowly(["never ", "said"]);
  await say(page, "More.");
  again.let(1);
  await answer(page).getByText("never").waitFor();
  await field(page).press("Escape");
  await idle(page);
  await end();
});

it("an answer is made again beside the old one, a message is edited, and every branch can be read", async () => {
  const { page, end } = await visit(browser, server.url);
  await talk(page);
  models.script = { text: "Fear." };
  await button(page, "Answer again").click();
  await answer(page).getByText("Fear.").waitFor();
  await idle(page);
  await page.getByText("2 of 2").waitFor();
  await button(page, "Previous version").click();
  await answer(page).getByText("Interest rates").waitFor();
  await expect.poll(() => hasFocus(button(page, "Previous version"))).toBe(true);

  models.script = { text: "Industry." };
  await messages(page).first().getByRole("button", { name: "Edit" }).click();
  await page.getByRole("textbox", { name: "Edit your message" }).fill("What moves the price of silver?");
  await page.keyboard.press("Enter");
  await answer(page).getByText("Industry.").waitFor();
  await idle(page);
  expect(await messages(page).count()).toBe(2);
  // Of the answers to the earlier version the newest is shown; the other one is beside it.
  await messages(page).first().getByRole("button", { name: "Previous version" }).click();
  await answer(page).getByText("Fear.").waitFor();
  await page.reload();
  await answer(page).getByText("Fear.").waitFor();
  await messages(page).last().getByRole("button", { name: "Previous version" }).click();
  await answer(page).getByText("Interest rates").waitFor();
  await end();
});

it("conversations are found by their words, renamed, pinned, deleted and brought back", async () => {
  const { page, end } = await visit(browser, server.url);
  await talk(page, "Über Zinsen und Gold");
  await talk(page, "About copper");
  const list = page.getByRole("navigation", { name: "Conversations" });
  await list.getByRole("searchbox").fill("uber zins");
  await expect.poll(() => list.locator("mark").allTextContents()).toEqual(["Über", "Zinsen"]);
  await list.getByRole("link", { name: /Zinsen/ }).click();
  await messages(page).first().getByText("Über Zinsen und Gold").waitFor();
  await list.getByRole("searchbox").fill("");

  await choose(page, "About copper", "Rename");
  await page.getByRole("textbox", { name: "Title" }).fill("Copper and tin");
  await page.keyboard.press("Enter");
  await list.getByText("Copper and tin").waitFor();
  await choose(page, "Copper and tin", "Pin");
  await list.getByText("Pinned").waitFor();
  await choose(page, "Copper and tin", "Delete");
  await page.getByText("“Copper and tin” is deleted.").waitFor();
  expect(await list.getByText("Copper and tin").count()).toBe(0);
  expect(await page.evaluate(() => document.activeElement?.closest(".chat-row") !== null)).toBe(true);
  await button(page, "Undo").click();
  await list.getByText("Copper and tin").waitFor();
  await end();
});

it("a wrong key shows the provider's words, and the way to the settings", async () => {
  await setUpModel("a-wrong-key");
  const { page, end } = await visit(browser, server.url);
  await comeBack(page, server, ann, "/chat/new");
  await say(page, "Hello");
  await page.getByText("The provider refuses your key. Enter another one in the settings.", { exact: true }).waitFor();
  expect(await page.locator("blockquote").textContent()).toBe(refusalOfOpenAi);
  await page.getByRole("link", { name: "Open the settings of the model" }).click();
  await heading(page, "Language model").waitFor();

  await setUpModel(models.key);
  await page.goBack();
  // Who comes later reads the reason as well.
  await page.getByText("The provider refuses your key. Enter another one in the settings.", { exact: true }).waitFor();
  await button(page, "Try again").click();
  await answer(page).getByText("Interest rates, and the dollar.").waitFor();
  await end();
});

it("without a model the page says so, and sends nothing", async () => {
  const bob = { email: `bob${count}@example.com`, password: "weights of polished brass" };
  await server.createAccount(bob.email, bob.password);
  const { page, end } = await visit(browser, server.url);
  await comeBack(page, server, bob, "/chat/new");
  await page.getByText("No language model is set up.").waitFor();
  await say(page, "Hello");
  expect(await field(page).inputValue()).toBe("Hello");
  await page.getByRole("link", { name: "Open the settings of the model" }).click();
  await heading(page, "Language model").waitFor();
  await end();
});

describe("a session that ends meanwhile", () => {
  it("is asked for again over the page; the draft is kept, and the conversation goes on", async () => {
    const { page, end } = await visit(browser, server.url);
    await talk(page);
    await field(page).fill("half a thought");
    await server.endSessions(ann.email, ann.password);
    // The socket is closed with 4401, so nobody has to press anything.
    await overlay(page).waitFor();
    await overlay(page).locator("input[type=password]").fill(ann.password);
    await overlay(page).locator("button[type=submit]").click();
    await overlay(page).waitFor({ state: "detached" });
    expect(await field(page).inputValue()).toBe("half a thought");
    models.script = { text: "Heard again." };
    await field(page).press("Enter");
    await answer(page).getByText("Heard again.").waitFor();
    await end();
  });

  it("keeps the draft also over a reload, for its owner alone, and nothing of it when they leave", async () => {
    const { page, end } = await visit(browser, server.url);
    await talk(page);
    const address = page.url();
    await field(page).fill("half a thought");
    await page.reload();
    await expect.poll(() => field(page).inputValue()).toBe("half a thought");
    await page.goto("/account");
    await page.getByRole("button", { name: /^Account menu/ }).click();
    await page.getByRole("menuitem", { name: "Log out" }).click();
    await heading(page, "Log in").waitFor();
    expect(
      await page.evaluate(() => Object.keys(localStorage).filter((key) => key.startsWith("kontor.draft"))),
    ).toEqual([]);
    await comeBack(page, server, ann, new URL(address).pathname);
    await messages(page).first().waitFor();
    expect(await field(page).inputValue()).toBe("");
    await end();
  });
});

it("the program is restarted in the middle: what was shown is there, and can go on", async () => {
  const gate = slowly(["Half ", "an ", "answer"]);
  const { page, complaints, end } = await visit(browser, server.url);
  await comeBack(page, server, ann, "/chat/new");
  await say(page, "Tell me");
  gate.let(2);
  await answer(page).getByText("Half an").waitFor();
  await server.pause();
  await page.getByText("Connecting again …").waitFor();
  await server.resume();
  gate.let(1);
  await page.getByText("The desk was restarted while this was written.").waitFor();
  expect(await answer(page).textContent()).toContain("Half an");
  await idle(page);
  // The browser itself complains that nobody answers for a while.
  complaints.splice(
    0,
    complaints.length,
    ...complaints.filter((text) => !/ERR_CONNECTION|WebSocket|ERR_EMPTY/.test(text)),
  );
  await end();
});

describe("LobeChat CVE-2026-23733, Open WebUI CVE-2025-64496: whatever a model says", () => {
  /** Asks, and waits until the whole answer is there. */
  async function hear(page: Page, question: string, script: Script): Promise<void> {
    const before = models.chats.length;
    models.script = script;
    await say(page, question);
    const spoken = () => models.chats.length > before && models.chats.at(-1)?.ended !== undefined;
    await until("the model to have spoken", spoken, 60_000);
    await button(page, "Send").waitFor({ timeout: 120_000 });
  }

  /** What is told of the answers that are shown: that nothing ran, and nothing could. */
  async function isInert(page: Page): Promise<void> {
    const found = await page.evaluate(() => {
      const inAnswers = [...document.querySelectorAll(".markdown *")];
      // Whatever waits for a pointer or the focus gets it.
      for (const element of inAnswers) {
        for (const type of ["mouseover", "pointerenter", "focus", "load", "error"])
          element.dispatchEvent(new Event(type, { bubbles: true }));
      }
      const live =
        "script, style, iframe, object, embed, form, link, base, meta, template, img, video, audio, input, button";
      return {
        hit: (window as { hit?: number }).hit ?? null,
        live: inAnswers
          .filter((element) => element.matches(live) && !element.closest(".code-head"))
          .map(({ outerHTML }) => outerHTML),
        handlers: inAnswers.flatMap(({ attributes }) =>
          [...attributes].filter(({ name }) => name.startsWith("on")).map(({ name, value }) => `${name}=${value}`),
        ),
        links: inAnswers
          .filter((element) => element.hasAttribute("href") || element.hasAttribute("xlink:href"))
          .map((element) => element as HTMLAnchorElement)
          .filter(
            ({ href, rel, target }) =>
              !/^(https?|mailto):/.test(href) || rel !== "noreferrer noopener" || target !== "_blank",
          )
          .map(({ outerHTML }) => outerHTML),
      };
    });
    expect(found).toEqual({ hit: null, live: [], handlers: [], links: [] });
  }

  it(
    "is inert under the Content-Security-Policy, while it streams and when it is read again",
    { timeout: 300_000 },
    async () => {
      const { page, end } = await visit(browser, server.url);
      const foreign: string[] = [];
      page.on("request", (request) => !request.url().startsWith(server.url) && foreign.push(request.url()));
      page.context().on("page", (opened) => foreign.push(opened.url()));
      await comeBack(page, server, ann, "/chat/new");
      // Definitions join everything to one block, and what is left open takes what follows: so not all of them in one answer.
      const texts = Object.entries(hostile).map(([name, text]) => `${name}:\n\n${text.replaceAll("\u0000", "")}`);
      const isJoined = (text: string) => /^\[[^\]\n]+\]:/m.test(text);
      const isOpen = (text: string) => text.startsWith("unclosed");
      const answers = [
        texts.filter((text) => !isJoined(text) && !isOpen(text)).join("\n\n"),
        texts.filter(isJoined).join("\n\n"),
        ...texts.filter(isOpen).reverse(),
      ];
      for (const [count, text] of answers.entries()) {
        await hear(page, `Attack ${count}`, { text });
        await answer(page).waitFor();
        await isInert(page);
      }
      await answer(page).locator("pre", { hasText: "window.hit=1" }).waitFor();
      const again = await page.reload();
      expect(again?.headers()["content-security-policy"]).toContain("script-src 'self'");
      expect(again?.headers()["content-security-policy"]).not.toContain("unsafe");
      await answer(page).waitFor();
      await isInert(page);
      expect(foreign).toEqual([]);
      // And no complaint of the policy: nothing even tried.
      await end();
    },
  );

  it(
    "is shown in a while however heavy it is, also on a narrow screen, and the page goes on",
    { timeout: 600_000 },
    async () => {
      const { page, end } = await visit(browser, server.url, { viewport: { width: 360, height: 800 } });
      await comeBack(page, server, ann, "/chat/new");
      // As much as an answer may have.
      for (const [name, text] of Object.entries(heavy)) {
        // In few pieces: what they cost is told by the tests of the renderer.
        const [first, second] = [text.slice(0, 100_000), text.slice(100_000, 200_000)];
        await hear(page, name, { text: [first, second].filter((piece) => piece !== "") });
        await field(page).fill("still here");
        expect(await field(page).inputValue()).toBe("still here");
        expect(await overflow(page), name).toBeLessThanOrEqual(0);
      }
      await end();
    },
  );
});

it("older messages come when one goes up, and the page stays where it is", async () => {
  const { page, end } = await visit(browser, server.url);
  const conversation_id = "6b0f0f5e-5d0a-4b5c-9a3f-2f8f3c1d7a10";
  const timestamp = "2026-11-26T09:30:00Z";
  const long = Array.from({ length: 402 }, (_, index) => ({
    number: index + 1,
    ...(index > 0 && { parent: index }),
    role: index % 2 ? "assistant" : "user",
    content: `Message ${index + 1}.`,
    timestamp,
  }));
  const conversation = { conversation_id, title: "Long", created_at: timestamp, updated_at: timestamp, messages: long };
  await sendAsAnn("/chat/import", { format: "kontor-conversations-1", conversations: [conversation] });
  await comeBack(page, server, ann, `/chat/${conversation_id}`);
  await page.getByText("Message 402.", { exact: true }).waitFor();
  const list = page.locator(".message-window");
  await list.hover();
  await expect
    .poll(
      async () => {
        await page.mouse.wheel(0, -4000);
        expect(await messages(page).count()).toBeLessThan(60);
        return page.getByText("Message 1.", { exact: true }).count();
      },
      { timeout: 60_000 },
    )
    .toBe(1);
  await page.getByRole("button", { name: "To the latest message" }).click();
  await page.getByText("Message 402.", { exact: true }).waitFor();
  await end();
});

it("looks right, wide and narrow, by day and by night", { timeout: timeForLooks }, async () => {
  models.script = {
    text: "# Gold\n\nIt *shines*.\n\n| year | price |\n|---|---|\n| 2025 | 3 000 |\n\n```ts\nconst a = 1;\n```\n\n- one\n- two\n\n$$\n\\sqrt{x}\n$$\n",
  };
  const { page, end } = await visit(browser, server.url);
  await comeBack(page, server, ann, "/chat/new");
  await looksRight(page, "chat-new");
  await say(
    page,
    "What moves the price of gold, and how much of it is there in a_very_long_word_without_any_break_in_it_at_all?",
  );
  await idle(page);
  await answer(page).locator(".katex").first().waitFor();
  await looksRight(page, "chat");
  await page.goto("/chat");
  await heading(page, "Conversations").waitFor();
  await looksRight(page, "chat-list");
  await end();
});
