/** Another time of day for the program: Debian's libfaketime, put in front of the C library. */
import { readdirSync } from "node:fs";
import type { Settings } from "./program";

/**
 * Settings that move the program's clock, e.g. by `+31m` or `+400d`, or to a time, e.g. `@2025-06-01 00:00:00`. Timers go on as ever.
 * The library alone, without its command `faketime`: that one fails where a killed process of the same number left its semaphore.
 */
export function clockMoved(by: string): Settings {
  const library = readdirSync("/usr/lib")
    .map((folder) => `/usr/lib/${folder}/faketime/libfaketimeMT.so.1`)
    .find((file) => {
      try {
        return readdirSync(file.slice(0, file.lastIndexOf("/"))).includes("libfaketimeMT.so.1");
      } catch {
        return false;
      }
    });
  if (library === undefined) throw new Error("libfaketime is not installed (Debian package libfaketime)");
  return { LD_PRELOAD: library, FAKETIME: by, FAKETIME_DONT_FAKE_MONOTONIC: "1", DONT_FAKE_MONOTONIC: "1" };
}
