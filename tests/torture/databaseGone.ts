/** The database is killed, frozen, locked, and comes back: refused meanwhile, nothing half done, sockets are there again. */
import { Postgres } from "../blackbox/support/postgres";
import { WriteLock } from "../blackbox/support/writeLock";
import { Chance } from "./chance";
import { Load } from "./load";
import type { Options } from "./options";
import { goOn, inWorld, recovers, refusalsOf, warmUp } from "./ordeal";
import { World } from "./world";

interface Trouble {
  name: string;
  begin: () => Promise<void>;
  end: () => Promise<void>;
}

export async function databaseGone({ database, seed, isShort }: Options): Promise<string> {
  const chance = new Chance(seed);
  const postgres = database === "postgresql" ? await Postgres.start() : undefined;
  try {
    const world = await World.open(database, {}, postgres === undefined ? {} : { postgresPort: postgres.port });
    const load = new Load(world, chance.branch(), { people: 5 });
    const all = postgres === undefined ? [locked(world)] : [killed(postgres), frozen(postgres)];
    const rounds = isShort ? 1 : 4;
    const slowest = new Map<string, number>();
    return await inWorld(world, async () => {
      for (let round = 1; round <= rounds; round += 1) {
        for (const { name, begin, end } of all) {
          await warmUp(load);
          world.refusals = new Set([503]);
          await begin();
          await goOn(load, isShort ? 1000 : chance.from(500, 9000));
          const began = performance.now();
          if ((await world.program.send("GET", "/health/live")).status !== 200) throw new Error("not alive");
          if (performance.now() - began > 1000) throw new Error(`/health/live took ${performance.now() - began} ms`);
          await end();
          slowest.set(name, Math.max(slowest.get(name) ?? 0, await recovers(world, load, 40_000)));
        }
        await load.renew(1);
      }
      const back = [...slowest].map(([name, time]) => `${name}: back after ${time.toFixed(0)} ms at most`).join(", ");
      return `${rounds} times, ${back}; ${refusalsOf(world)}, ${world.acknowledged} acts acknowledged: nothing lost, nothing half done`;
    });
  } finally {
    await postgres?.remove();
  }
}

const killed = (postgres: Postgres): Trouble => ({ name: "killed", begin: async () => await postgres.kill(), end: async () => await postgres.launch() });

const frozen = (postgres: Postgres): Trouble => ({
  name: "frozen",
  begin: async () => {
    postgres.freeze();
    return await Promise.resolve();
  },
  end: async () => {
    postgres.thaw();
    return await Promise.resolve();
  },
});

function locked(world: World): Trouble {
  let lock: WriteLock | undefined;
  return {
    name: "locked",
    begin: async () => {
      lock = await WriteLock.take(world.desk.installation.databaseFile);
    },
    end: async () => await lock?.release(),
  };
}
