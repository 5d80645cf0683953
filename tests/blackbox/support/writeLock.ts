/** Another process that holds SQLite's write lock. */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { until } from "./until";

export class WriteLock {
  private constructor(private readonly holder: ChildProcessWithoutNullStreams) {}

  static async take(databaseFile: string): Promise<WriteLock> {
    const holder = spawn("sqlite3", ["-cmd", ".timeout 20000", databaseFile], { stdio: "pipe" });
    let said = "";
    holder.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    holder.stdin.write("BEGIN IMMEDIATE; SELECT 'locked';\n");
    await until("the lock is held", () => said.includes("locked"));
    return new WriteLock(holder);
  }

  async release(): Promise<void> {
    this.holder.stdin.end("ROLLBACK;\n");
    await new Promise((resolve) => this.holder.once("exit", resolve));
  }
}
