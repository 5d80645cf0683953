// @vitest-environment jsdom
import { act } from "react";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { userOf } from "@/features/account/session/testing";
import { i18n } from "@/i18n";
import { problem, TestPage } from "@/testing/page";
import { useMuting } from "./Announcer";
import { ChatPage } from "./ChatPage";
import { readDraft } from "./drafts";
import { FakeDesk } from "./testing/desk";
import { pretendLayout } from "./testing/layout";
import type { FakeConversation } from "./testing/program";
import "./texts";

// Whole pages, on a machine that does other things as well.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

let desk: FakeDesk;
let page: TestPage;

beforeEach(async () => {
  await i18n.changeLanguage("en");
  localStorage.clear();
  pretendLayout();
  vi.stubGlobal("matchMedia", () => ({ matches: false, addEventListener() {}, removeEventListener() {} }));
  useMuting.setState({ muted: false });
  desk = new FakeDesk();
});
afterEach(async () => {
  await page.close();
});

const open = async (at = "/chat/new") => {
  page = await TestPage.open(<ChatPage />, desk.answers, { path: "/chat/:id?", at });
};
const field = () => page.field("Your message") as unknown as HTMLTextAreaElement;
/** What stands in the messages; an answer of which nothing came yet is left out. */
const messages = () =>
  [...document.querySelectorAll("article :is(.message-text, .markdown)")].map(({ textContent }) => textContent);

/** The model does something, and the page hears of it. */
async function model(act_: () => void): Promise<void> {
  await act(async () => act_());
  await page.settle();
}

async function say(text: string): Promise<void> {
  await page.fill("Your message", text);
  await page.key(field(), "Enter");
}

const one = (): FakeConversation => {
  const [first] = desk.conversations.values();
  if (!first) throw new Error("There is no conversation.");
  return first;
};

function talked(): FakeConversation {
  const there = desk.make("Gold");
  there.begin({ message: "What moves gold?" });
  there.text("Interest.");
  there.end();
  return there;
}

describe("a message", () => {
  it("begins a conversation; its answer comes piece by piece, and becomes a message", async () => {
    await open();
    await say("What moves gold?");
    expect(document.querySelector("h1")?.textContent).toBe("What moves gold?");
    expect([field().value, document.activeElement]).toEqual(["", field()]);
    await model(() => one().text("Interest **rates"));
    expect(messages()).toEqual(["What moves gold?", "Interest **rates"]);
    await model(() => one().text("**."));
    await model(() => one().end());
    expect(messages()).toEqual(["What moves gold?", "Interest rates."]);
    expect(page.has("Send")).toBe(true);
    expect(page.text).toContain("desk-large");
  });

  it("is sent once, with a key; while it is answered nothing else is", async () => {
    talked();
    await open(`/chat/${one().id}`);
    await say("And silver?");
    expect(page.bodies("POST /chat/")).toEqual([{ message: "And silver?", conversation_id: one().id }]);
    expect(page.sent.at(-1)?.headers["idempotency-key"] ?? "there").not.toBe("");
    await say("Wait");
    expect(page.bodies("POST /chat/")).toHaveLength(1);
    expect(field().value).toBe("Wait");
  });

  it("is not sent by Shift and Enter, nor by the Enter that ends a composed word, nor when there is nothing in it", async () => {
    await open();
    await say("   ");
    await page.fill("Your message", "日本");
    await page.key(field(), "Enter", { shiftKey: true });
    await page.key(field(), "Enter", { isComposing: true });
    expect(page.bodies("POST /chat/")).toEqual([]);
    await page.key(field(), "Enter");
    expect(page.bodies("POST /chat/")).toEqual([{ message: "日本" }]);
  });

  it("that got no answer is sent with the same key, and is there once", async () => {
    await open();
    desk.trouble = "network";
    desk.lost = true;
    await say("Once");
    expect(page.text).toContain("Your message is still here.");
    expect(field().value).toBe("Once");
    // Also after a reload.
    await page.close();
    await open();
    await page.press("Send");
    const keys = page.sent
      .filter(({ call }) => call === "POST /chat/")
      .map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toHaveLength(1);
    expect([...desk.conversations.values()].map(({ messages }) => messages.length)).toEqual([1]);
  });

  it("that the program broke over is sent with the same key, too", async () => {
    await open();
    desk.trouble = problem("internal", 500);
    desk.lost = true;
    await say("Once");
    await page.press("Send");
    const keys = page.sent
      .filter(({ call }) => call === "POST /chat/")
      .map(({ headers }) => String(headers["idempotency-key"]));
    expect([keys.length, new Set(keys).size]).toEqual([2, 1]);
    expect([...desk.conversations.values()].map(({ messages }) => messages.length)).toEqual([1]);
  });

  it("cannot be changed while it is on its way, and brings nobody back who went elsewhere", async () => {
    talked();
    await open();
    let arrive: () => void = () => {};
    const arrived = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    page.hold("POST /chat/", arrived);
    await say("On its way");
    expect(field().readOnly).toBe(true);
    await act(async () => document.querySelector<HTMLElement>(`.chat-side a[href="/chat/${one().id}"]`)?.click());
    await page.settle();
    const before = document.querySelector("h1")?.textContent;
    await act(async () => arrive());
    await page.settle();
    expect([before, document.querySelector("h1")?.textContent]).toEqual(["Gold", "Gold"]);
    expect(readDraft(userOf("ann").id, "new").text).toBe("");
  });

  it("too many at once waits, counts down, and is kept", async () => {
    await open();
    desk.trouble = problem("too-many-runs", 429);
    await say("Later");
    expect(page.text).toContain("As many answers of yours are being written as there may be at a time.");
    expect(field().value).toBe("Later");
    await page.press("Send");
    expect(desk.conversations.size).toBe(1);
  });

  it("too long is not sent, and says by how much", async () => {
    await open();
    await page.fill("Your message", "a".repeat(31_990));
    expect(page.text).toContain("10 characters left.");
    await page.fill("Your message", "a".repeat(32_001));
    expect(page.text).toContain("1 character too many.");
    await page.press("Send");
    expect(page.bodies("POST /chat/")).toEqual([]);
  });
});

