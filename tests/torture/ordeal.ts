/** What the cases in which something is missing for a while have in common: load that is refused, and a return to work by itself. */
import { setTimeout as pause } from "node:timers/promises";
import { newEmail } from "../blackbox/support/environment";
import { newPassword } from "../blackbox/support/secrets";
import { until } from "../blackbox/support/until";
import type { Load } from "./load";
import type { World } from "./world";

/** Runs it and ends the world in any case. */
export async function inWorld(world: World, run: () => Promise<string>): Promise<string> {
  let words: string;
  try {
    words = await run();
  } catch (why) {
    world.isOver = true;
    await world.close().catch(() => undefined);
    throw why;
  }
  await world.close();
  return words;
}

/** The load goes on for so many milliseconds. */
export async function goOn(load: Load, milliseconds: number): Promise<void> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end && !load.isBroken) await pause(20);
}

/** Everybody is there, with a model; so that what comes meets all kinds of acts. */
export async function warmUp(load: Load): Promise<void> {
  load.begin();
  const end = performance.now() + 120_000;
  while (load.actors.some((actor) => !actor.isThere) && performance.now() < end && !load.isBroken) await pause(20);
  await goOn(load, 500);
}

/** What was missing is back: writing works again by itself, everything acknowledged is there, and the load goes on without a refusal. */
export async function recovers(world: World, load: Load, within = 20_000): Promise<number> {
  const began = performance.now();
  await until(
    "it works again",
    async () => {
      const reply = await world.program.register(newEmail(), newPassword());
      if (reply.status !== 201 && ![503, 507].includes(reply.status)) throw new Error(`a registration → ${reply.status}: ${reply.text}`);
      return reply.status === 201;
    },
    within,
  );
  const took = performance.now() - began;
  await load.end();
  world.refusals.clear();
  await load.check(false);
  load.begin();
  await goOn(load, 1000);
  await load.end();
  await load.check(false);
  await world.integrity();
  return took;
}

export const refusalsOf = (world: World): string => [...world.refused].map(([status, count]) => `${count} × ${status}`).join(", ") || "no refusal";
