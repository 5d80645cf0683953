/** A model and an exchange that hang, cut, flood and lie: every answer and every chart ends clearly, memory stays bounded, and it is well afterwards. */
import { setTimeout as pause } from "node:timers/promises";
import { chatBase, read, say, setUpModel, stop } from "../blackbox/support/chats";
import { marketPath } from "../blackbox/support/charts";
import type { Exchange, Trouble } from "../blackbox/support/exchange";
import { roomIn, type Script } from "../blackbox/support/models";
import { newMember, type Person } from "../blackbox/support/people";
import { residentMegabytes } from "../blackbox/support/process";
import { until } from "../blackbox/support/until";
import { Chance } from "./chance";
import { Load } from "./load";
import type { Options } from "./options";
import { goOn, inWorld, warmUp } from "./ordeal";
import { World } from "./world";

/** Megabytes more that the program may take meanwhile. */
const mostMemory = 200;
const sse = { "content-type": "text/event-stream" };
const chunk = (delta: unknown): string => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;

/** Writes the same again and again until the other side has enough. */
const flood = (bytes: string): Script => ({
  text: "",
  refusal: {
    status: 200,
    headers: sse,
    body: async (to) => {
      const part = Buffer.from(bytes);
      for (let sent = 0; sent < 256 * 1024 * 1024 && !to.destroyed; sent += part.length) {
        if (!to.write(part)) await roomIn(to);
        await new Promise((resolve) => setImmediate(resolve));
      }
      to.end();
    },
  },
});
const says = (text: string, headers: Record<string, string> = sse): Script => ({ text: "", refusal: { status: 200, text, headers } });

/** What the model does. Those that wait are stopped by the person. */
const models: Record<string, { script: Script; isStopped?: boolean }> = {
  hangs: { script: { text: ["half "], ending: "silence" }, isStopped: true },
  "never begins": { script: { text: ["late"], gate: async () => await pause(60_000, undefined, { ref: false }) }, isStopped: true },
  cuts: { script: { text: ["half "], ending: "cut" } },
  "ends without a word": { script: { text: ["half "], ending: "truncated" } },
  "floods with text": { script: flood(chunk({ content: "flood ".repeat(10_000) })) },
  "floods with one line": { script: flood("data: ".padEnd(65_536, "x")), },
  "floods with comments": { script: flood(": nothing\n\n".repeat(5000)), isStopped: true },
  "floods with reasoning": { script: flood(chunk({ reasoning_content: "hm ".repeat(20_000) })) },
  "floods with calls": { script: flood(Array.from({ length: 200 }, (_, i) => chunk({ tool_calls: [{ index: i, id: `c${i}`, function: { name: "get_candles", arguments: "{}" } }] })).join("")) },
  "says what is no JSON": { script: says("data: {\"choices\": [{\"delta\": {\"content\": \"x\"\n\ndata: [DONE]\n\n") },
  "says a page": { script: says("<html>It works!</html>", { "content-type": "text/html" }) },
  "says other types": { script: says(`data: ${JSON.stringify({ choices: { 0: [] }, usage: { prompt_tokens: -5, completion_tokens: 1e300 } })}\n\ndata: [DONE]\n\n`) },
  "says deep JSON": { script: says(`data: ${"[".repeat(100_000)}\n\ndata: [DONE]\n\n`) },
  "says broken UTF-8": { script: { text: "", refusal: { status: 200, headers: sse, body: async (to) => await new Promise<void>((resolve) => to.end(Buffer.concat([Buffer.from("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\""), Buffer.from([0xff, 0xc0, 0x80, 0xed, 0xa0, 0x80]), Buffer.from("\"}}]}\n\ndata: [DONE]\n\n")]), resolve)) } } },
  "counts wrongly": { script: { text: "Fine.", usage: { input: -7, output: Number.MAX_SAFE_INTEGER } } },
  "is down": { script: { text: "", refusal: { status: 503, text: "no" } } },
  "sends elsewhere": { script: { text: "", refusal: { status: 302, headers: { location: "https://127.0.0.1:9/" }, text: "" } } },
};

