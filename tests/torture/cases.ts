/** The cases of script/torture. Each ends with a sentence, or fails. */
import type { DatabaseKind } from "../blackbox/support/environment";
import { databaseGone } from "./databaseGone";
import { descriptors } from "./descriptors";
import { fullDisk } from "./fullDisk";
import { kill } from "./kill";
import type { Options } from "./options";
import { slowClients } from "./slowClients";
import { soak } from "./soak";
import { upstream } from "./upstream";

interface Case {
  about: string;
  /** Those on which it means something; all of them unless said otherwise. */
  on?: DatabaseKind[];
  run: (options: Options) => Promise<string>;
}

export const cases = {
  kill: { about: "kill -9 at points of chance under mixed load", run: kill },
  "full-disk": { about: "a small disk is full under mixed load", on: ["sqlite"], run: fullDisk },
  descriptors: { about: "few descriptors and 10,000 attempts to connect", run: descriptors },
  "slow-clients": { about: "slow heads, bodies and readers beside people who work", run: slowClients },
  "database-gone": { about: "the database killed, frozen or locked under mixed load", run: databaseGone },
  upstream: { about: "a model and an exchange that hang, cut, flood and lie", run: upstream },
  soak: { about: "mixed load for long: memory and descriptors stay flat, no error", run: soak },
} satisfies Record<string, Case>;

export type CaseName = keyof typeof cases;

export const isFor = (name: CaseName, database: DatabaseKind): boolean => (cases[name] as Case).on?.includes(database) ?? true;
