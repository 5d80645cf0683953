/** Whoever watches the market while the database is away: a moment is not noticed, and after a longer time they are told what to do. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { Desk } from "./support/charts";
import { wantedDatabases } from "./support/environment";
import { newMember, type Person } from "./support/people";
import { Postgres } from "./support/postgres";
import { Socket } from "./support/socket";

const onPostgres = wantedDatabases.includes("postgresql");
let postgres: Postgres;
let desk: Desk;
let ann: Person;
beforeAll(async () => {
  if (!onPostgres) return;
  postgres = await Postgres.start();
  desk = await Desk.open("postgresql", {}, { postgresPort: postgres.port });
  ann = await newMember(desk.program);
});
afterAll(async () => {
  await desk?.close();
  await postgres?.remove();
});

const watch = async (): Promise<Socket> => {
  const socket = await Socket.open(desk.program, { bearer: ann.token });
  socket.send({ type: "watch", market: "spot", symbol: "BTCUSDT", interval: "1m" });
  await socket.next({ type: "market_status", symbol: "BTCUSDT", state: "live" });
  return socket;
};
const hears = async (socket: Socket, price: number): Promise<void> => {
  const from = socket.frames.length;
  desk.exchange.tick("BTCUSDT", price);
  await socket.next((frame) => frame.type === "candle" && frame.candle?.[4] === price, from);
};
const isReady = async (): Promise<void> => {
  await expect.poll(async () => (await desk.program.send("GET", "/health/ready")).status, { timeout: 15_000 }).toBe(200);
};

test.runIf(onPostgres)("a moment without the database ends nothing; a longer one ends sockets, and says what to do", { timeout: 60_000 }, async () => {
  const socket = await watch();
  await postgres.kill();
  await hears(socket, 61_000);
  await postgres.launch();
  await isReady();
  await hears(socket, 61_001);
  expect(socket.closeCode).toBeUndefined();

  await postgres.kill();
  const told = await socket.next({ type: "error" });
  expect(told).toMatchObject({ code: "sessions-unknown", recoverable: true, retry_after: 1 });
  expect(told.message).toMatch(/watch again/);
  await expect.poll(() => socket.closeCode, { timeout: 10_000 }).toBe(1013);
  await postgres.launch();
  await isReady();
  const again = await watch();
  await hears(again, 61_002);
  await again.close();
  expect(socket.faults).toEqual([]);
});