describe("an answer", () => {
  it("goes on after a reload in its middle, with all that was there", async () => {
    const there = talked();
    there.begin({ message: "More" });
    there.text("One, ");
    await open(`/chat/${there.id}`);
    expect(messages().at(-1)).toBe("One,");
    await model(() => there.text("two, "));
    await page.close();
    there.text("three, ");
    await open(`/chat/${there.id}`);
    await model(() => there.text("four."));
    expect(messages().at(-1)).toBe("One, two, three, four.");
  });

  it("is followed again when the connection was lost", async () => {
    const there = talked();
    await open(`/chat/${there.id}`);
    vi.useFakeTimers();
    try {
      expect(page.text).not.toContain("Connected");
      await act(async () => desk.sockets[0]?.end(1006));
      expect(page.text).toContain("Connecting again …");
      there.begin({ message: "From another tab" });
      there.text("Heard");
      await act(async () => vi.advanceTimersByTimeAsync(300));
    } finally {
      vi.useRealTimers();
    }
    await page.settle();
    expect(desk.sockets).toHaveLength(2);
    expect(page.text).toContain("Connected");
    expect(messages().slice(-2)).toEqual(["From another tab", "Heard"]);
  });

  it("is stopped by the button and by Escape, and can go on", async () => {
    const there = talked();
    await open(`/chat/${there.id}`);
    await say("Count");
    await model(() => there.text("One, two"));
    await page.press("Stop");
    expect(page.text).toContain("Stopped.");
    await page.press("Go on");
    expect(page.bodies("POST /chat/").at(-1)).toEqual({ conversation_id: there.id, parent: 4 });
    await model(() => there.text("three"));
    await page.key(field(), "Escape");
    expect(there.run).toBeNull();
    expect(messages().slice(-2)).toEqual(["One, two", "three"]);
  });

  it("is made once more beside the old one, and both can be read", async () => {
    const there = talked();
    await open(`/chat/${there.id}`);
    await page.press("Answer again");
    expect(messages()).toEqual(["What moves gold?"]);
    await model(() => there.text("The dollar."));
    await model(() => there.end());
    expect(page.text).toContain("2 of 2");
    await page.press("Previous version");
    expect(messages()).toEqual(["What moves gold?", "Interest."]);
    expect(page.text).toContain("1 of 2");
    await page.press("Previous version");
    expect(page.bodies(`PUT /chat/${there.id}/branch`)).toEqual([{ number: 2 }]);
  });

  it("that is stopped before its first word leaves the way back to the one before it", async () => {
    const there = talked();
    await open(`/chat/${there.id}`);
    await page.press("Answer again");
    await page.press("Stop");
    expect(messages()).toEqual(["What moves gold?"]);
    await page.press("Show what was here before");
    expect(page.bodies(`PUT /chat/${there.id}/branch`)).toEqual([{ number: 2 }]);
    expect(messages()).toEqual(["What moves gold?", "Interest."]);
    expect(page.has("Show what was here before")).toBe(false);
    await vi.waitFor(() => expect(document.activeElement?.className).toBe("message-window"));
  });

  it("that failed shows the provider's words, and the way to the settings", async () => {
    const there = talked();
    await open(`/chat/${there.id}`);
    await say("Hello");
    await model(() => {
      there.error("key-rejected", "Incorrect API key provided.");
      there.end("failed");
    });
    expect(page.text).toContain("The provider refuses your key.");
    expect(document.querySelector("blockquote")?.textContent).toBe("Incorrect API key provided.");
    await page.follow("Open the settings of the model");
    expect(page.text).toContain("Somewhere else");
  });

  it("that the provider wants later is counted down to, and can be asked for again then", async () => {
    const there = talked();
    await open(`/chat/${there.id}`);
    await say("Hello");
    await model(() => {
      there.error("rate-limited", "Slow down.", { recoverable: true, retry_after: 30 });
      there.end("failed");
    });
    expect(page.text).toMatch(/Try again in (30|29) seconds/);
    await model(() => {
      vi.spyOn(Date, "now").mockReturnValue(Date.now() + 31_000);
    });
    await vi.waitFor(() => page.button("Try again"), { timeout: 10_000 });
    vi.restoreAllMocks();
    await page.press("Try again");
    expect(page.bodies("POST /chat/").at(-1)).toEqual({ conversation_id: there.id, parent: 3 });
  });

  it("that the provider withdrew is not shown", async () => {
    const there = talked();
    there.begin({ message: "Bad" });
    there.text("something bad");
    there.end("filtered");
    await open(`/chat/${there.id}`);
    expect(page.text).not.toContain("something bad");
    expect(page.text).toContain("The provider has withdrawn this answer.");
  });

  it("is told to a screen reader sentence by sentence, unless it is muted", async () => {
    const there = talked();
    await open(`/chat/${there.id}`);
    const told = () =>
      [...document.querySelectorAll(".visually-hidden[aria-live] > p")].map(({ textContent }) => textContent);
    await say("Go");
    await model(() => there.text("First one. Sec"));
    await model(() => there.text("ond one. "));
    await model(() => there.end());
    expect(told()).toEqual(["The answer begins.", "First one.", "Second one.", "End of the answer."]);
    await say("Go");
    await model(() => there.waiting(20));
    await model(() => there.reasoning("Hm."));
    await model(() => there.text("Now. "));
    await model(() => there.end());
    expect(told().slice(4)).toEqual([
      "The answer begins.",
      "The provider asks for a pause.",
      "Now.",
      "End of the answer.",
    ]);
    await page.press("Screen reader: announce answers");
    await say("Go");
    await model(() => there.text("Silent. "));
    await model(() => there.end());
    expect(told()).toHaveLength(8);
  });
});