const troubles: Trouble[] = ["busy", "down", "broken", "html", "duplicates", "holes", "empty", "cut", "code 40034", { status: 200, text: `{"code":"00000","msg":"success","data":${"[".repeat(50_000)}` }, { status: 200, json: { code: "00000", data: "none" } }, { status: 200, text: "x".repeat(32 * 1024 * 1024) }];
const nameOf = (trouble: Trouble): string => (typeof trouble === "string" ? trouble : JSON.stringify(trouble).slice(0, 40));

export async function upstream({ database, seed, isShort, tell }: Options): Promise<string> {
  const chance = new Chance(seed);
  const world = await World.open(database);
  const load = new Load(world, chance.branch(), { people: 3, pause: 100 });
  return await inWorld(world, async () => {
    const { program, desk } = world;
    const ann = await newMember(program);
    await setUpModel(program, world.models, ann);
    await warmUp(load);
    const memory = residentMegabytes(program.pid);
    let most = memory;
    const watch = setInterval(() => (most = Math.max(most, residentMegabytes(program.pid))), 50);
    try {
      const usual = world.models.script as (chat: Parameters<typeof World.script>[0]) => Script;
      const all = Object.entries(models).filter((_, i) => !isShort || i % 4 === 0);
      let slowest = { name: "", time: 0 };
      for (const [name, { script, isStopped }] of all) {
        // Only Ann's questions; the others go on as ever.
        world.models.script = (chat) => (chat.messages.at(-1)?.content.startsWith("Trouble") === true ? script : usual(chat));
        const began = performance.now();
        const { conversation_id: id } = await say(program, ann, `Trouble: it ${name}.`);
        if (isStopped === true) {
          await pause(500);
          const { status } = await stop(program, ann, id);
          if (status !== 204) throw new Error(`stopping what ${name} → ${status}`);
        }
        await until(`an answer of a model that ${name} has an end`, async () => (await read(program, ann, id)).status !== "processing", 100_000);
        const time = performance.now() - began;
        if (time > slowest.time) slowest = { name, time };
        tell(`a model that ${name}: ended after ${time.toFixed(0)} ms, ${residentMegabytes(program.pid).toFixed(0)} MB`);
        await program.send("DELETE", `${chatBase}/${id}?permanently=true`, { token: ann.token });
      }
      world.models.script = usual;
      const asked = await troubleExchange(world, desk.exchange, ann, isShort ? troubles.slice(0, 3) : troubles);
      await goOn(load, 500);
      await load.end();
      await load.check(false);
      const words = `${all.length} troubles of a model (the longest, “${slowest.name}”, ${(slowest.time / 1000).toFixed(1)} s), ${asked} of the exchange, memory ${memory.toFixed(0)} → ${most.toFixed(0)} MB at most, ${world.acknowledged} acts of the others`;
      if (most - memory > mostMemory) throw new Error(`memory grows: ${words}`);
      return words;
    } finally {
      clearInterval(watch);
    }
  });
}

/** A chart of something new meets each of them: it has an answer within the time of a request, and the right one afterwards. */
async function troubleExchange(world: World, exchange: Exchange, who: Person, all: Trouble[]): Promise<number> {
  const symbols = exchange.market.instruments.filter((each) => each.venue === "spot").map((each) => each.symbol);
  let at = 0;
  for (const trouble of all) {
    const interval = ["1m", "3m", "5m", "15m", "30m", "1H", "4H", "6H", "12H", "1D"][at % 10] as string;
    const symbol = symbols[Math.floor(at / 10) % symbols.length] as string;
    at += 1;
    exchange.troubleAt("candles", trouble);
    const path = `${marketPath}/candles?symbol=${symbol}&interval=${interval}&limit=300`;
    const reply = await world.program.send("GET", path, { token: who.token, timeout: 60_000 });
    if (![200, 422, 429, 502, 503].includes(reply.status)) throw new Error(`with an exchange that is ${nameOf(trouble)}, ${path} → ${reply.status}: ${reply.text.slice(0, 300)}`);
    exchange.calm("candles");
    // What did not come among others had no trade, as far as anybody can know.
    const least = trouble === "holes" ? 150 : 299;
    await until(
      `candles are there after ${nameOf(trouble)}`,
      async () => {
        const again = await world.program.send("GET", path, { token: who.token });
        const data = again.json as { is_stale?: boolean; candles?: { time: number[] } };
        return again.status === 200 && data.is_stale === false && (data.candles?.time.length ?? 0) >= least;
      },
      90_000,
    );
  }
  return all.length;
}
