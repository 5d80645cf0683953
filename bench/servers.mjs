// Starts what is measured, each in a folder of its own and on a free port, and ends it again.
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import net from "node:net";
import os from "node:os";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "..");
export const build = path.resolve(process.env.KONTOR_BENCH_BUILD ?? path.join(root, "build/release"));
export const password = "a bench pass phrase 7";

const folders = new Set();
const children = new Set();

export function temporaryFolder() {
  const folder = mkdtempSync(path.join(os.tmpdir(), "kontor-bench-"));
  folders.add(folder);
  return folder;
}

process.on("exit", () => {
  for (const child of children) child.kill("SIGKILL");
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer().on("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

/** One request; the answer with its raw header lines. */
export function request(port, method, target, { headers = {}, body, agent } = {}) {
  return new Promise((resolve, reject) => {
    const call = http.request({ host: "127.0.0.1", port, method, path: target, headers, agent }, (reply) => {
      const chunks = [];
      reply.on("data", (chunk) => chunks.push(chunk));
      reply.on("error", reject);
      reply.on("end", () => resolve({ status: reply.statusCode, rawHeaders: reply.rawHeaders, body: Buffer.concat(chunks) }));
    });
    call.on("error", reject);
    call.end(body);
  });
}

export function postJson(port, target, value, options = {}) {
  return request(port, "POST", target, { ...options, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) });
}

class Server {
  constructor(name, port, child) {
    Object.assign(this, { name, port, child, log: "" });
    children.add(child);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => { this.log = (this.log + chunk).slice(-8192); });
    }
    this.ended = new Promise((resolve) => child.once("exit", (code, signal) => {
      children.delete(child);
      this.code = code ?? signal;
      resolve(this.code);
    }));
    child.on("error", (problem) => { this.code = problem.message; });
  }

  /** Polls every millisecond until the target answers 200; returns the milliseconds since `since`. */
  async ready(target, since = performance.now()) {
    const limit = performance.now() + 30_000;
    for (;;) {
      if (this.code !== undefined) throw new Error(`${this.name} ended with ${this.code}:\n${this.log}`);
      const reply = await request(this.port, "GET", target).catch(() => undefined);
      if (reply?.status === 200) return performance.now() - since;
      if (performance.now() > limit) throw new Error(`${this.name} did not become ready:\n${this.log}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  /** Resident memory in MB. */
  memory() {
    const status = readFileSync(`/proc/${this.child.pid}/status`, "utf8");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)[1]) / 1024;
  }

  async stop() {
    this.child.kill("SIGTERM");
    await this.ended;
  }
}

function start(name, port, command, args, options = {}) {
  return new Server(name, port, spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options }));
}

/** The program, with settings on top of a quiet default. */
export async function startKontor({ data = path.join(temporaryFolder(), "data"), settings = {} } = {}) {
  const port = await freePort();
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const env = {
    PATH: process.env.PATH, API_HOST: "127.0.0.1", API_PORT: String(port), DATA_DIR: data, LOG_LEVEL: "warning",
    // What is measured comes from one address, and far faster than the limits let it.
    REQUESTS_PER_MINUTE_ADDRESS: "0", REQUESTS_PER_MINUTE_USER: "0", ...settings,
  };
  const since = performance.now();
  const server = start("kontor", port, path.join(build, "kontor"), ["serve"], { env, cwd: path.dirname(data) });
  server.data = data;
  server.readyAfter = await server.ready("/api/v1/health/ready", since);
  return server;
}

/** Registers or signs in; returns the access token. */
export async function tokenOf(server, email, how = "register") {
  const reply = await postJson(server.port, `/api/v1/auth/${how}`, { email, password });
  if (reply.status !== 200 && reply.status !== 201) throw new Error(`${how} answered ${reply.status}: ${reply.body}`);
  return JSON.parse(reply.body).access_token;
}

/** A reply as one server gave it, for the servers that give it again without doing anything: whole, and in parts. */
export function cannedReply(reply) {
  const headers = [];
  for (let i = 0; i < reply.rawHeaders.length; i += 2) headers.push([reply.rawHeaders[i], reply.rawHeaders[i + 1]]);
  const head = `HTTP/1.1 ${reply.status} OK\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  return { whole: Buffer.concat([Buffer.from(head, "latin1"), reply.body]), body: reply.body.toString("utf8"), headers };
}

export async function startBareBeast(canned, threads) {
  const port = await freePort();
  const file = path.join(temporaryFolder(), "reply");
  writeFileSync(file, canned.whole);
  const server = start("bare_beast", port, path.join(build, "bench/bare_beast"), [String(port), String(threads), file]);
  await server.ready("/api/v1/auth/me");
  return server;
}

/** A server of sockets that give every message back: `socket_bench` or `bare_sockets`. */
export async function startSockets(name) {
  const port = await freePort();
  const server = start(name, port, path.join(build, "bench", name), [String(port)]);
  const limit = performance.now() + 30_000;
  for (;;) {
    if (server.code !== undefined) throw new Error(`${name} ended with ${server.code}:\n${server.log}`);
    const [socket] = await openSockets(server, 1).catch(() => []);
    socket?.destroy();
    if (socket) return server;
    if (performance.now() > limit) throw new Error(`${name} did not become ready:\n${server.log}`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

// A text "once", masked with zero, and what it comes back as.
const asked = Buffer.from([0x81, 0x84, 0, 0, 0, 0, ...Buffer.from("once")]);
const given = Buffer.from([0x81, 0x04, ...Buffer.from("once")]);

function openSocket(port) {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, "127.0.0.1");
    let received = Buffer.alloc(0);
    let isOpen = false;
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("a socket was closed")));
    socket.on("connect", () => socket.write("GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"));
    socket.on("data", (part) => {
      received = Buffer.concat([received, part]);
      if (!isOpen) {
        const end = received.indexOf("\r\n\r\n");
        if (end < 0) return;
        if (!received.subarray(0, 12).equals(Buffer.from("HTTP/1.1 101"))) return void reject(new Error(`no socket: ${received.subarray(0, end)}`));
        isOpen = true;
        received = received.subarray(end + 4);
        socket.write(asked);
      }
      if (received.length >= given.length) received.subarray(0, given.length).equals(given) ? resolve(socket) : reject(new Error("another answer"));
    });
  });
}

/** Opens that many, some at a time; each has had one message and its answer. */
export async function openSockets(server, count) {
  const all = [];
  while (all.length < count) all.push(...await Promise.all(Array.from({ length: Math.min(50, count - all.length) }, () => openSocket(server.port))));
  return all;
}

// What nginx writes by itself, so that it is not there twice.
const nginxHeaders = new Set(["content-length", "content-type", "date", "connection", "keep-alive", "server"]);

export async function startNginx(canned, workers) {
  const folder = temporaryFolder();
  // Its workers run as another user and must reach their temporary folders.
  chmodSync(folder, 0o755);
  const port = await freePort();
  const quoted = (text) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const type = canned.headers.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "application/json";
  const added = canned.headers.filter(([name]) => !nginxHeaders.has(name.toLowerCase()));
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((kind) => `${kind}_temp_path ${folder}/${kind};`).join("\n  ");
  writeFileSync(path.join(folder, "nginx.conf"), `
daemon off;
worker_processes ${workers};
pid ${folder}/pid;
error_log stderr error;
events { worker_connections 1024; }
http {
  ${temporary}
  access_log off;
  server_tokens off;
  keepalive_requests 100000000;
  server {
    listen 127.0.0.1:${port} reuseport;
    location / {
      default_type ${quoted(type)};
      ${added.map(([name, value]) => `add_header ${name} ${quoted(value)};`).join("\n      ")}
      return 200 ${quoted(canned.body)};
    }
  }
}
`);
  const program = "/usr/sbin/nginx";
  const server = start("nginx", port, program, ["-p", folder, "-c", path.join(folder, "nginx.conf")]);
  await server.ready("/api/v1/auth/me");
  return server;
}
