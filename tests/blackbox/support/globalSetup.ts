/** Once per run: the contract of the environment is checked, and a PostgreSQL is started when the run wants one. */
import { accessSync, constants } from "node:fs";
import type { TestProject } from "vitest/node";
import { programFile, wantedDatabases } from "./environment";
import { Postgres } from "./postgres";

declare module "vitest" {
  export interface ProvidedContext {
    postgresPort: number;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  accessSync(programFile, constants.X_OK);
  const postgres = wantedDatabases.includes("postgresql") ? await Postgres.start() : undefined;
  project.provide("postgresPort", postgres?.port ?? 0);
  return async () => {
    await postgres?.remove();
  };
}
