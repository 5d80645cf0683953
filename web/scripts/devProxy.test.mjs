// @vitest-environment node
import { createServer as createProgram } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { createServer } from "vite";
import { afterAll, beforeAll, expect, it } from "vitest";

/** What reached the program. */
const asked = [];
const sockets = new Set();
let program;
let vite;
let port;

const listening = (server) => new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));

beforeAll(async () => {
  program = createProgram((request, answer) => {
    asked.push(request.url);
    answer.end("{}");
  });
  program.on("upgrade", (request, socket) => {
    asked.push(`${request.url} ${request.headers.origin} ${request.headers.host}`);
    sockets.add(socket);
    socket.end("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  });
  await listening(program);
  process.env.KONTOR_URL = `http://127.0.0.1:${program.address().port}`;
  const root = join(import.meta.dirname, "..");
  vite = await createServer({
    root,
    configFile: join(root, "vite.config.ts"),
    logLevel: "silent",
    optimizeDeps: { noDiscovery: true },
    server: { port: 0, host: "127.0.0.1", watch: null },
  });
  await vite.listen();
  port = vite.httpServer.address().port;
}, 120_000);
afterAll(async () => {
  delete process.env.KONTOR_URL;
  await vite?.close();
  for (const socket of sockets) socket.destroy();
  program?.close();
});

it("the development server passes calls and the socket on, with the page's origin", async () => {
  expect(await (await fetch(`http://127.0.0.1:${port}/api/v1/health`)).text()).toBe("{}");
  const page = `127.0.0.1:${port}`;
  const answer = await new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(
        `GET /ws/stream?token=t HTTP/1.1\r\nHost: ${page}\r\nOrigin: http://${page}\r\nConnection: Upgrade\r\n` +
          "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
      );
    });
    socket.once("data", (data) => {
      socket.destroy();
      resolve(data.toString());
    });
    socket.once("error", reject);
  });
  expect(answer).toMatch(/^HTTP\/1\.1 101 /);
  // The program compares the two, where nobody has told it its name.
  expect(asked).toEqual(["/api/v1/health", `/ws/stream?token=t http://${page} ${page}`]);
});
