/** The program under test: one process, one data folder, one database, all of them thrown away at the end. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";
import { Client } from "./client";
import { programFile, type DatabaseKind } from "./environment";
import { createDatabase, databaseUrl, query } from "./postgres";
import { findPlanted, plant } from "./secrets";
import { until } from "./until";

const execute = promisify(execFile);

export type Settings = Record<string, string | undefined>;

/** A place for one installation: a working folder with a data folder in it, and a database. */
export class Installation {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), "kontor-test-"));
  readonly dataFolder: string;
  private databaseName: string | undefined;
  private postgresPort = 0;

  private constructor(
    readonly kind: DatabaseKind,
    dataFolder: string | undefined,
  ) {
    this.dataFolder = dataFolder ?? path.join(this.folder, "data");
  }

  static async create(
    kind: DatabaseKind = "sqlite",
    options: { postgresPort?: number; dataFolder?: string } = {},
  ): Promise<Installation> {
    const made = new Installation(kind, options.dataFolder);
    if (kind === "postgresql") {
      made.postgresPort = options.postgresPort ?? inject("postgresPort");
      made.databaseName = await createDatabase(made.postgresPort);
    }
    return made;
  }

  /** The key of the server that was started last, when it got one: commands beside it get the same. */
  signingKey: string | undefined;

  get databaseFile(): string {
    return path.join(this.dataFolder, "app.db");
  }

  get databaseUrl(): string | undefined {
    return this.databaseName === undefined ? undefined : databaseUrl(this.postgresPort, this.databaseName);
  }

  get database(): { port: number; name: string } {
    if (this.databaseName === undefined) throw new Error("this installation has no PostgreSQL database");
    return { port: this.postgresPort, name: this.databaseName };
  }

  /** Nothing of our own environment reaches the program, except where it finds other programs. */
  environment(settings: Settings = {}): Record<string, string> {
    const all: Settings = {
      PATH: process.env["PATH"],
      HOME: this.folder,
      API_PORT: "0",
      DATA_DIR: this.dataFolder,
      DATABASE_URL: this.databaseUrl,
      PASSWORD_BCRYPT_COST: "10",
      // Nobody outside of this machine is asked anything.
      BITGET_BASE_URL: "https://127.0.0.1:9",
      BITGET_WS_URL: "wss://127.0.0.1:9/",
      // One address sends more here than anybody else would; the limits have tests of their own.
      REQUESTS_PER_MINUTE_ADDRESS: "0",
      REQUESTS_PER_MINUTE_USER: "0",
      ...settings,
    };
    return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
  }

  /** Runs SQL behind the program's back. Rows as lines, columns separated by `|`. */
  async query(sql: string): Promise<string> {
    if (this.kind === "postgresql") return await query(this.postgresPort, this.database.name, sql);
    const { stdout } = await execute("sqlite3", ["-cmd", ".timeout 5000", this.databaseFile, sql], {
      maxBuffer: 64 * 1024 * 1024,
    });
    return stdout.trim();
  }

  /** Runs one command of the program to its end. */
  async command(args: string[], options: { settings?: Settings; stdin?: string } = {}): Promise<CommandResult> {
    const settings = { JWT_SECRET_KEY: this.signingKey, ...options.settings };
    return await runProgram(args, { env: this.environment(settings), cwd: this.folder, stdin: options.stdin });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** The planted secrets that stand in clear in any file of the data folder except the key files. */
  findPlantedInFiles(): string[] {
    if (!existsSync(this.dataFolder)) return [];
    return readdirSync(this.dataFolder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .flatMap((entry) => findPlanted(readFileSync(path.join(entry.parentPath, entry.name))));
  }
}

export interface CommandResult {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs the program to its end; the code of one that a signal ended is -1. */
export async function runProgram(
  args: string[],
  options: { env: Record<string, string>; cwd: string; timeout?: number; stdin?: string | undefined; outputTo?: string },
): Promise<CommandResult> {
  return await new Promise((resolve, reject) => {
    const output = options.outputTo === undefined ? undefined : openSync(options.outputTo, "w");
    const child = spawn(programFile, args, { env: options.env, cwd: options.cwd, stdio: [options.stdin === undefined ? "ignore" : "pipe", output ?? "pipe", "pipe"] });
    if (output !== undefined) closeSync(output);
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.stdin);
    let stdout = "";
    let stderr = "";
    child.stdout?.on("data", (chunk: Buffer) => (stdout += chunk.toString("utf8")));
    child.stderr?.on("data", (chunk: Buffer) => (stderr += chunk.toString("utf8")));
    const timer = setTimeout(() => child.kill("SIGKILL"), options.timeout ?? 60_000);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ code: code ?? -1, stdout, stderr });
    });
  });
}

