/** How long a piece of an answer takes from the provider's wire to the sockets, with many of them. Nothing runs beside this. */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { say, setUpModel } from "./support/chats";
import { wantedDatabases } from "./support/environment";
import { tell } from "./support/figures";
import { Models } from "./support/models";
import { newMember } from "./support/people";
import { processorSeconds } from "./support/process";
import { Installation, Program } from "./support/program";
import { Reader, type Heard } from "./support/reader";
import { Socket, ticketOf } from "./support/socket";
import { Authority } from "./support/web";

// Each account has one stream and 32 sockets that listen to it: KONTOR_STREAMS=32 makes 1,024 of them.
const streams = Number(process.env["KONTOR_STREAMS"] ?? 4);
const socketsEach = 32;
const sockets = streams * socketsEach;
const pieces = 250;
const pieceEvery = 20;

describe.each(wantedDatabases)("on %s", (database) => {
  let authority: Authority;
  let models: Models;
  let installation: Installation;
  let program: Program;

  beforeAll(async () => {
    authority = new Authority();
    models = await Models.start(authority);
    installation = await Installation.create(database);
    program = await Program.start({ installation, settings: { EGRESS_CA_FILE: authority.file, EGRESS_ALLOW: models.place } });
  });
  afterAll(async () => {
    await program.stop();
    await models.goDown();
    installation.remove();
    authority.remove();
  });

  /** Streams once from beginning to end. What is not a matter of time holds in each round. */
  const play = async (): Promise<{ median: number; p99: number; cores: number; reading: number }> => {
    const isBegun = new Map<string, () => void>();
    const begins = new Map<string, Promise<void>>();
    models.script = (chat) => {
      const begin = begins.get(chat.messages.at(-1)?.content ?? "");
      return {
        text: Array.from({ length: pieces }, (_, i) => `piece ${i} {now} `),
        gate: async (piece) => {
          // Nobody says anything before all sockets are there.
          if (piece === 0) await begin;
          await pause(pieceEvery);
        },
      };
    };
    const all = await Promise.all(
      Array.from({ length: streams }, async (_, i) => {
        const name = `Stream ${i}.`;
        begins.set(name, new Promise((begin) => isBegun.set(name, begin)));
        const who = await newMember(program);
        await setUpModel(program, models, who);
        const begun = await say(program, who, name);
        const own = await Socket.open(program, { bearer: who.token, quick: true });
        own.send({ type: "subscribe", conversation_id: begun.conversation_id, after: 0 });
        await own.next((frame) => frame.type === "subscribed");
        const frame = { type: "subscribe", conversation_id: begun.conversation_id, after: 0 };
        const others = await Promise.all(Array.from({ length: socketsEach - 1 }, async () => ({ from: `127.0.0.${2 + (i % 8)}`, token: await ticketOf(program, who.token), frame })));
        return { own, others };
      }),
    );
    const readers = await Promise.all([0, 1].map(async (half) => await Reader.start(program, all.filter((_, i) => i % 2 === half).flatMap((each) => each.others))));
    const [started, processor] = [performance.now(), processorSeconds(program.pid)];
    isBegun.forEach((begin) => begin());
    for (const { own } of all) await own.next((frame) => frame.type === "status" && frame.status === "idle");
    const cores = ((processorSeconds(program.pid) - processor) * 1000) / (performance.now() - started);
    const heard = await Promise.all(readers.map(async (each) => await each.stop()));
    const worst = (of: (each: Heard) => number): number => Math.max(...heard.map(of));
    const reading = heard.reduce((sum, each) => sum + each.processor_seconds, 0) / ((performance.now() - started) / 1000);
    expect(worst((each) => each.broken)).toBe(0);
    // Each piece reached each socket; several may stand in one frame, which tells its first.
    for (const { own } of all) {
      const text = own.frames.map((frame) => (frame.type === "text" ? frame.text : "")).join("");
      expect(text.match(/piece \d+ /g)).toEqual(Array.from({ length: pieces }, (_, i) => `piece ${i} `));
      await own.close();
    }
    expect(heard.reduce((sum, each) => sum + each.stamped, 0)).toBeGreaterThan((sockets - streams) * pieces * 0.5);
    return { median: worst((each) => each.median), p99: worst((each) => each.p99), cores, reading };
  };

  test(`${streams} streams at ${1000 / pieceEvery} pieces a second, ${socketsEach} sockets on each`, async () => {
    // The aim is 20 ms on a machine that does nothing else; a slow one is not a defect.
    const allowed = 200;
    // A noisy machine may spoil a round; what is slow is slow in every one.
    let best = await play();
    for (let attempt = 1; attempt < 3 && best.p99 >= allowed; attempt += 1) {
      const next = await play();
      if (next.p99 < best.p99) best = next;
    }
    const { median, p99, cores, reading } = best;
    console.log(
      `[${database}] ${sockets} sockets: ${median.toFixed(1)} ms in the median, ${p99.toFixed(1)} ms at p99, ${cores.toFixed(2)} cores; the readers ${reading.toFixed(2)}`,
    );
    tell({ what: `a piece of an answer, from the provider to ${sockets} sockets, p99`, value: p99, unit: "ms", atMost: 20 });
    tell({ what: `the program meanwhile, ${streams} streams at ${1000 / pieceEvery} pieces a second`, value: cores, unit: "cores", atMost: 1 });
    expect(p99).toBeLessThan(allowed);
  });
});
