/** The list of the parts of others that ships inside the program. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { elfFile, projectFolder } from "./support/environment";
import { runProgram } from "./support/program";

interface Part {
  name: string;
  version: string;
  licence: string;
  where: string;
}

/** The C library, its compiler's run time and the sanitizers': they belong to the system. */
const ofTheSystem = /^(?:ld-linux.*|lib(?:c|m|dl|rt|resolv|pthread|gcc_s|stdc\+\+|asan|ubsan|tsan))$/;

let parts: Part[] = [];
beforeAll(async () => {
  // No PATH: whatever it knows it knows from the build.
  const printed = await runProgram(["parts"], { env: {}, cwd: os.tmpdir() });
  expect(printed.code, printed.stderr).toBe(0);
  parts = printed.stdout
    .trimEnd()
    .split("\n")
    .map((line) => {
      const [name, version, licence, where, ...more] = line.split(/ {2,}/) as [string, string, string, string, ...string[]];
      expect(more, line).toEqual([]);
      return { name, version, licence, where };
    });
});

describe("a.55 kontor parts", () => {
  test("names each part once, with a version and a licence", () => {
    expect(new Set(parts.map((part) => `${part.name} ${part.version}`)).size).toBe(parts.length);
    for (const part of parts) {
      expect(part.version, part.name).toMatch(/^[0-9a-f][\w.+-]*$/);
      expect(part.licence, part.name).toMatch(/^[A-Za-z0-9][\w.+-]*(?: (?:AND|OR|WITH) [A-Za-z0-9][\w.+-]*)*$/);
      expect(part.where, part.name).not.toBe("");
    }
  });

  test("has every library that the program needs, and no other", async () => {
    const { stdout } = await promisify(execFile)("readelf", ["--dynamic", "--wide", elfFile]);
    const needed = [...stdout.matchAll(/\(NEEDED\).*\[(.+?)\.so/g)].map((match) => match[1] as string).filter((library) => !ofTheSystem.test(library));
    expect(needed.length).toBeGreaterThan(5);
    const listed = parts.filter((part) => part.where.startsWith("lib")).flatMap((part) => part.where.split(" "));
    expect(listed.sort()).toEqual(needed.sort());
  });

  test("has what package-lock.json puts into the web app, in that version", () => {
    const lock = JSON.parse(readFileSync(path.join(projectFolder, "web/package-lock.json"), "utf8")) as {
      packages: Record<string, { version: string; dependencies?: Record<string, string> }>;
    };
    const ofTheApp = parts.filter((part) => part.where === "web app");
    // Some are there in two versions, each for those who need it.
    const listed = new Set(ofTheApp.map((part) => `${part.name} ${part.version}`));
    // From the packages that our own names, along what each needs; found as node finds them.
    const wanted = new Set<string>();
    const need = (from: string, name: string): void => {
      for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf("/node_modules/")))) {
        const place = folder === "" ? `node_modules/${name}` : `${folder}/node_modules/${name}`;
        const entry = lock.packages[place];
        if (entry === undefined && folder !== "") continue;
        if (entry === undefined) throw new Error(`${name} is not in package-lock.json`);
        if (wanted.has(`${name} ${entry.version}`)) return;
        wanted.add(`${name} ${entry.version}`);
        for (const next of Object.keys(entry.dependencies ?? {})) need(place, next);
        return;
      }
    };
    for (const name of Object.keys(lock.packages[""]?.dependencies ?? {})) need("", name);
    expect(wanted.size).toBeGreaterThan(30);
    expect([...wanted].filter((part) => !listed.has(part))).toEqual([]);
    // Peers, their types and the styles are more; none is a tool of the tests or of the build.
    for (const { name } of ofTheApp) expect(name).not.toMatch(/^(?:vite|vitest|typescript|prettier|jsdom)$/);
  });
});
