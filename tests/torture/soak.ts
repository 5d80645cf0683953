/** Mixed load for long: no error, and memory and descriptors stay where they are. */
import { setTimeout as pause } from "node:timers/promises";
import { chatPath, fileOf, importFile } from "../blackbox/support/conversations";
import { newMember } from "../blackbox/support/people";
import { openDescriptors, residentMegabytes } from "../blackbox/support/process";
import { median } from "../blackbox/support/timing";
import { Chance } from "./chance";
import { Load } from "./load";
import type { Options } from "./options";
import { World } from "./world";

interface Sample {
  minutes: number;
  megabytes: number;
  descriptors: number;
}

/** How much more memory there may be at the end than after the warm-up. */
const allowed = 0.02;
const allowedDescriptors = 8;
/** The part of the time until the program has met everything once. */
const warmUp = 0.25;
const window = 0.15;

export async function soak({ database, minutes, seed, isShort, tell }: Options): Promise<string> {
  const chance = new Chance(seed);
  const world = await World.open(database);
  const load = new Load(world, chance.branch(), { people: 5, pause: 120 });
  const length = isShort ? 0.1 : minutes;
  const samples: Sample[] = [];
  if (!isShort) await fillCaches(world);
  const began = performance.now();
  const passed = (): number => (performance.now() - began) / 60_000;
  try {
    let told = 0;
    while (passed() < length) {
      load.begin();
      const end = Math.min(passed() + 1, length);
      while (passed() < end && !load.isBroken) {
        await pause(1000);
        samples.push({ minutes: passed(), megabytes: residentMegabytes(world.program.pid), descriptors: openDescriptors(world.program.pid) });
      }
      await load.end();
      // One goes, with all they had, and another comes: what is stored stays as much as it was.
      await load.check(false);
      await load.renew(1, 1);
      world.forget();
      if (passed() - told > 2) {
        told = passed();
        tell(`${told.toFixed(0)} minutes, ${world.acknowledged} acts, ${samples.at(-1)?.megabytes.toFixed(1)} MB, ${samples.at(-1)?.descriptors} descriptors`);
      }
    }
    load.forgetSessions();
    await load.check(false);
    await world.integrity();
    if (world.cut > 0) throw new Error(`${world.cut} acts had no answer`);
  } catch (why) {
    world.isOver = true;
    await world.close().catch(() => undefined);
    throw why;
  }
  await world.close();

  const early = samples.filter((each) => each.minutes >= warmUp * length && each.minutes < (warmUp + window) * length);
  const late = samples.filter((each) => each.minutes >= (1 - window) * length);
  const memory = [early, late].map((some) => median(some.map((each) => each.megabytes))) as [number, number];
  const descriptors = [early, late].map((some) => median(some.map((each) => each.descriptors))) as [number, number];
  const growth = memory[1] / memory[0] - 1;
  const words =
    `${world.acknowledged} acts in ${length.toFixed(1)} minutes without an error; memory ${memory.map((each) => each.toFixed(1)).join(" → ")} MB (${(growth * 100).toFixed(1)} %, ` +
    `${(slopeOf(samples.filter((each) => each.minutes >= warmUp * length)) * 60).toFixed(2)} MB an hour), descriptors ${descriptors.join(" → ")}`;
  if (!isShort && growth > allowed) throw new Error(`memory grows: ${words}`);
  if (!isShort && descriptors[1] - descriptors[0] > allowedDescriptors) throw new Error(`descriptors grow: ${words}`);
  return words;
}

/** More is stored and read than the database's caches hold: they grow until they are full, which would look like a leak. */
async function fillCaches(world: World): Promise<void> {
  const { program } = world;
  const who = await newMember(program);
  const text = (i: number): string => `Message ${i} about gold, oil and ${(i * 7919) % 1000}. `.repeat(20);
  // In files that are no large bodies: of these a program takes some at a time only, and not from somebody who is slow.
  for (let file = 0; file < 10; file += 1) {
    const conversations = Array.from({ length: 100 }, (_, i) => ({ title: `Conversation ${file} ${i}`, messages: Array.from({ length: 6 }, (_each, k) => ({ role: "user", content: text(file * 600 + i * 6 + k) })) }));
    const brought = await importFile(program, who.token, fileOf(conversations));
    if (brought.status !== 200) throw new Error(`import → ${brought.status}: ${brought.text}`);
  }
  for (let round = 0; round < 60; round += 1) {
    const asks = ["/?limit=100", `/search?q=${(round * 7919) % 1000}`, "/search?q=gold", "/export"];
    await Promise.all(asks.map(async (ask) => await program.sendUnchecked("GET", `${chatPath}${ask}`, { token: who.token })));
  }
}

/** Of the straight line nearest to the samples: megabytes a minute. */
function slopeOf(samples: Sample[]): number {
  const mean = (of: (each: Sample) => number): number => samples.reduce((sum, each) => sum + of(each), 0) / samples.length;
  const [x, y] = [mean((each) => each.minutes), mean((each) => each.megabytes)];
  const spread = mean((each) => (each.minutes - x) ** 2);
  return spread === 0 ? 0 : mean((each) => (each.minutes - x) * (each.megabytes - y)) / spread;
}
