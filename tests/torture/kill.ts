/** kill -9 at points of chance, under mixed load: everything acknowledged is there after each restart, and nothing else. */
import { setTimeout as pause } from "node:timers/promises";
import { runProgram } from "../blackbox/support/program";
import { Chance } from "./chance";
import { Load } from "./load";
import type { Options } from "./options";
import { World } from "./world";

/** A kill comes after so many more acts at most, and a few milliseconds; or after so many milliseconds, when nothing goes on. */
const mostActs = 120;
const longest = 6000;

export async function kill({ database, cycles, seed, tell }: Options): Promise<string> {
  const chance = new Chance(seed);
  const world = await World.open(database);
  const load = new Load(world, chance.branch(), { people: 6 });
  const tables = await world.ownedTables();
  const all = performance.now() + 120_000;
  let rotations = 0;
  let inStart = 0;
  try {
    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      load.begin();
      // A rotation of the keys, by a process of its own, goes on while the program is killed.
      const rotating = chance.happens(0.1) ? world.desk.installation.command(["vault", "rotate"], { settings: world.desk.settings }) : undefined;
      const rotated = rotating?.then(({ code, stderr }) => {
        if (code !== 0) throw new Error(`vault rotate: ${stderr}`);
        rotations += 1;
      });
      rotated?.catch(() => undefined);
      // The first time all of them are there; later some of those who come are killed while they register.
      while (cycle === 1 && load.actors.some((actor) => !actor.isThere) && performance.now() < all && !load.isBroken) await pause(20);
      const [enough, end] = [world.acknowledged + chance.below(mostActs), performance.now() + longest];
      while (world.acknowledged < enough && performance.now() < end && !load.isBroken) await pause(5);
      await pause(chance.below(20));
      if (!load.isBroken) world.isOver = true;
      await world.program.kill();
      await load.end();
      await rotated;
      if (chance.happens(0.15)) {
        inStart += 1;
        const env = world.desk.installation.environment(world.desk.settings);
        await runProgram(["serve"], { env, cwd: world.desk.installation.folder, timeout: chance.from(5, 120) });
      }
      await world.desk.startAgain();
      await load.check();
      await load.checkLeft(tables);
      await world.integrity();
      await load.renew(chance.below(2));
      world.forget();
      if (cycle % 20 === 0) tell(`${cycle} kills, ${world.acknowledged} acts acknowledged, ${world.cut} cut off`);
    }
    await load.check(false);
    await load.checkRetired();
    await load.checkLeft(tables);
    await world.integrity();
  } catch (why) {
    world.isOver = true;
    await world.close().catch(() => undefined);
    throw why;
  }
  await world.close();
  return `${cycles} kills and ${inStart} in the middle of a start, ${world.acknowledged} acts acknowledged, ${world.cut} cut off, ${load.retired.length} + ${load.left.length} accounts, ${rotations} rotations of the keys: nothing lost`;
}
