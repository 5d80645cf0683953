/** A PostgreSQL of our own in a temporary folder, as an unprivileged user when the tests run as root. */
import { execFile, execFileSync, spawn, type ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { isRoot, randomText } from "./environment";
import { until } from "./until";

const run = promisify(execFile);

function binFolder(): string {
  const versions = existsSync("/usr/lib/postgresql") ? readdirSync("/usr/lib/postgresql").map(Number) : [];
  versions.sort((a, b) => b - a);
  const newest = versions[0];
  if (newest === undefined) throw new Error("PostgreSQL is not installed: /usr/lib/postgresql is missing");
  return `/usr/lib/postgresql/${newest}/bin`;
}

interface Owner {
  uid: number;
  gid: number;
}

/** PostgreSQL refuses to run as root. */
function unprivileged(): Owner | undefined {
  if (!isRoot) return undefined;
  for (const name of ["postgres", "nobody"]) {
    try {
      const id = (flag: string) => Number(execFileSync("id", [flag, name], { stdio: "pipe" }).toString());
      return { uid: id("-u"), gid: id("-g") };
    } catch {
      // This system has no such user: try the next.
    }
  }
  throw new Error("no unprivileged user to run PostgreSQL as");
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = (server.address() as AddressInfo).port;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

export class Postgres {
  private child: ChildProcess | undefined;

  private constructor(
    readonly folder: string,
    readonly port: number,
    private readonly owner: Owner | undefined,
  ) {}

  static async start(): Promise<Postgres> {
    const owner = unprivileged();
    const folder = mkdtempSync(path.join(os.tmpdir(), "kontor-pg-"));
    if (owner) chownSync(folder, owner.uid, owner.gid);
    await run(
      path.join(binFolder(), "initdb"),
      ["-D", path.join(folder, "data"), "-U", "kontor", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"],
      { ...owner, cwd: folder },
    );
    const postgres = new Postgres(folder, await freePort(), owner);
    await postgres.launch();
    return postgres;
  }

  async launch(): Promise<void> {
    const settings = {
      listen_addresses: "127.0.0.1",
      port: String(this.port),
      unix_socket_directories: this.folder,
      max_connections: "200",
      fsync: "off",
      shared_buffers: "32MB",
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const child = spawn(path.join(binFolder(), "postgres"), ["-D", path.join(this.folder, "data"), ...flags], {
      ...this.owner,
      cwd: this.folder,
      stdio: "ignore",
    });
    this.child = child;
    process.once("exit", () => child.kill("SIGKILL"));
    await until("PostgreSQL answers", async () => {
      if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`);
      return await this.query("SELECT 1", "postgres").then(
        () => true,
        () => false,
      );
    });
  }

  /** Ends every session at once, as a crash of the machine would look to a client. */
  async kill(): Promise<void> {
    const child = this.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGQUIT");
    await ended;
  }

  /** Stops all its processes where they stand: connections stay open and nobody answers. */
  freeze(): void {
    this.signalAll("SIGSTOP");
  }

  thaw(): void {
    this.signalAll("SIGCONT");
  }

  private signalAll(signal: NodeJS.Signals): void {
    const parent = this.child?.pid;
    if (parent === undefined) return;
    // Each session is a child process of its own.
    const tasks = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8").trim().split(" ");
    for (const pid of [parent, ...tasks.filter((text) => text !== "").map(Number)]) process.kill(pid, signal);
  }

  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  async createDatabase(): Promise<string> {
    return await createDatabase(this.port);
  }

  async query(sql: string, database: string): Promise<string> {
    return await query(this.port, database, sql);
  }
}

/** A file of a server that runs; empty when the server took it away since somebody saw its name. */
export function readWhileInUse(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (why) {
    if ((why as NodeJS.ErrnoException).code === "ENOENT") return Buffer.alloc(0);
    throw why;
  }
}

/** A new, empty database; returns its name. */
export async function createDatabase(port: number): Promise<string> {
  const name = `t_${randomText()}`;
  await query(port, "postgres", `CREATE DATABASE ${name}`);
  return name;
}

export function databaseUrl(port: number, database: string): string {
  return `postgresql://kontor@127.0.0.1:${port}/${database}`;
}

/** Rows as lines, columns separated by `|`. */
export async function query(port: number, database: string, sql: string): Promise<string> {
  const { stdout } = await run(path.join(binFolder(), "psql"), [
    ...["-X", "-q", "-At", "-v", "ON_ERROR_STOP=1"],
    ...["-h", "127.0.0.1", "-p", String(port), "-U", "kontor", "-d", database, "-c", sql],
  ]);
  return stdout.trim();
}

/** The whole content of a database as text. */
export async function dump(port: number, database: string): Promise<string> {
  const { stdout } = await run(
    path.join(binFolder(), "pg_dump"),
    ["-h", "127.0.0.1", "-p", String(port), "-U", "kontor", database],
    { maxBuffer: 256 * 1024 * 1024 },
  );
  return stdout;
}
