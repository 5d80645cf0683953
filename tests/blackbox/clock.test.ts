/** The program on machines whose clock is elsewhere. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { problemType, signedInOf, userOf } from "./support/client";
import { clockMoved } from "./support/clock";
import { newEmail } from "./support/environment";
import { Installation, Program } from "./support/program";
import { newPassword } from "./support/secrets";

// The library that moves the clock allocates while the address sanitizer does, and the two end each other.
describe.skipIf(process.env["KONTOR_SANITIZED"] === "1")("a clock", () => {
  let installation: Installation;
  beforeEach(async () => {
    installation = await Installation.create();
  });
  afterEach(() => {
    installation.remove();
  });
  const at = async (time: string): Promise<Program> => await Program.start({ installation, settings: clockMoved(time) });

  test("a.6 b.23 400 days later the password opens as ever, and nobody is asked to change it", async () => {
    const email = newEmail();
    const password = newPassword();
    const then = await at("+0");
    await then.account(email, password);
    await then.stop();
    const later = await at("+400d");
    const reply = await later.login(email, password);
    expect(reply.status).toBe(200);
    expect(Object.keys(reply.json as object).sort()).toEqual(["access_token", "expires_in", "token_type", "user"]);
    expect((await later.me(signedInOf(reply).access_token)).status).toBe(200);
    await later.stop();
  });

  test.each(["@1970-01-02 00:00:10", "@2038-01-19 03:14:10", "@2099-12-31 23:59:50"])("c.86 of %s: registering, signing in and refreshing work", async (time) => {
    const program = await at(time);
    const email = newEmail();
    const password = newPassword();
    const made = await program.account(email, password);
    expect(userOf(await program.me(made.access_token)).created_at.slice(0, 4)).toMatch(/^(1970|2038|2099|2100)$/);
    const again = signedInOf(await program.send("POST", "/api/v1/auth/login", { json: { email, password, refresh_token_in: "body" } }));
    const next = await program.send("POST", "/api/v1/auth/refresh", { json: { refresh_token: again.refresh_token } });
    expect(next.status).toBe(200);
    expect((await program.me(signedInOf(next).access_token)).status).toBe(200);
    await program.stop();
  });

  test("c.86 that leaps back an hour: no fault, nothing that was over is good again", async () => {
    const email = newEmail();
    const password = newPassword();
    const before = await at("+1h");
    await before.account(email, password);
    const ended = signedInOf(await before.login(email, password));
    expect((await before.send("POST", "/api/v1/auth/logout", { token: ended.access_token })).status).toBe(204);
    await before.stop();
    const after = await at("+0");
    // Ended is ended, whatever the time; and the token is from the future besides.
    expect(problemType(await after.me(ended.access_token))).toBe("invalid-token");
    const fresh = signedInOf(await after.login(email, password));
    expect((await after.me(fresh.access_token)).status).toBe(200);
    await after.stop();
  });
});