export interface StartOptions {
  database?: DatabaseKind;
  installation?: Installation;
  settings?: Settings;
  args?: string[];
  /** Where it listens; for one that does not say so. */
  port?: number;
  /** A program and its arguments that starts ours, e.g. `prlimit --nofile=64`. It must replace itself by ours. */
  wrapper?: string[];
}

/** A running `kontor serve`. */
export class Program extends Client {
  /** Standard output: for the operator who started it. */
  output = "";
  /** Standard error: the log. */
  log = "";
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;

  private constructor(
    readonly installation: Installation,
    private readonly child: ChildProcess,
    private readonly ownsInstallation: boolean,
  ) {
    super();
    child.stdout?.on("data", (chunk: Buffer) => (this.output += chunk.toString("utf8")));
    child.stderr?.on("data", (chunk: Buffer) => (this.log += chunk.toString("utf8")));
    this.ended = new Promise((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
    const end = (): boolean => child.kill("SIGKILL");
    process.once("exit", end);
    child.once("close", () => process.off("exit", end));
  }

  static async start(options: StartOptions = {}): Promise<Program> {
    const installation = options.installation ?? (await Installation.create(options.database));
    installation.signingKey = options.settings?.["JWT_SECRET_KEY"];
    // A test process that is ended from outside has no time to clean up: the kernel ends the program then.
    const command = ["--pdeathsig", "KILL", ...(options.wrapper ?? []), programFile, "serve", ...(options.args ?? [])];
    const child = spawn("setpriv", command, {
      env: installation.environment({ ...(options.port === undefined ? {} : { API_PORT: String(options.port) }), ...options.settings }),
      cwd: installation.folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    const program = new Program(installation, child, options.installation === undefined);
    if (options.port === undefined) await program.becomesReady();
    else await program.answersAt(options.port);
    return program;
  }

  private async answersAt(port: number): Promise<void> {
    this.port = port;
    await until("it answers", async () => {
      if (!this.isRunning) throw new Error(`ended at once:\n${this.log}${this.output}`);
      return await this.sendUnchecked("GET", "/health/live", { ownConnection: true }).then(
        (reply) => reply.status === 200,
        () => false,
      );
    });
  }

  private async becomesReady(): Promise<void> {
    const line = /listening on http:\/\/[^\s"]*:(\d+)/;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        const found = line.exec(this.log);
        if (!found) return;
        this.port = Number(found[1]);
        this.child.stderr?.off("data", look);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.child.kill("SIGKILL");
        reject(new Error(`not ready after 30 s:\n${this.log}`));
      }, 30_000);
      this.child.stderr?.on("data", look);
      this.child.once("error", reject);
      void this.ended.then(({ code, signal }) => {
        clearTimeout(timer);
        reject(new Error(`ended at once (${code ?? signal}):\n${this.log}${this.output}`));
      });
    });
  }

  get pid(): number {
    return this.child.pid as number;
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** The token of the setup link on standard output, which comes after the line that says where we listen. */
  async setupToken(): Promise<string> {
    await until("a setup link is printed", () => this.output.includes("/setup#token=") && this.output.endsWith("\n"));
    return setupTokenIn(this.output);
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** A power cut, as far as a process can feel one. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.ended;
    this.forgetConnections();
  }

  /** Asks it to end, and insists that it ended well and left no secret in its log and files. Then removes the installation. */
  async stop(): Promise<void> {
    this.forgetConnections();
    const wasRunning = this.isRunning;
    if (wasRunning) this.child.kill("SIGTERM");
    const end = await this.ended;
    try {
      if (wasRunning && end.code !== 0) {
        throw new Error(`SIGTERM ended it with ${end.code ?? end.signal}:\n${this.log.slice(-4000)}`);
      }
      if (!wasRunning && end.signal !== "SIGKILL") {
        throw new Error(`it had ended by itself with ${end.code ?? end.signal}:\n${this.log.slice(-4000)}`);
      }
      const leaked = [...findPlanted(this.log), ...this.installation.findPlantedInFiles()];
      if (leaked.length > 0) throw new Error(`secrets in the log or in a file: ${leaked.join(", ")}`);
    } finally {
      if (this.ownsInstallation) this.installation.remove();
    }
  }
}

/** The token of the last setup link in a text; remembers it as a secret. */
export function setupTokenIn(text: string): string {
  const tokens = [...text.matchAll(/\/setup#token=([A-Za-z0-9_-]+)/g)].map((match) => match[1] as string);
  const last = tokens.at(-1);
  if (last === undefined) throw new Error(`no setup link in:\n${text}`);
  plant(last);
  return last;
}
