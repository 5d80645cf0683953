/** Few descriptors and 10,000 attempts to connect: whoever gets through is answered clearly, the others wait, and it is well afterwards. */
import { connect } from "node:net";
import { openDescriptors, processorSeconds } from "../blackbox/support/process";
import { openMany, split } from "../blackbox/support/raw";
import { until } from "../blackbox/support/until";
import { Chance } from "./chance";
import { Load } from "./load";
import type { Options } from "./options";
import { inWorld, recovers, refusalsOf, warmUp } from "./ordeal";
import { World } from "./world";

const limit = 256;
const atOnce = 100;

export async function descriptors({ database, seed, isShort }: Options): Promise<string> {
  const chance = new Chance(seed);
  const world = await World.open(database, {}, { wrapper: ["prlimit", `--nofile=${limit}:${limit}`] });
  const load = new Load(world, chance.branch(), { people: 3, pause: 50 });
  const attempts = isShort ? 1000 : 10_000;
  return await inWorld(world, async () => {
    await warmUp(load);
    const { port, pid } = world.program;
    const before = openDescriptors(pid);
    // Whoever is there already goes on; what needs one more descriptor may be refused.
    world.refusals = new Set([503]);
    const idle = await openMany(port, limit + 50, "127.0.9.1");
    await until("the descriptors are used up", () => openDescriptors(pid) >= limit - 4);
    const used = processorSeconds(pid);
    const waited = performance.now();
    // Those who wait are served as soon as somebody goes.
    const waiting = attempt(port, "127.0.9.2");
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const cores = (processorSeconds(pid) - used) / ((performance.now() - waited) / 1000);
    for (const socket of idle) socket.destroy();
    if ((await waiting) !== "200") throw new Error(`who waited got ${await waiting}`);

    const outcomes = new Map<string, number>();
    for (let made = 0; made < attempts; made += atOnce) {
      const some = await Promise.all(Array.from({ length: atOnce }, async (_, i) => await attempt(port, `127.0.9.${2 + ((made + i) % 200)}`)));
      for (const outcome of some) outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
    const told = [...outcomes].map(([outcome, count]) => `${count} × ${outcome}`).join(", ");
    if ([...outcomes.keys()].some((outcome) => outcome !== "200" && outcome !== "503")) throw new Error(`attempts were answered ${told}`);
    await recovers(world, load);
    await until("the descriptors are free again", () => openDescriptors(pid) <= before + 20);
    return `${attempts} attempts with ${limit} descriptors: ${told}; ${cores.toFixed(2)} cores while they were used up; the load had ${refusalsOf(world)}`;
  });
}

/** Connects, asks, and says how it ended. */
async function attempt(port: number, from: string): Promise<string> {
  return await new Promise((resolve) => {
    const socket = connect({ port, host: "127.0.0.1", localAddress: from });
    let received = Buffer.alloc(0);
    const end = (outcome: string): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    };
    const timer = setTimeout(() => end("no answer in time"), 30_000);
    socket.on("connect", () => socket.write("GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"));
    socket.on("data", (part) => (received = Buffer.concat([received, part])));
    socket.on("error", (why: NodeJS.ErrnoException) => end(why.code ?? "error"));
    socket.on("close", () => end(String(split(received).responses[0]?.status ?? "closed without a word")));
  });
}
