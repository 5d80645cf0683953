/** The providers of models that other tests talk to: whether they say on the wire what real ones were recorded saying. */
import https from "node:https";
import type { IncomingMessage } from "node:http";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { middleError, type Dialect } from "./support/modelFrames";
import { Models, refusalOfAzure, refusalOfOpenAi, refusals } from "./support/models";
import { until } from "./support/until";
import { Authority } from "./support/web";

const paths: Record<Dialect, string> = { openai: "/v1/chat/completions", azure: "/openai/v1/chat/completions", ollama: "/api/chat" };
const dialects: Dialect[] = ["openai", "azure", "ollama"];

describe("providers of models in tests", () => {
  let authority: Authority;
  let models: Models;
  beforeAll(async () => {
    authority = new Authority();
    models = await Models.start(authority);
  });
  afterAll(async () => {
    await models.goDown();
    authority.remove();
  });

  const ask = async (dialect: Dialect, key = models.key): Promise<IncomingMessage> =>
    await new Promise((resolve, reject) => {
      const headers = dialect === "azure" ? { "api-key": key } : { authorization: `Bearer ${key}` };
      const body = { model: "gpt-small", messages: [{ role: "user", content: "hello" }], stream: true, stream_options: { include_usage: true } };
      https.request(`${models.origin}${paths[dialect]}`, { method: "POST", ca: readFileSync(authority.file), headers }, resolve).on("error", reject).end(JSON.stringify(body));
    });
  const read = async (from: IncomingMessage): Promise<{ text: string; whole: boolean }> => {
    const parts: Buffer[] = [];
    try {
      for await (const part of from) parts.push(part as Buffer);
    } catch {
      return { text: Buffer.concat(parts).toString("utf8"), whole: false };
    }
    return { text: Buffer.concat(parts).toString("utf8"), whole: true };
  };
  /** The text in an answer. */
  const textIn = (body: string): string => {
    const read = [...body.matchAll(/^(?:data: )?(\{.*\})$/gm)].map((line) => JSON.parse(line[1] ?? "") as { message?: { content?: string }; choices?: { delta?: { content?: string } }[] });
    return read.map((part) => part.message?.content ?? part.choices?.[0]?.delta?.content ?? "").join("");
  };

  test.each(dialects)("%s streams a text, cut as it is wanted", async (dialect) => {
    for (const cut of ["events", "bytes"] as const) {
      models.script = { text: "Price is 43 050 €. 🚀", cut, reasoning: ["hm"] };
      const answer = await read(await ask(dialect));
      expect(answer.whole).toBe(true);
      expect(textIn(answer.text)).toBe("Price is 43 050 €. 🚀");
      expect(answer.text).toContain("hm");
      if (dialect !== "ollama") expect(answer.text).toMatch(/data: \[DONE\]\n\n$/);
    }
    const chat = models.chats.at(-1);
    expect(chat).toMatchObject({ dialect, key: models.key, model: "gpt-small", messages: [{ role: "user", content: "hello" }] });
    expect(chat?.closed).toBeUndefined();
    expect(chat?.ended).toBeGreaterThan(chat?.asked ?? Infinity);
  });

  test.each(dialects)("%s fails in the middle, is cut, and says nothing any more", async (dialect) => {
    models.script = { text: "half of it", ending: "error" };
    expect((await read(await ask(dialect))).text).toContain(middleError);
    models.script = { text: "half of it", ending: "cut" };
    expect(await read(await ask(dialect))).toMatchObject({ whole: false });
    models.script = { text: "half of it", ending: "silence" };
    const answer = await ask(dialect);
    const chat = models.chats.at(-1);
    await until("all of it is written", () => (chat?.written ?? 0) > 2);
    expect(chat?.closed).toBeUndefined();
    answer.destroy();
    await until("the provider sees that its client has gone", () => chat?.closed !== undefined);
  });

  test("keys are looked at, and refusals are those of each", async () => {
    models.script = { text: "hello" };
    for (const [dialect, words] of [["openai", refusalOfOpenAi], ["azure", refusalOfAzure]] as const) {
      const refused = await ask(dialect, "not-a-key");
      expect(refused.statusCode).toBe(401);
      expect((await read(refused)).text).toContain(words);
    }
    const second = models.newKey();
    expect(textIn((await read(await ask("openai", second))).text)).toBe("hello");
    models.revoke(second);
    expect((await ask("openai", second)).statusCode).toBe(401);
    models.script = { text: "", refusal: refusals.rateLimit(7) };
    const limited = await ask("openai");
    expect([limited.statusCode, limited.headers["retry-after"]]).toEqual([429, "7"]);
  });
});
