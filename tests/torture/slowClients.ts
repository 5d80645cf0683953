/** Many who are slow on purpose, beside people who work: these wait no longer than before, and memory stays bounded. */
import type { Socket as Connection } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { openDescriptors, residentMegabytes } from "../blackbox/support/process";
import { openMany } from "../blackbox/support/raw";
import { Socket } from "../blackbox/support/socket";
import { quantile } from "../blackbox/support/timing";
import { until } from "../blackbox/support/until";
import { newMember, type Person } from "../blackbox/support/people";
import { Chance } from "./chance";
import { Load } from "./load";
import type { Options } from "./options";
import { goOn, inWorld, refusalsOf, warmUp } from "./ordeal";
import { World } from "./world";

/** How long the 99th of a hundred requests may take beside them, in milliseconds: on a machine that does other things as well. */
const mostP99 = 250;
/** Megabytes that all of them may cost. */
const mostMemory = 300;
/** How many of each kind, from an address of its own. */
const each = 400;

const post = "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
const kinds: [string, string, string][] = [
  ["127.0.8.1", "GET /health HTTP/1.1\r\nHost: x\r\nX: ", "a"],
  ["127.0.8.2", `${post}Content-Length: 1000\r\n\r\n{`, " "],
  ["127.0.8.3", `${post}Transfer-Encoding: chunked\r\n\r\n`, "1\r\n \r\n"],
  // Those who ask for much and read nothing.
  ["127.0.8.4", "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(50), ""],
];

export async function slowClients({ database, seed, isShort, tell }: Options): Promise<string> {
  const chance = new Chance(seed);
  const world = await World.open(database);
  const load = new Load(world, chance.branch(), { people: 4, pause: 30 });
  return await inWorld(world, async () => {
    const { program } = world;
    const probe = await newMember(program);
    await warmUp(load);
    const quiet = await timesOf(world, probe, 3000);
    const [memory, open] = [residentMegabytes(program.pid), openDescriptors(program.pid)];

    const slow: { connection: Connection; dribble: string }[] = [];
    for (const [from, first, dribble] of kinds) {
      for (const connection of await openMany(program.port, isShort ? 100 : each, from)) {
        if (dribble !== "") connection.resume();
        connection.write(first);
        slow.push({ connection, dribble });
      }
    }
    const sockets = await Promise.all(Array.from({ length: 30 }, async () => await Socket.open(program, { bearer: probe.token, from: "127.0.8.5" })));
    for (const socket of sockets) socket.stopReading();
    let most = residentMegabytes(program.pid);
    const watch = setInterval(() => {
      most = Math.max(most, residentMegabytes(program.pid));
      for (const { connection, dribble } of slow) if (dribble !== "" && connection.writable && chance.happens(0.3)) connection.write(dribble);
    }, 500);
    try {
      const beside = await timesOf(world, probe, isShort ? 2000 : 40_000);
      const [before, after] = [quiet, beside].map((times) => quantile(times, 0.99)) as [number, number];
      const words = `${slow.length + sockets.length} slow clients: p99 of the others ${before.toFixed(1)} → ${after.toFixed(1)} ms, memory ${memory.toFixed(0)} → ${most.toFixed(0)} MB at most`;
      tell(words);
      if (after > mostP99) throw new Error(`the others wait: ${words}`);
      if (most - memory > mostMemory) throw new Error(`memory grows: ${words}`);
      // All of them are over their time by now, and were sent away.
      if (!isShort) await until("those who are over their time are gone", () => slow.filter(({ connection }) => !connection.destroyed && !connection.readableEnded).length <= each);
      await goOn(load, 500);
      await load.end();
      await load.check(false);
      for (const { connection } of slow) connection.destroy();
      for (const socket of sockets) socket.drop();
      await until("their descriptors are free again", () => openDescriptors(program.pid) <= open + 20);
      return `${words}; the load had ${refusalsOf(world)}, ${world.acknowledged} acts`;
    } finally {
      clearInterval(watch);
      for (const { connection } of slow) connection.destroy();
    }
  });
}

/** How long `/auth/me` takes for somebody who asks 50 times a second, in milliseconds. */
async function timesOf(world: World, who: Person, milliseconds: number): Promise<number[]> {
  const times: number[] = [];
  const end = performance.now() + milliseconds;
  while (performance.now() < end) {
    const began = performance.now();
    const { status } = await world.program.me(who.token);
    if (status !== 200) throw new Error(`/auth/me → ${status}`);
    times.push(performance.now() - began);
    await pause(20);
  }
  return times;
}
