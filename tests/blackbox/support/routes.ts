/** The program's own table of routes, as `kontor routes` prints it. */
import { expect } from "vitest";
import type { Installation } from "./program";

export interface ProgramRoute {
  method: string;
  path: string;
  access: string;
  /** The scope that lets a personal token in; undefined where none is accepted. */
  tokenScope: string | undefined;
}

export async function programRoutes(at: Installation): Promise<ProgramRoute[]> {
  const said = await at.command(["routes"]);
  expect(said.code).toBe(0);
  return said.stdout
    .trim()
    .split("\n")
    .map((line) => {
      const [method = "", path = "", access = "", ...more] = line.split(" ");
      const tokenScope = more.find((word) => word.startsWith("token="))?.slice("token=".length);
      // The program also says what a path parameter must be: `{id:uuid}`.
      return { method, path: path.replaceAll(/\{([a-z_]+):[a-z]+\}/g, "{$1}"), access, tokenScope };
    });
}
