/** What the environment says: which program is tested, on which databases, and where the project's files are. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";

export const projectFolder = path.resolve(import.meta.dirname, "../../..");
export const vectorsFolder = path.join(projectFolder, "tests/vectors");

export const programFile = path.resolve(
  projectFolder,
  "tests",
  process.env["KONTOR_BIN"] ?? "../build/release/kontor",
);

/** The program itself, where `programFile` is a command that starts it elsewhere. */
export const elfFile = process.env["KONTOR_ELF"] ?? programFile;

export type DatabaseKind = "sqlite" | "postgresql";

export const wantedDatabases: DatabaseKind[] = (() => {
  const wanted = process.env["KONTOR_TEST_DATABASE"] ?? "both";
  switch (wanted) {
    case "sqlite":
    case "postgresql":
      return [wanted];
    case "both":
      return ["sqlite", "postgresql"];
    default:
      throw new Error(`KONTOR_TEST_DATABASE is sqlite, postgresql or both, not ${wanted}`);
  }
})();

export const isRoot = process.getuid?.() === 0;

export function readVector(name: string): Buffer {
  return readFileSync(path.join(vectorsFolder, name));
}

export function readVectorJson<T>(name: string): T {
  return JSON.parse(readVector(name).toString("utf8")) as T;
}

/** The common passwords, most frequent first. */
export function commonPasswords(): string[] {
  return readVector("passwords/common-8plus.txt").toString("utf8").split("\n").filter((line) => line !== "");
}

export function randomText(): string {
  return randomBytes(8).toString("hex");
}

/** An address nobody has used yet. */
export function newEmail(domain = "example.com"): string {
  return `u${randomText()}@${domain}`;
}
