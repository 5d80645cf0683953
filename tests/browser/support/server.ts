/** The real program, started for a test on a free port with a data folder of its own. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const program = resolve(process.env.KONTOR_BIN ?? join(import.meta.dirname, "../../../build/release/kontor"));

export type Settings = Record<string, string>;

export class Server {
  private child: ChildProcess | null = null;
  private output = "";

  private constructor(
    readonly port: number,
    private readonly folder: string,
    private readonly settings: Settings,
  ) {}

  /** `settings` may depend on the address that the program will have. */
  static async start(settings: Settings | ((url: string) => Settings) = {}): Promise<Server> {
    const port = await freePort();
    const chosen = typeof settings === "function" ? settings(urlOf(port)) : settings;
    const server = new Server(port, await mkdtemp(join(tmpdir(), "kontor-browser-")), chosen);
    try {
      await server.resume();
    } catch (error) {
      await server.dispose();
      throw error;
    }
    return server;
  }

  get url(): string {
    return urlOf(this.port);
  }

  /** Starts the program on the same port and data; `settings` change what was given at first. */
  async resume(settings: Settings = {}): Promise<void> {
    Object.assign(this.settings, settings);
    this.output = "";
    const child = spawn(program, ["serve"], {
      // In the temporary folder, so that no .env of the repository is read.
      cwd: this.folder,
      env: {
        PATH: process.env.PATH ?? "",
        API_HOST: "127.0.0.1",
        API_PORT: String(this.port),
        DATA_DIR: join(this.folder, "data"),
        // Many browsers ask from one address here.
        REQUESTS_PER_MINUTE_ADDRESS: "0",
        REQUESTS_PER_MINUTE_USER: "0",
        // The cheapest that is allowed: what a hash costs is tested elsewhere.
        PASSWORD_BCRYPT_COST: "10",
        ...this.settings,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child = child;
    let failure: Error | null = null;
    child.once("error", (error) => {
      failure = error;
    });
    const collect = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    await until(`the program to be ready at ${this.url}`, async () => {
      if (failure) throw failure;
      if (child.exitCode !== null) throw new Error(`The program stopped with ${child.exitCode}:\n${this.output}`);
      const answer = await fetch(`${this.url}/api/v1/health/ready`).catch(() => null);
      return answer?.status === 200;
    });
  }

  /** Stops the program and keeps its data. */
  async pause(): Promise<void> {
    const child = this.child;
    this.child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGTERM");
    const impatience = setTimeout(() => child.kill("SIGKILL"), 15_000);
    await gone;
    clearTimeout(impatience);
  }

  async dispose(): Promise<void> {
    await this.pause();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** The path with fragment of the admin's one-time link, as the console showed it. */
  async setupPath(): Promise<string> {
    let path: string | undefined;
    await until("the setup link on the console", () => {
      path = this.output.match(/\/setup#token=[A-Za-z0-9_%.~-]+/)?.[0];
      return path !== undefined;
    });
    return path ?? "";
  }

  /** Creates an account without the browser. */
  async createAccount(email: string, password: string): Promise<void> {
    await this.post("register", { email, password }, 201);
  }

  /** What the browser of somebody keeps who has logged in, without the browser. */
  async cookiesOf(email: string, password: string): Promise<{ name: string; value: string; url: string }[]> {
    const answer = await this.post("login", { email, password }, 200);
    return answer.headers.getSetCookie().map((line) => {
      const [, name = "", value = ""] = /^([^=]*)=([^;]*)/.exec(line) ?? [];
      return { name, value, url: this.url };
    });
  }

  /** Changes what is stored, behind the back of the program. */
  async alter(sql: string): Promise<void> {
    await promisify(execFile)("sqlite3", ["-cmd", ".timeout 5000", join(this.folder, "data", "app.db"), sql]);
  }

  /** Ends every session of the account, as from another computer. */
  async endSessions(email: string, password: string): Promise<void> {
    const login = await this.post("login", { email, password }, 200);
    const { access_token } = (await login.json()) as { access_token: string };
    await this.post("logout-all", { except_current: false }, 204, access_token);
  }

  /** Asks a route of /auth, which must answer with that status. */
  private async post(path: string, body: object, status: number, token?: string): Promise<Response> {
    const answer = await fetch(`${this.url}/api/v1/auth/${path}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...(token ? { Authorization: `Bearer ${token}` } : {}) },
      body: JSON.stringify(body),
    });
    if (answer.status !== status) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}

function urlOf(port: number): string {
  return `http://127.0.0.1:${port}`;
}

async function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

/** Waits for a condition. */
export async function until(what: string, condition: () => boolean | Promise<boolean>, limit = 20_000): Promise<void> {
  const end = Date.now() + limit;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`Waited ${limit} ms in vain for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
