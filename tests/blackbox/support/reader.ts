/** Many sockets in a process of their own that only listens, so that the reader is not what is measured (tests/support/socket_reader.cpp). */
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { createInterface, type Interface } from "node:readline";
import { elfFile } from "./environment";
import type { Program } from "./program";

export interface Listening {
  /** Where the socket connects from: one address may have 512. */
  from: string;
  token: string;
  /** What it says first. */
  frame: object;
}

/** Times in milliseconds, from the stamp that a frame has (`stamp()` of timing.ts) to its arrival. */
export interface Heard {
  frames: number;
  stamped: number;
  broken: number;
  median: number;
  p99: number;
  longest: number;
  processor_seconds: number;
}

export class Reader {
  private constructor(
    private readonly process: ChildProcess,
    private readonly lines: Interface,
  ) {}

  static async start(program: Program, sockets: Listening[]): Promise<Reader> {
    const file = path.join(path.dirname(elfFile), "kontor_socket_reader");
    const process = spawn(file, [String(program.port), "/ws/stream"], { stdio: ["pipe", "pipe", "inherit"] });
    const made = new Reader(process, createInterface({ input: process.stdout }));
    process.stdin.write(`${sockets.map((each) => `${each.from} ${each.token} ${JSON.stringify(each.frame)}\n`).join("")}\n`);
    if ((await made.line()) !== "ready") throw new Error("the reader did not begin");
    return made;
  }

  async stop(): Promise<Heard> {
    const told = this.line();
    this.process.stdin?.end();
    return JSON.parse(await told) as Heard;
  }

  private async line(): Promise<string> {
    const ended = once(this.process, "exit").then(([code]) => {
      throw new Error(`the reader ended with ${String(code)}`);
    });
    const [line] = (await Promise.race([once(this.lines, "line"), ended])) as [string];
    ended.catch(() => undefined);
    return line;
  }
}
