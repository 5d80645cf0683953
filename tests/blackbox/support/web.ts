/** Servers outside, over TLS, under an authority that a program trusts only when it is told to. They write down what they were asked. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import https from "node:https";
import type { AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";

/** Makes certificates with the command `openssl`; keys live in a temporary folder. */
export class Authority {
  private readonly folder = mkdtempSync(path.join(os.tmpdir(), "kontor-authority-"));
  private made = 0;

  constructor(names: string[] = ["IP:127.0.0.1", "DNS:localhost", `DNS:${os.hostname()}`]) {
    writeFileSync(path.join(this.folder, "openssl.cnf"), `[req]\ndistinguished_name=name\n[name]\n[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash\n[leaf]\nbasicConstraints=critical,CA:FALSE\nsubjectAltName=${names.join(",")}\n`);
    this.openssl(["-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=An authority of tests", "-extensions", "ca"]);
  }

  /** For EGRESS_CA_FILE. */
  get file(): string {
    return path.join(this.folder, "ca.pem");
  }

  /** A certificate for this machine, and its key. */
  issue(): { key: Buffer; cert: Buffer } {
    const name = `leaf${(this.made += 1)}`;
    this.openssl(["-CA", "ca.pem", "-CAkey", "ca.key", "-keyout", `${name}.key`, "-out", `${name}.pem`, "-subj", "/CN=A server of tests", "-extensions", "leaf"]);
    return { key: readFileSync(path.join(this.folder, `${name}.key`)), cert: readFileSync(path.join(this.folder, `${name}.pem`)) };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  private openssl(args: string[]): void {
    const all = ["req", "-x509", "-config", "openssl.cnf", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", ...args];
    execFileSync("openssl", all, { cwd: this.folder, stdio: ["ignore", "ignore", "pipe"] });
  }
}

export interface Asked {
  method: string;
  /** Path and query. */
  target: string;
  headers: IncomingHttpHeaders;
  body: string;
}

export interface Answer {
  status: number;
  json?: unknown;
  text?: string;
  headers?: Record<string, string>;
  /** Writes the body itself, and ends it. */
  body?: (to: ServerResponse) => Promise<void>;
  /** Milliseconds until it is given. */
  delay?: number;
  /** The connection is cut instead. */
  cut?: boolean;
}

export class WebServer {
  readonly asked: Asked[] = [];
  /** Those that were refused before anything was said are among them. */
  connections = 0;
  port = 0;
  /** Happens before the next answer. */
  meanwhile: (() => Promise<void>) | undefined;
  private server: https.Server | undefined;

  protected constructor(
    private readonly authority: Authority,
    private readonly answer: (asked: Asked) => Answer,
  ) {}

  static async serve(authority: Authority, answer: (asked: Asked) => Answer): Promise<WebServer> {
    const made = new WebServer(authority, answer);
    await made.comeBack();
    return made;
  }

  /** Listens, on the port of before if there was one. */
  async comeBack(): Promise<void> {
    const server = https.createServer(this.authority.issue(), (request, response) => {
      const parts: Buffer[] = [];
      request.on("data", (part: Buffer) => parts.push(part));
      request.on("end", () => {
        const asked = { method: request.method ?? "", target: request.url ?? "", headers: request.headers, body: Buffer.concat(parts).toString("utf8") };
        this.asked.push(asked);
        const respond = (): void => {
          const { status, json, text, headers, body, delay, cut } = this.answer(asked);
          if (cut === true) {
            response.destroy();
            return;
          }
          if (delay !== undefined) {
            setTimeout(() => {
              if (response.destroyed) return;
              response.writeHead(status, { "content-type": "application/json", ...headers });
              response.end(json === undefined ? (text ?? "") : JSON.stringify(json));
            }, delay).unref();
            return;
          }
          response.writeHead(status, { ...(json === undefined ? {} : { "content-type": "application/json" }), ...headers });
          if (body === undefined) response.end(json === undefined ? (text ?? "") : JSON.stringify(json));
          else body(response).catch(() => response.destroy());
        };
        const first = this.meanwhile ?? ((): Promise<void> => Promise.resolve());
        this.meanwhile = undefined;
        first().then(respond, (why: unknown) => response.destroy(why instanceof Error ? why : undefined));
      });
    });
    server.on("connection", () => (this.connections += 1));
    this.dress(server);
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "0.0.0.0", resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.server = server;
  }

  /** For what listens to more than requests. */
  protected dress(_server: https.Server): void {}
  /** Before the server goes: what it does not know of. */
  protected undress(): void {}

  async goDown(): Promise<void> {
    const server = this.server;
    this.server = undefined;
    if (server === undefined) return;
    this.undress();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  get origin(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** For EGRESS_ALLOW. */
  get place(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** Everything that ever came here, as one text to look through. */
  get heard(): string {
    return JSON.stringify(this.asked);
  }
}
