/** How long a piece of an answer takes from the provider's wire to the sockets, with many of them. Nothing runs beside this. */
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { say, setUpModel } from "./support/chats";
import { wantedDatabases } from "./support/environment";
import { Models } from "./support/models";
import { newMember } from "./support/people";
import { processorSeconds } from "./support/process";
import { Installation, Program } from "./support/program";
import { Socket } from "./support/socket";
import { quantile } from "./support/timing";
import { Authority } from "./support/web";

// Each account has one stream and 32 sockets that listen to it: KONTOR_STREAMS=32 makes 1,024 of them.
const streams = Number(process.env["KONTOR_STREAMS"] ?? 4);
const socketsEach = 32;
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

  test(`${streams} streams at ${1000 / pieceEvery} pieces a second, ${socketsEach} sockets on each`, async () => {
    const saidAt = new Map<string, number[]>();
    models.script = (chat) => {
      const mine: number[] = [];
      saidAt.set(chat.messages.at(-1)?.content ?? "", mine);
      return {
        text: Array.from({ length: pieces }, (_, i) => `piece ${i} `),
        gate: async (piece) => {
          await pause(pieceEvery);
          mine[piece] = performance.now();
        },
      };
    };
    const all = await Promise.all(
      Array.from({ length: streams }, async (_, i) => {
        const who = await newMember(program);
        await setUpModel(program, models, who);
        const begun = await say(program, who, `Stream ${i}.`);
        const sockets = await Promise.all(Array.from({ length: socketsEach }, async () => await Socket.open(program, { bearer: who.token, quick: true, from: `127.0.0.${2 + (i % 8)}` })));
        for (const socket of sockets) socket.send({ type: "subscribe", conversation_id: begun.conversation_id, after: 0 });
        return { name: `Stream ${i}.`, sockets };
      }),
    );
    const [started, processor] = [performance.now(), processorSeconds(program.pid)];
    const delays: number[] = [];
    for (const { name, sockets } of all) {
      for (const socket of sockets) {
        await socket.next((frame) => frame.type === "status" && frame.status === "idle");
        let text = "";
        socket.frames.forEach((frame, at) => {
          if (frame.type !== "text") return;
          text += frame.text;
          // Behind the piece that the frame ends with; those before the sockets were there come all at once.
          const last = Number(/piece (\d+) $/.exec(text)?.[1]);
          const said = saidAt.get(name)?.[last];
          if (said !== undefined && said > started) delays.push((socket.heardAt[at] as number) - said);
        });
        expect(text).toBe(Array.from({ length: pieces }, (_, i) => `piece ${i} `).join(""));
        await socket.close();
      }
    }
    const cores = ((processorSeconds(program.pid) - processor) * 1000) / (performance.now() - started);
    const [median, p99] = [quantile(delays, 0.5), quantile(delays, 0.99)];
    console.log(`[${database}] ${streams * socketsEach} sockets: ${median.toFixed(1)} ms in the median, ${p99.toFixed(1)} ms at p99, ${cores.toFixed(2)} cores`);
    // The aim is 20 ms on a machine that does nothing else; a slow one is not a defect.
    expect(p99).toBeLessThan(200);
  });
});
