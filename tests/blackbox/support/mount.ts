/** File systems that tests mount, to fill them. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { isRoot } from "./environment";

/** Whether this machine lets us mount a file system of our own: tried, because nothing tells it beforehand. */
export function canMountTmpfs(): boolean {
  if (!isRoot) return false;
  const folder = mkdtempSync(path.join(os.tmpdir(), "kontor-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], { stdio: "ignore" });
    execFileSync("umount", [folder]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
