/** c.50: those who take their time are sent away, and nobody else waits for them. The times stand in http/limits.hpp. */
import type { Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Program } from "./support/program";
import { open, split } from "./support/raw";
import { openDescriptors } from "./support/process";
import { until } from "./support/until";

let program: Program;
beforeAll(async () => {
  program = await Program.start();
});
afterAll(async () => {
  await program.stop();
});

interface Watched {
  socket: Socket;
  received: () => Buffer;
  isClosed: () => boolean;
  milliseconds: () => number;
}

async function watch(first: string): Promise<Watched> {
  const socket = await open(program.port);
  const started = Date.now();
  const parts: Buffer[] = [];
  let end = 0;
  socket.on("data", (part) => parts.push(part));
  socket.on("close", () => (end = Date.now()));
  socket.write(first);
  return { socket, received: () => Buffer.concat(parts), isClosed: () => end > 0, milliseconds: () => end - started };
}

const post = "POST /api/v1/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";

describe.concurrent("given up after its time", () => {
  // Name, first bytes, what is sent now and then, the limit in seconds, the answer before the end (0: none).
  const rows: [string, string, string, number, number][] = [
    ["a head that does not end", "GET /health HTTP/1.1\r\nHost: x\r\n", "", 10, 408],
    ["a head that grows by a byte now and then", "GET /health HTTP/1.1\r\nHost: x\r\nX: ", "a", 10, 408],
    ["a request line that does not end", "GET /hea", "", 10, 408],
    ["a body that does not come", `${post}Content-Length: 100\r\n\r\n`, "", 30, 408],
    ["a body that grows by a byte now and then", `${post}Content-Length: 1000\r\n\r\n{`, " ", 30, 408],
    ["chunks that do not end", `${post}Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n`, "1\r\n \r\n", 30, 408],
    ["a body cut off by llhttp's rows: length without end of head", "PUT / HTTP/1.1\r\nContent-Length: 100\r\n", "", 10, 408],
    ["nothing at all", "", "", 60, 0],
    ["nothing after an answer", "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n", "", 60, 200],
  ];
  test.each(rows)("%s", { timeout: 75_000 }, async (_name, first, dribble, seconds, status) => {
    const watched = await watch(first);
    let dribbled = Date.now();
    await until(
      "the connection is closed",
      () => {
        if (dribble !== "" && !watched.isClosed() && Date.now() - dribbled > 700) {
          dribbled = Date.now();
          watched.socket.write(dribble);
        }
        return watched.isClosed();
      },
      (seconds + 8) * 1000,
    );
    expect(watched.milliseconds() / 1000).toBeGreaterThan(seconds - 1);
    expect(watched.milliseconds() / 1000).toBeLessThan(seconds + 5);
    expect(split(watched.received()).responses.map((r) => r.status)).toEqual(status === 0 ? [] : [status]);
  });

  test("an answer that nobody reads: cut after 30 s, and not kept in memory without bound", { timeout: 60_000 }, async () => {
    const before = openDescriptors(program.pid);
    const socket = await open(program.port);
    socket.pause();
    await until("the connection is accepted", () => openDescriptors(program.pid) > before, 5000).catch(() => undefined);
    const started = Date.now();
    const asks = "GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n".repeat(2000);
    let ended = false;
    socket.on("close", () => (ended = true));
    socket.write(asks);
    // Unread bytes hide the end from us; a write meets a reset once the other side is gone.
    await until(
      "the connection is cut",
      () => {
        if (!ended && Date.now() - started > 20_000) socket.write("\r\n");
        return ended || socket.destroyed;
      },
      50_000,
    );
    expect(Date.now() - started).toBeGreaterThan(25_000);
  });

  test("300 slow heads and 100 slow bodies: the others are served at once", { timeout: 30_000 }, async () => {
    const slow = await Promise.all([
      ...Array.from({ length: 300 }, async () => await open(program.port)),
      ...Array.from({ length: 100 }, async () => await open(program.port)),
    ]);
    slow.forEach((socket, i) => socket.write(i < 300 ? "GET /health HTTP/1.1\r\nHost: x\r\nX: " : `${post}Content-Length: 100\r\n\r\n{`));
    const times: number[] = [];
    for (let i = 0; i < 50; i += 1) {
      const started = performance.now();
      expect((await program.send("GET", "/health", { ownConnection: true })).status).toBe(200);
      times.push(performance.now() - started);
    }
    times.sort((a, b) => a - b);
    expect(times[45]).toBeLessThan(250);
    for (const socket of slow) socket.destroy();
  });
});
