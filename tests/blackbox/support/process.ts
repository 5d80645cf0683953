/** What the kernel says about a process. */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";

export function openDescriptors(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}

/** Seconds of processor time used so far, in user and kernel together. */
export function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export function residentMegabytes(pid: number): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}

export function commandLine(pid: number): string {
  return readFileSync(`/proc/${pid}/cmdline`, "utf8");
}

/** Whether this process may look into one that lets nobody look: CAP_SYS_PTRACE, as root has it. */
export function mayTrace(): boolean {
  const effective = /CapEff:\s+([0-9a-f]+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? "0";
  return ((BigInt(`0x${effective}`) >> 19n) & 1n) === 1n;
}

/**
 * Which of the texts stand in the memory that the process may write to, as a core file would have it; undefined when the kernel does not
 * let us look.
 */
export function findInMemory(pid: number, texts: string[]): string[] | undefined {
  let memory: number;
  try {
    memory = openSync(`/proc/${pid}/mem`, "r");
  } catch {
    return undefined;
  }
  try {
    const found = new Set<string>();
    const longest = Math.max(...texts.map((text) => text.length));
    const piece = Buffer.alloc(4 << 20);
    for (const line of readFileSync(`/proc/${pid}/maps`, "utf8").split("\n")) {
      const [, from = "", to = ""] = /^([0-9a-f]+)-([0-9a-f]+) rw/.exec(line) ?? [];
      const end = to === "" ? 0 : Number.parseInt(to, 16);
      for (let at = Number.parseInt(from, 16); at < end; ) {
        let size = 0;
        try {
          size = readSync(memory, piece, 0, Math.min(piece.length, end - at), at);
        } catch {
          // Reserved, or gone since.
        }
        if (size === 0) break;
        for (const text of texts) if (piece.subarray(0, size).includes(text)) found.add(text);
        // The next piece begins a little earlier, so that nothing is cut in two.
        at += at + size < end ? Math.max(1, size - longest) : size;
      }
    }
    return [...found];
  } finally {
    closeSync(memory);
  }
}
