// Puts load on a server: wrk for many small requests, this process for sign-ins, which are few and slow.
import { spawn } from "node:child_process";
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import http from "node:http";
import path from "node:path";
import { build, password, postJson, root } from "./servers.mjs";

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function output(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"], ...options });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => { text += chunk; });
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve(text) : reject(new Error(`${command} ended with ${code}:\n${text}`))));
  });
}

// What report.lua printed; a round in which anything was not answered with success is not reported.
function resultOf(server, text) {
  const result = JSON.parse(/^@@(.*)$/m.exec(text)?.[1] ?? "null");
  if (!result) throw new Error(`wrk printed no result:\n${text}`);
  if (result.bad_status || result.failed || !result.requests) throw new Error(`${server.name} did not answer all of wrk: ${JSON.stringify(result)}`);
  return { ...result, rate: result.requests / result.seconds };
}

/** As many sessions as there are tokens, each refreshed as fast as it goes. */
export async function refreshes(server, tokens, seconds) {
  const text = await output("wrk", [
    `-t${tokens.length}`, `-c${tokens.length}`, `-d${seconds}s`, "--timeout", "10s", "-s", path.join(import.meta.dirname, "refresh.lua"),
    `http://127.0.0.1:${server.port}/api/v1/auth/refresh`, "--", ...tokens]);
  return resultOf(server, text);
}

/**
 * One round of wrk with one thread; refuses to report a round in which anything was not answered with success. Paced, each connection waits
 * 1 to 3 ms between an answer and its next request.
 */
export async function wrk(server, token, { seconds = 4, connections = 64, paced = false } = {}) {
  const text = await output("wrk", [
    "-t1", `-c${connections}`, `-d${seconds}s`, "--timeout", "10s", "-s", path.join(import.meta.dirname, paced ? "paced.lua" : "report.lua"),
    "-H", `Authorization: Bearer ${token}`, `http://127.0.0.1:${server.port}/api/v1/auth/me`]);
  return resultOf(server, text);
}

/** Hashes per second of crypt_rn alone. */
export async function rawHashRate(threads, hashes, cost) {
  return Number(await output(path.join(build, "bench/raw_hash"), [String(threads), String(hashes), String(cost)]));
}

/** Medians of reading, listing and saving secrets in a vault of so many, in microseconds. */
export async function vaultTimes(folder, users, secrets) {
  return JSON.parse(await output(path.join(build, "bench/vault_bench"), [folder, String(users), String(secrets)]));
}

/** Medians of five indicators over so many candles: all of them in milliseconds, one candle in nanoseconds. */
export async function indicatorTimes(candles, rounds) {
  return JSON.parse(await output(path.join(build, "bench/indicator_bench"), [String(candles), String(rounds)]));
}

/** Median of writing a page of 4 KiB behind a file and making sure of it, in microseconds: what a commit costs at the least. */
export function commitTime(folder) {
  const file = openSync(path.join(folder, "pages"), "w");
  const page = Buffer.alloc(4096);
  const times = [];
  for (let i = 0; i < 300; i++) {
    const began = performance.now();
    writeSync(file, page);
    fdatasyncSync(file);
    times.push((performance.now() - began) * 1000);
  }
  closeSync(file);
  return median(times);
}

/** Runs files of our tests against the measured build: of the project `blackbox` or `alone`, or of the browser. Returns what they wrote, and whether they passed. */
export async function runTests(kind, files, filter, environment) {
  const where = kind === "browser" ? ["--config", "browser/vitest.config.ts"] : ["--config", "blackbox/vitest.config.ts", "--project", kind];
  const args = ["--no-install", "vitest", "run", ...where, ...files, ...(filter === "" ? [] : ["-t", filter])];
  const env = { ...process.env, KONTOR_BIN: path.join(build, "kontor"), KONTOR_TEST_DATABASE: "sqlite", ...environment };
  try {
    return { log: await output("npx", args, { cwd: path.join(root, "tests"), env }), passed: true };
  } catch (problem) {
    return { log: problem.message, passed: false };
  }
}

/** `count` sign-ins, `parallel` at a time: how many in a second, and how they were answered. */
export async function logins(server, emails, count, parallel) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: parallel });
  const statuses = {};
  let next = 0;
  const began = performance.now();
  const client = async () => {
    while (next < count) {
      const email = emails[next++ % emails.length];
      const reply = await postJson(server.port, "/api/v1/auth/login", { email, password }, { agent });
      statuses[reply.status] = (statuses[reply.status] ?? 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: parallel }, client));
  const seconds = (performance.now() - began) / 1000;
  agent.destroy();
  return { rate: count / seconds, statuses };
}

/** Keeps `parallel` sign-ins under way until stopped; `stop` returns how they were answered. */
export function loginFlood(server, emails, parallel) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: parallel });
  const statuses = {};
  let stopped = false;
  let next = 0;
  const client = async () => {
    while (!stopped) {
      const reply = await postJson(server.port, "/api/v1/auth/login", { email: emails[next++ % emails.length], password }, { agent });
      statuses[reply.status] = (statuses[reply.status] ?? 0) + 1;
    }
  };
  const all = Promise.all(Array.from({ length: parallel }, client));
  return async () => {
    stopped = true;
    await all;
    agent.destroy();
    return statuses;
  };
}