describe("a message of before", () => {
  it("is edited into a branch of its own; Escape leaves it, and stops nothing", async () => {
    const there = talked();
    await open(`/chat/${there.id}`);
    await page.press("Edit");
    const editor = page.field("Edit your message");
    expect(document.activeElement).toBe(editor);
    await page.key(editor, "Escape");
    expect(page.has("Edit")).toBe(true);
    await page.press("Edit");
    await page.fill("Edit your message", "What moves silver?");
    await page.key(page.field("Edit your message"), "Enter");
    expect(page.bodies("POST /chat/")).toEqual([
      { conversation_id: there.id, message: "What moves silver?", parent: 0 },
    ]);
    expect(messages()).toEqual(["What moves silver?"]);
    expect(page.text).toContain("2 of 2");
    expect(Object.keys(localStorage).filter((key) => key.startsWith("kontor.draft"))).toEqual([]);
  });

  it("that is being edited keeps what was typed over a reload, and leaves the focus where it is", async () => {
    const there = talked();
    await open(`/chat/${there.id}`);
    await page.press("Edit");
    await page.fill("Edit your message", "What moves sil");
    await page.close();
    await open(`/chat/${there.id}`);
    expect(page.field("Edit your message").value).toBe("What moves sil");
    expect(document.activeElement).not.toBe(page.field("Edit your message"));
    await page.press("Cancel");
    await page.close();
    await open(`/chat/${there.id}`);
    expect(page.has("Edit")).toBe(true);
  });
});

describe("what was typed", () => {
  it("is kept for each conversation, over reloads", async () => {
    const there = talked();
    await open(`/chat/${there.id}`);
    await page.fill("Your message", "half a thought");
    await page.close();
    await open();
    expect(field().value).toBe("");
    await page.close();
    await open(`/chat/${there.id}`);
    expect(field().value).toBe("half a thought");
    expect(readDraft(userOf("ann").id, there.id).text).toBe("half a thought");
  });
});

