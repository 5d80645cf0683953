/** What runs Kontor for a group: the files for containers name only what exists, and a real Caddy in front passes everything on. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import https from "node:https";
import { createServer, type AddressInfo } from "node:net";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import WebSocket from "ws";
import { parse } from "yaml";
import { apiBase } from "./support/contract";
import { newEmail, projectFolder } from "./support/environment";
import { Program, runProgram } from "./support/program";
import { newPassword, plant } from "./support/secrets";
import { until } from "./support/until";

interface Service {
  image?: string;
  build?: string;
  user?: string;
  read_only?: boolean;
  cap_drop?: string[];
  cap_add?: string[];
  security_opt?: string[];
  restart?: string;
  ports?: string[];
  networks?: string[] | Record<string, { ipv4_address?: string } | null>;
  volumes?: string[];
  secrets?: string[];
  environment?: string[] | Record<string, string>;
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test: string[] };
}

interface Compose {
  services: Record<string, Service>;
  networks?: Record<string, { internal?: boolean; ipam?: { config: { subnet: string }[] } } | null>;
  volumes: Record<string, unknown>;
  secrets?: Record<string, { file: string }>;
}

const readProject = (name: string): string => readFileSync(path.join(projectFolder, name), "utf8");
const composeOf = (name: string): Compose => parse(readProject(name), { merge: true }) as Compose;
const networksOf = (service: Service): string[] => (Array.isArray(service.networks) ? service.networks : Object.keys(service.networks ?? {}));
const environmentOf = (service: Service): Record<string, string> =>
  Array.isArray(service.environment) ? Object.fromEntries(service.environment.map((line) => [line.split("=")[0], line.split("=")[1] ?? ""])) : (service.environment ?? {});

const settings = new Set<string>();
beforeAll(async () => {
  const printed = await runProgram(["config", "--env-example"], { env: {}, cwd: os.tmpdir() });
  for (const [, name] of printed.stdout.matchAll(/^#([A-Z_]+)=/gm)) settings.add(name as string);
  for (const [, name] of printed.stdout.matchAll(/^# Or ([A-Z_]+_FILE): /gm)) settings.add(name as string);
  expect(settings.size).toBeGreaterThan(40);
});

test.each(["docker-compose.dev.yml", "docker-compose.yml"])("%s: every setting in it is one of the program, every volume and secret is declared", (file) => {
  const compose = composeOf(file);
  const kontor = compose.services["kontor"] as Service;
  expect(Object.keys(environmentOf(kontor)).filter((name) => !settings.has(name))).toEqual([]);
  for (const [name, service] of Object.entries(compose.services)) {
    for (const volume of service.volumes ?? []) {
      const from = volume.split(":")[0] as string;
      if (from.startsWith("./")) expect(() => readProject(from), `${name}: ${volume}`).not.toThrow();
      else expect(Object.keys(compose.volumes), name).toContain(from);
    }
    for (const secret of service.secrets ?? []) expect(Object.keys(compose.secrets ?? {}), name).toContain(secret);
    for (const network of networksOf(service)) expect(Object.keys(compose.networks ?? {}), name).toContain(network);
    for (const other of Object.keys(service.depends_on ?? {})) expect(Object.keys(compose.services), name).toContain(other);
  }
});

describe("docker-compose.yml", () => {
  const compose = composeOf("docker-compose.yml");
  const { caddy, kontor, postgresql } = compose.services as { caddy: Service; kontor: Service; postgresql: Service };

  test("every service starts with as few rights as it can, and is watched", () => {
    expect(Object.keys(compose.services).sort()).toEqual(["caddy", "kontor", "postgresql"]);
    for (const [name, service] of Object.entries(compose.services)) {
      expect(service.read_only, name).toBe(true);
      expect(service.cap_drop, name).toEqual(["ALL"]);
      expect(service.security_opt, name).toEqual(["no-new-privileges:true"]);
      expect(service.restart, name).toBe("unless-stopped");
      expect(service.healthcheck?.test[0], name).toBe("CMD");
    }
    expect(kontor.cap_add ?? postgresql.cap_add).toBeUndefined();
    expect(caddy.cap_add).toEqual(["NET_BIND_SERVICE"]);
    expect(kontor.healthcheck?.test).toEqual(["CMD", "/app/kontor", "health"]);
    expect(kontor.depends_on?.["postgresql"]?.condition).toBe("service_healthy");
    expect(caddy.depends_on?.["kontor"]?.condition).toBe("service_healthy");
  });

  test("only Caddy has ports outside, and the database is where nobody but Kontor is", () => {
    expect(kontor.ports ?? postgresql.ports).toBeUndefined();
    expect(networksOf(postgresql)).toEqual(["database"]);
    expect(compose.networks?.["database"]?.internal).toBe(true);
    expect(compose.networks?.["inside"]?.internal).toBe(true);
    expect(networksOf(caddy)).not.toContain("database");
    expect(networksOf(kontor)).not.toContain("outside");
  });

  test("the proxy that is believed is Caddy, at the address that it has, and no range", () => {
    const trusted = environmentOf(kontor)["TRUSTED_PROXIES"];
    expect(trusted).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
    const at = (service: Service): string | undefined => (service.networks as Record<string, { ipv4_address?: string } | null>)["inside"]?.ipv4_address;
    expect(at(caddy)).toBe(trusted);
    expect(at(kontor)).not.toBe(trusted);
    const [network = "", bits] = (compose.networks?.["inside"]?.ipam?.config[0]?.subnet ?? "").split("/");
    const number = (address: string): number => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    for (const service of [caddy, kontor]) {
      const place = number(at(service) ?? "") - number(network);
      // Not the network's own address, not its gateway, not its last.
      expect(place).toBeGreaterThan(1);
      expect(place).toBeLessThan(2 ** (32 - Number(bits)) - 1);
    }
  });

  test("secrets come as files, and none stands in it", () => {
    expect(environmentOf(kontor)["DATABASE_URL_FILE"]).toBe("/run/secrets/database_url");
    expect(environmentOf(postgresql)["POSTGRES_PASSWORD_FILE"]).toBe("/run/secrets/database_password");
    for (const service of Object.values(compose.services)) {
      for (const name of Object.keys(environmentOf(service))) if (/PASSWORD|SECRET|KEY|DATABASE_URL|SMTP_URL/.test(name)) expect(name).toMatch(/_FILE$/);
    }
    for (const secret of Object.values(compose.secrets ?? {})) expect(secret.file).toMatch(/^\.\/secrets\//);
    // Nothing of that folder gets into a commit or an image.
    expect(readProject(".gitignore").split("\n")).toContain("/secrets/");
    expect(readProject(".dockerignore").split("\n")).toContain("secrets");
  });

  test("who reaches it from the Internet cannot register by that", () => {
    expect(environmentOf(kontor)["REGISTRATION"]).toBe("${REGISTRATION:-closed}");
    expect(environmentOf(kontor)["PUBLIC_URL"]).toMatch(/^https:\/\/\$\{KONTOR_SITE:\?/);
  });

  test("Caddy is given every name that its file asks for without a default", () => {
    const asked = [...readProject("packaging/Caddyfile").matchAll(/^[^#\n]*\{\$([A-Z_]+)\}/gm)].map((found) => found[1] as string);
    expect(asked).toEqual(["KONTOR_SITE"]);
    for (const name of asked) expect(Object.keys(environmentOf(caddy))).toContain(name);
    expect(environmentOf(caddy)["KONTOR_UPSTREAM"]).toBe("kontor:8500");
  });
});

describe("a real Caddy with packaging/Caddyfile", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "kontor-caddy-"));
  let program: Program;
  let caddy: ChildProcess;
  let caddyLog = "";
  let port = 0;
  let authority: Buffer;

  const freePorts = async (count: number): Promise<number[]> => {
    const held = await Promise.all(Array.from({ length: count }, () => new Promise<ReturnType<typeof createServer>>((resolve) => {
      const server = createServer().listen(0, "127.0.0.1", () => resolve(server));
    })));
    const ports = held.map((server) => (server.address() as AddressInfo).port);
    await Promise.all(held.map((server) => new Promise((resolve) => server.close(resolve))));
    return ports;
  };

  interface Said {
    status: number;
    headers: Record<string, string | string[] | undefined>;
    text: string;
  }
  const ask = async (method: string, target: string, out: { json?: unknown; body?: Buffer; token?: string; headers?: Record<string, string>; from?: string } = {}): Promise<Said> =>
    await new Promise((resolve, reject) => {
      const body = out.json === undefined ? out.body : Buffer.from(JSON.stringify(out.json));
      const request = https.request(
        {
          host: "127.0.0.1",
          servername: "localhost",
          port,
          method,
          path: target,
          ca: authority,
          agent: false,
          ...(out.from === undefined ? {} : { localAddress: out.from }),
          headers: {
            host: `localhost:${port}`,
            ...(body === undefined ? {} : { "content-type": "application/json", "content-length": body.length }),
            ...(out.token === undefined ? {} : { authorization: `Bearer ${out.token}` }),
            ...out.headers,
          },
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.once("error", reject);
          response.once("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text: Buffer.concat(parts).toString("utf8") }));
        },
      );
      request.once("error", reject);
      request.end(body);
    });

  beforeAll(async () => {
    const [httpsPort, httpPort, alivePort, upstream] = (await freePorts(4)) as [number, number, number, number];
    port = httpsPort;
    program = await Program.start({ port: upstream, settings: { TRUSTED_PROXIES: "127.0.0.1", PUBLIC_URL: `https://localhost:${port}` } });
    caddy = spawn("setpriv", ["--pdeathsig", "KILL", "caddy", "run", "--adapter", "caddyfile", "--config", path.join(projectFolder, "packaging/Caddyfile")], {
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        XDG_DATA_HOME: path.join(folder, "data"),
        XDG_CONFIG_HOME: path.join(folder, "config"),
        // A name of this machine alone: Caddy is its own authority then, and asks nobody.
        KONTOR_SITE: `https://localhost:${port}`,
        KONTOR_UPSTREAM: `127.0.0.1:${upstream}`,
        KONTOR_HTTP_PORT: String(httpPort),
        KONTOR_HTTPS_PORT: String(port),
        KONTOR_ALIVE_PORT: String(alivePort),
      },
      cwd: folder,
      stdio: ["ignore", "ignore", "pipe"],
    });
    caddy.stderr?.on("data", (part: Buffer) => (caddyLog += part.toString("utf8")));
    const root = path.join(folder, "data/caddy/pki/authorities/local/root.crt");
    await until("Caddy serves", async () => {
      if (caddy.exitCode !== null) throw new Error(`Caddy ended:\n${caddyLog}`);
      try {
        authority = readFileSync(root);
        return (await ask("GET", "/health/live")).status === 200;
      } catch {
        return false;
      }
    });
    expect((await fetch(`http://127.0.0.1:${alivePort}/alive`)).status).toBe(204);
    // Typed without https, the address leads there.
    const plain = await fetch(`http://localhost:${httpPort}/`, { redirect: "manual" });
    expect(plain.status).toBe(308);
    expect(plain.headers.get("location")).toMatch(/^https:\/\/localhost/);
  });
  afterAll(async () => {
    if (caddy?.exitCode === null) {
      const ended = new Promise((resolve) => caddy.once("close", resolve));
      caddy.kill("SIGTERM");
      await ended;
    }
    await program?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Registers through Caddy, from an address of this machine. */
  const register = async (from: string, headers: Record<string, string> = {}): Promise<{ token: string; said: Said }> => {
    const password = newPassword();
    const said = await ask("POST", `${apiBase}/auth/register`, { json: { email: newEmail(), password }, from, headers });
    expect(said.status, said.text).toBe(201);
    const { access_token: token } = JSON.parse(said.text) as { access_token: string };
    plant(token);
    return { token, said };
  };

  test("the page, its cookies and its headers are those of a site under TLS", async () => {
    const page = await ask("GET", "/");
    expect(page.status).toBe(200);
    expect(page.text).toContain("<div id=\"root\">");
    expect(page.headers["strict-transport-security"]).toContain("max-age=");
    const { said } = await register("127.0.0.1", { origin: `https://localhost:${port}`, "x-kontor-client": "web" });
    for (const cookie of said.headers["set-cookie"] ?? []) expect(cookie).toMatch(/^__Host-.*; Secure/);
  });

  test("a person's address is the one that Caddy saw, whatever the person says of it", async () => {
    for (const [from, headers] of [
      ["127.0.0.7", {}],
      ["127.0.0.8", { "x-forwarded-for": "203.0.113.9", forwarded: "for=203.0.113.9", "x-real-ip": "203.0.113.9" }],
      ["127.0.0.9", { "x-forwarded-for": "not an address" }],
    ] as const) {
      const { token } = await register(from, headers);
      const sessions = await ask("GET", `${apiBase}/auth/sessions`, { token, from, headers });
      expect(sessions.status, sessions.text).toBe(200);
      expect(sessions.text).toContain(`"address":"${from}"`);
      expect(sessions.text).not.toContain("203.0.113.9");
    }
  });

  test("a socket goes through it, both ways, and is closed through it", async () => {
    const { token } = await register("127.0.0.1");
    const made = await ask("POST", `${apiBase}/ws/ticket`, { token });
    const { ticket } = JSON.parse(made.text) as { ticket: string };
    plant(ticket);
    const open = (origin: string, with_: string): WebSocket =>
      new WebSocket(`wss://localhost:${port}/ws/stream?token=${with_}`, { ca: authority, origin });
    const socket = open(`https://localhost:${port}`, ticket);
    const heard: string[] = [];
    socket.on("message", (data: Buffer) => heard.push(data.toString("utf8")));
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    socket.send(JSON.stringify({ type: "ping" }));
    await until("the answer to a frame", () => heard.some((text) => (JSON.parse(text) as { type: string }).type === "pong"));
    // The end of the session ends the socket, through the proxy too.
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    expect((await ask("POST", `${apiBase}/auth/logout`, { token })).status).toBeLessThan(300);
    expect(await closed).toBeGreaterThanOrEqual(4000);

    const { token: other } = await register("127.0.0.1");
    const second = JSON.parse((await ask("POST", `${apiBase}/ws/ticket`, { token: other })).text) as { ticket: string };
    plant(second.ticket);
    const refused = open("https://evil.example", second.ticket);
    const status = await new Promise<number>((resolve) => {
      refused.once("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
      refused.once("open", () => resolve(101));
      refused.on("error", () => undefined);
    });
    expect(status).toBe(403);
  });

  test("a body over Kontor's limit is refused by Kontor, in its own words; one over Caddy's never gets there", async () => {
    const { token } = await register("127.0.0.1");
    const over = await ask("POST", `${apiBase}/auth/login`, { body: Buffer.alloc(300 * 1024, 0x20) });
    expect(over.status).toBe(413);
    expect(over.headers["content-type"]).toContain("application/problem+json");
    const far = await ask("POST", `${apiBase}/chat/import`, { token, body: Buffer.alloc(21_000_000, 0x20) }).then(
      (said) => said.status,
      // Refused before all of it was sent, the connection may be cut.
      (failure: NodeJS.ErrnoException) => failure.code,
    );
    expect([413, 502, "EPIPE", "ECONNRESET"]).toContain(far);
    expect((await ask("GET", `${apiBase}/auth/me`, { token })).status).toBe(200);
  });

  test("who comes through it is not taken for somebody on the machine: the numbers of the program are not shown", async () => {
    const tried: Record<string, string>[] = [{}, { host: "localhost" }, { "x-forwarded-for": "127.0.0.1" }];
    for (const headers of tried) {
      const said = await ask("GET", "/metrics", { headers });
      expect(said.text).not.toContain("process_start_time_seconds");
    }
  });

  test("no token stands in what Caddy says", async () => {
    const { token } = await register("127.0.0.1");
    await ask("GET", `/ws/stream?token=${token}`);
    expect(caddyLog).not.toContain(token);
    expect(caddyLog).not.toContain("/ws/stream");
  });
});
