/** The disk is full under mixed load: what cannot be stored is refused, nothing acknowledged is lost, and it recovers by itself. */
import { setTimeout as pause } from "node:timers/promises";
import { canHaveSmallDisks, SmallDisk } from "../blackbox/support/disk";
import { Chance } from "./chance";
import { Load } from "./load";
import type { Options } from "./options";
import { goOn, inWorld, recovers, refusalsOf, warmUp } from "./ordeal";
import { World } from "./world";

/** Bytes that are left: some acts find room. */
const left = 256 * 1024;

export async function fullDisk({ database, seed, isShort }: Options): Promise<string> {
  if (!canHaveSmallDisks) return "not tried: only root may make a small disk";
  const chance = new Chance(seed);
  const disk = new SmallDisk(32);
  try {
    const world = await World.open(database, {}, { dataFolder: disk.makeDataFolder() });
    const load = new Load(world, chance.branch(), { people: 5 });
    const rounds = isShort ? 1 : 4;
    let slowest = 0;
    return await inWorld(world, async () => {
      for (let round = 1; round <= rounds; round += 1) {
        await warmUp(load);
        world.refusals = new Set([503, 507]);
        const before = refusedIn(world);
        disk.fill(left);
        const end = performance.now() + 60_000;
        while (refusedIn(world) < before + 20 && performance.now() < end && !load.isBroken) await pause(20);
        if (refusedIn(world) === before && !load.isBroken) throw new Error("the disk never became full");
        await goOn(load, isShort ? 500 : 3000);
        if ((await world.program.send("GET", "/health/live")).status !== 200) throw new Error("not alive");
        disk.free();
        slowest = Math.max(slowest, await recovers(world, load));
        await load.renew(1);
      }
      return `${rounds} times, ${refusalsOf(world)}, ${world.acknowledged} acts acknowledged, back after ${slowest.toFixed(0)} ms at most: nothing lost`;
    });
  } finally {
    disk.remove();
  }
}

const refusedIn = (world: World): number => [...world.refused.values()].reduce((sum, each) => sum + each, 0);