describe("without a model", () => {
  it("the page says so, and leads to the settings", async () => {
    desk.limits.model = null;
    await open();
    expect(page.text).toContain("No language model is set up.");
    await say("Hello");
    expect(page.bodies("POST /chat/")).toEqual([]);
    await page.follow("Open the settings of the model");
    expect(page.text).toContain("Somewhere else");
  });
});

it("a model that has no name yet is asked for in the settings, and nothing is sent", async () => {
  desk.limits.model = { provider: "openai", name: "", offered_by: "user" };
  await open();
  expect(page.text).toContain("It is not chosen yet which model answers.");
  await say("Hello");
  expect(page.bodies("POST /chat/")).toEqual([]);
  expect(field().value).toBe("Hello");
});

it("a question to begin with comes behind what was typed, and waits to be sent", async () => {
  const example = "How has BTCUSDT moved over the last seven days?";
  await open();
  await page.press(example);
  expect([field().value, document.activeElement]).toEqual([example, field()]);
  await page.fill("Your message", "In one sentence:");
  await page.press(example);
  expect(field().value).toBe(`In one sentence:\n${example}`);
  expect(page.bodies("POST /chat/")).toEqual([]);
});

it("limits are told when they are near", async () => {
  Object.assign(desk.limits, { tokens_per_day: 100_000, tokens_today: 90_000 });
  await open();
  expect(page.text).toMatch(/90.000 of your 100.000 tokens for today are used/);
});

describe("the list", () => {
  const titles = () =>
    [...document.querySelectorAll(".chat-side .chat-link-title")].map(({ textContent }) => textContent);

  async function choose(row: string, act_: string): Promise<void> {
    const trigger = page.button(`More about “${row}”`);
    // Radix opens by the keyboard or the pointer, not by a mere click.
    trigger.focus();
    await page.key(trigger, "Enter");
    const item = [...document.querySelectorAll("[role=menuitem]")].find(({ textContent }) => textContent === act_);
    if (!item) throw new Error(`There is no item "${act_}".`);
    await page.key(item, "Enter");
  }

  beforeEach(() => {
    for (const title of ["Gold", "Silver", "Copper"]) desk.make(title);
  });

  it("has the pinned ones first", async () => {
    await open("/chat");
    expect(titles()).toEqual(["Copper", "Silver", "Gold"]);
    await choose("Gold", "Pin");
    expect(titles()).toEqual(["Gold", "Copper", "Silver"]);
    await choose("Gold", "Unpin");
    expect(titles()).toEqual(["Copper", "Silver", "Gold"]);
  });

  it("renames", async () => {
    await open("/chat");
    await choose("Silver", "Rename");
    await page.fill("Title", "  ");
    await page.press("Rename");
    expect(page.errorOf("Title")).toBe("Please enter a title.");
    await page.fill("Title", " Silver and gold ");
    await page.press("Rename");
    expect(titles()).toEqual(["Copper", "Silver and gold", "Gold"]);
    expect(document.querySelector("[role=dialog]")).toBeNull();
  });

  it("deletes, keeps the focus where the row was, and brings back", async () => {
    await open("/chat");
    await choose("Silver", "Delete");
    expect(titles()).toEqual(["Copper", "Gold"]);
    expect(document.activeElement?.textContent).toContain("Gold");
    expect(page.text).toContain("“Silver” is deleted.");
    await page.press("Undo");
    expect(titles()).toEqual(["Copper", "Silver", "Gold"]);
    expect(page.text).toContain("“Silver” is back.");
  });

  it("says on the page of a conversation that it is deleted", async () => {
    const there = talked();
    there.title = "Tin";
    await open(`/chat/${there.id}`);
    await choose("Tin", "Delete");
    expect(page.text).toContain("This conversation is deleted.");
    await page.press("Bring it back");
    expect(messages()).toEqual(["What moves gold?", "Interest."]);
  });

  it("marks what is searched for", async () => {
    await open("/chat");
    await page.fill("Search titles and messages", "Sil");
    await vi.waitFor(() => expect(titles()).toEqual(["Silver"]), { timeout: 10_000 });
    expect([...document.querySelectorAll("mark")].map(({ textContent }) => textContent)).toEqual(["Sil"]);
    expect(page.text).toContain("1 conversation was found.");
    await page.fill("Search titles and messages", "");
    expect(titles()).toHaveLength(3);
  });

  it("says when there is nothing", async () => {
    desk.conversations.clear();
    await open("/chat");
    expect(page.text).toContain("There are no conversations yet.");
  });
});

