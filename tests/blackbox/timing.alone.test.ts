/** c.20: how long a refused sign-in takes tells nothing about the account. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { newEmail } from "./support/environment";
import { tell } from "./support/figures";
import { Program } from "./support/program";
import { newPassword } from "./support/secrets";
import { median, quantile, spreadOf } from "./support/timing";

let program: Program;
beforeAll(async () => {
  program = await Program.start();
});
afterAll(async () => {
  await program.stop();
});

const samples = 80;
const allowed = 0.05;
const attempts = 4;

test(
  "c.20 CVE-2023-39522 authentik, GO-2025-3854: unknown, wrong password, deactivated, without a password, no address: medians within 5 %",
  { timeout: 400_000 },
  async () => {
    const known = newEmail();
    const deactivated = newEmail();
    const invited = newEmail();
    await program.account(known, newPassword());
    await program.account(deactivated, newPassword());
    expect((await program.installation.command(["admin", "deactivate", deactivated])).code).toBe(0);
    expect((await program.installation.command(["admin", "create", invited])).code).toBe(0);
    const kinds: [string, () => string][] = [
      ["wrong password", () => known],
      ["unknown", () => newEmail()],
      ["deactivated", () => deactivated],
      ["no password yet", () => invited],
      ["no address", () => "nobody at all"],
    ];

    // A noisy machine may spoil a round; a real difference shows in every one.
    let spread = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < attempts && spread > allowed; attempt += 1) {
      const times = new Map<string, number[]>(kinds.map(([name]) => [name, []]));
      for (let sample = 0; sample < samples; sample += 1) {
        // The throttle stays in the way, but nobody may have to wait: five failures are free.
        if (sample % 4 === 0) await program.installation.query("DELETE FROM login_counters");
        // The order moves on by one each time, so that no kind is always first after a pause.
        for (let i = 0; i < kinds.length; i += 1) {
          const [name, email] = kinds[(i + sample) % kinds.length] as (typeof kinds)[number];
          const started = performance.now();
          const reply = await program.login(email(), "some wrong password");
          times.get(name)?.push(performance.now() - started);
          expect(reply.status).toBe(401);
        }
      }
      const medians = [...times].map(([name, values]) => [name, median(values)] as const);
      // Other programs only ever add time, so the lower quartile is the calmer measure; a hash left out, or one more, moves both.
      const quartiles = [...times.values()].map((values) => quantile(values, 0.25));
      spread = Math.min(spread, spreadOf(medians.map(([, value]) => value)), spreadOf(quartiles));
      console.log(`${medians.map(([name, value]) => `${name} ${value.toFixed(2)} ms`).join(", ")}: ${(spread * 100).toFixed(1)} %`);
    }
    tell({ what: "sign-ins of known and unknown accounts, medians apart", value: spread * 100, unit: "%", atMost: allowed * 100 });
    expect(spread).toBeLessThanOrEqual(allowed);
  },
);

test("c.25 what is far too long to be a password is refused in less than 50 ms", async () => {
  const email = newEmail();
  await program.account(email, newPassword());
  const times: number[] = [];
  for (let i = 0; i < 9; i += 1) {
    const started = performance.now();
    const reply = await program.send("POST", "/api/v1/auth/register", { json: { email: newEmail(), password: "x".repeat(15_000) } });
    times.push(performance.now() - started);
    expect(reply.status).toBe(422);
  }
  expect(median(times)).toBeLessThan(50);
});
