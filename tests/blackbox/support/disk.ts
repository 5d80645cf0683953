/** A small disk of its own, in memory, that a test fills. Only root may make one. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { isRoot } from "./environment";

export class SmallDisk {
  private readonly folder = mkdtempSync(path.join(os.tmpdir(), "kontor-disk-"));
  private readonly filler = path.join(this.folder, "filler");

  constructor(megabytes: number) {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", this.folder], { stdio: "ignore" });
  }

  /** An empty folder on it that a program takes for its data. */
  makeDataFolder(): string {
    const folder = path.join(this.folder, "data");
    mkdirSync(folder, { mode: 0o700 });
    return folder;
  }

  /** Leaves so many bytes. What is stored already grows from version to version, so what is left is counted, and not what is taken. */
  fill(left: number): void {
    const { bavail, bsize } = statfsSync(this.folder);
    writeFileSync(this.filler, Buffer.alloc(Math.max(0, bavail * bsize - left)));
  }

  /** Gives back what `fill` took. */
  free(): void {
    rmSync(this.filler);
  }

  remove(): void {
    execFileSync("umount", ["-l", this.folder]);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Whether there can be one here. */
export const canHaveSmallDisks = ((): boolean => {
  if (!isRoot) return false;
  try {
    new SmallDisk(1).remove();
    return true;
  } catch {
    return false;
  }
})();