describe("a conversation", () => {
  it("that is not there says so", async () => {
    await open("/chat/00000000-0000-4000-8000-00000000000f");
    expect(page.text).toContain("There is no such conversation, or it is deleted.");
  });

  it("of 10,000 messages draws those near the window only, and more when one goes up", async () => {
    const there = desk.make("Long");
    for (let number = 1; number <= 10_000; number += 1)
      there.add(number % 2 ? "user" : "assistant", `Message ${number}.`);
    await open(`/chat/${there.id}`);
    expect(page.text).toContain("Message 10000.");
    expect(messages().length).toBeLessThan(25);
    for (let round = 0; round < 8; round += 1) {
      await model(() => {
        document.querySelector(".message-window")?.scrollTo({ top: 0 });
      });
      await page.press("Show older messages");
    }
    const asked = page.sent.filter(
      ({ call, params }) => call === `GET /chat/${there.id}` && params.before !== undefined,
    );
    expect(asked.length).toBeGreaterThanOrEqual(8);
    expect(new Set(asked.map(({ params }) => params.before)).size).toBe(asked.length);
    expect(messages().length).toBeLessThan(25);
  });
});

describe("what the model had done", () => {
  const hostileText = '<img src=x onerror="alert(1)"> [a](javascript:alert(1))';

  it("stands as a line, with details that are nothing but text, and offers the chart that it made", async () => {
    const there = desk.make("Gold");
    there.add("user", "RSI of BTCUSDT 4H, and chart it");
    const given = { symbol: "BTCUSDT", interval: "4H", indicators: ["rsi(14)"] };
    const call = (id: string, name: string, text = JSON.stringify(given)) => ({ id, name, arguments: text });
    there.add("assistant", "", undefined, {
      tool_calls: [call("1", "get_indicators"), call("2", "create_chart"), call("3", "no_such", hostileText)],
    });
    const result = (id: string, name: string, more: object) =>
      there.add("tool", "{}", undefined, { tool_call_id: id, tool_name: name, is_good: true, ...more });
    result("1", "get_indicators", { content: '{"values":[61.2]}' });
    result("2", "create_chart", { chart_id: "11111111-1111-4111-8111-111111111111" });
    result("3", "no_such", { is_good: false, content: hostileText });
    there.add("assistant", "It is 61.2.", undefined, { finish: "complete" });
    await open(`/chat/${there.id}`);
    const lines = [...document.querySelectorAll(".tool-line summary")].map(({ textContent }) => textContent);
    expect(lines).toEqual([
      expect.stringMatching(/^Looked up RSI\(14\) · BTCUSDT 4H.*done$/),
      expect.stringMatching(/^Made a chart: RSI\(14\) · BTCUSDT 4H.*done$/),
      "Asked for “no_such” did not work",
    ]);
    expect(document.querySelectorAll(".tool-line img, .tool-line a")).toHaveLength(0);
    expect(document.querySelector(".tool-line:last-of-type pre")).toBeTruthy();
    expect(page.text).toContain(hostileText);
    expect(document.querySelectorAll(".chart-card")).toHaveLength(1);
    expect(page.has("Show the chart")).toBe(true);
    expect(messages()).toEqual(["RSI of BTCUSDT 4H, and chart it", "It is 61.2."]);
  });

  it("a message keeps the chart that it speaks of, and its numbers can be checked", async () => {
    const there = desk.make("Gold");
    const chart = {
      market: "spot" as const,
      symbol: "BTCUSDT" as const,
      interval: "4H" as const,
      from: Date.UTC(2026, 10, 1),
      to: Date.UTC(2026, 10, 26),
      indicators: ["rsi(14)"],
      hash: "0".repeat(64),
    };
    there.add("user", "What happened?", undefined, { chart });
    there.add("assistant", "It went up.", undefined, { finish: "complete" });
    await open(`/chat/${there.id}`);
    expect(page.text).toContain("About BTCUSDT 4H");
    expect(page.text).toContain("RSI(14)");
    page.answer({ "POST /market/verify": { status: 200, body: { matches: true, hash: chart.hash } } });
    await page.press("Check numbers");
    expect(page.bodies("POST /market/verify")).toEqual([{ pin: chart }]);
    expect(page.text).toContain("The numbers are still the same.");
    page.answer({
      "POST /market/verify": { status: 200, body: { matches: false, hash: "1".repeat(64), reason: "changed" } },
    });
    await page.press("Check numbers");
    expect(page.text).toContain("The numbers have changed since.");
  });
});
