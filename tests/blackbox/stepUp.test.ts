/** Step-up: what changes how an account is protected needs a proof that is younger than ten minutes. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fieldErrors, problemType, signedInOf, type Reply, type SignedIn } from "./support/client";
import { apiBase, filledPath } from "./support/contract";
import { newEmail, wantedDatabases } from "./support/environment";
import { Installation, Program } from "./support/program";
import { newPassword } from "./support/secrets";
import { enrol, nextCode, wrongCode } from "./support/totp";
import { until } from "./support/until";

const auth = `${apiBase}/auth`;

describe.each(wantedDatabases)("on %s", (database) => {
  let installation: Installation;
  let program: Program;
  let email: string;
  let password: string;
  let session: SignedIn;
  beforeEach(async () => {
    installation = await Installation.create(database);
    program = await Program.start({ installation });
    email = newEmail();
    password = newPassword();
    session = await program.account(email, password);
  });
  afterEach(async () => {
    await program.stop();
    installation.remove();
  });

  const begin = async (token = session.access_token): Promise<Reply> => await program.send("POST", `${auth}/second-factor/totp`, { token });
  const remove = async (token = session.access_token): Promise<Reply> => await program.send("DELETE", `${auth}/second-factor/totp`, { token });
  const stepUp = async (json: object, token = session.access_token): Promise<Reply> => await program.send("POST", `${auth}/step-up`, { token, json });
  /** The sign-ins of all sessions are eleven minutes ago. */
  const grow = async (): Promise<void> => {
    await installation.query("UPDATE sessions SET proved_at = proved_at - 660000000");
    await until("the proof is too old", async () => problemType(await begin()) === "step-up-required");
  };

  test("every route that needs a proof refuses an old one, and takes it after a new one", async () => {
    await grow();
    const routes = (await installation.command(["routes"])).stdout.trim().split("\n").map((line) => line.split(" "));
    const guarded = routes.filter(([, , , ...words]) => words.includes("proof"));
    expect(guarded.length).toBeGreaterThanOrEqual(3);
    for (const [method = "", path = "", access] of guarded) {
      if (access === "admin") continue;
      const target = filledPath(path.replaceAll(/:[a-z]+\}/g, "}"));
      const refused = await program.send(method, target, { token: session.access_token });
      expect([path, refused.status, problemType(refused)]).toEqual([path, 403, "step-up-required"]);
    }
    const proved = await stepUp({ password });
    expect(proved.status).toBe(200);
    // a.17: a new token at every step-up; the session is the same, so the earlier one counts as proved too.
    expect(signedInOf(proved).access_token).not.toBe(session.access_token);
    expect(signedInOf(proved).refresh_token).toBeUndefined();
    for (const [method = "", path = "", access] of guarded) {
      if (access === "admin") continue;
      const target = filledPath(path.replaceAll(/:[a-z]+\}/g, "}"));
      const taken = await program.send(method, target, { token: session.access_token });
      expect(problemType(taken), path).not.toBe("step-up-required");
    }
  });

  test("a wrong password proves nothing; neither does a refresh", async () => {
    await grow();
    const refused = await stepUp({ password: newPassword() });
    expect([refused.status, problemType(refused)]).toEqual([403, "wrong-password"]);
    expect((await begin()).status).toBe(403);
    expect((await stepUp({ password })).status).toBe(200);
    expect((await begin()).status).toBe(201);
  });

  test("with a second factor on a code is the proof, and the password is none", async () => {
    const { secret, recoveryCodes } = await enrol(program, session);
    await grow();
    const byPassword = await stepUp({ password });
    expect([byPassword.status, fieldErrors(byPassword)]).toEqual([422, ["/code required"]]);
    const wrong = await stepUp({ code: wrongCode(secret) });
    expect([wrong.status, problemType(wrong)]).toEqual([403, "wrong-code"]);
    expect((await remove()).status).toBe(403);
    const code = nextCode(secret);
    expect((await stepUp({ code })).status).toBe(200);
    expect(problemType(await stepUp({ code }))).toBe("wrong-code");
    expect((await stepUp({ code: recoveryCodes[0] })).status).toBe(200);
    expect((await remove()).status).toBe(204);
    expect((await program.login(email, password)).status).toBe(200);
  });

  test("Keycloak GHSA-8g9r: a stolen token, also with the password, does not remove the factor", async () => {
    await enrol(program, session);
    await grow();
    const renewed = newPassword();
    const changed = await program.send("POST", `${auth}/password`, {
      token: session.access_token,
      json: { current_password: password, new_password: renewed },
    });
    expect(changed.status).toBe(200);
    for (const token of [session.access_token, signedInOf(changed).access_token]) {
      const refused = await remove(token);
      expect(refused.status === 401 || problemType(refused) === "step-up-required").toBe(true);
    }
    expect(await installation.query("SELECT count(*) FROM totp_factors WHERE confirmed_at IS NOT NULL")).toBe("1");
  });

  test("Keycloak GHSA-rg35: a new session id at every sign-in", async () => {
    const ids = new Set<string>();
    for (let i = 0; i < 3; i += 1) {
      const [, claims = ""] = signedInOf(await program.login(email, password)).access_token.split(".");
      ids.add((JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as { sid: string }).sid);
    }
    expect(ids.size).toBe(3);
  });

  test("c.34 a stolen access token alone changes no password", async () => {
    const refused = await program.send("POST", `${auth}/password`, {
      token: session.access_token,
      json: { current_password: newPassword(), new_password: newPassword() },
    });
    expect([refused.status, problemType(refused)]).toEqual([403, "wrong-password"]);
  });

  test("exactly one proof, of the right kind and type", async () => {
    for (const [json, expected] of [
      [{}, ["/password required"]],
      [{ password, code: "123456" }, ["/code not_allowed"]],
      [{ code: "123456" }, ["/password required"]],
      [{ password: 1 }, ["/password wrong_type"]],
      [{ password, owner: "x" }, ["/owner unknown_member"]],
    ] as const) {
      const reply = await stepUp(json);
      expect([reply.status, fieldErrors(reply)]).toEqual([422, expected]);
    }
  });

  test("what was proved or turned on is written down, by whom and how it went", async () => {
    await stepUp({ password: newPassword() });
    await stepUp({ password });
    await enrol(program, session);
    const { events } = (await program.send("GET", `${auth}/timeline`, { token: session.access_token })).json as {
      events: { action: string; outcome: string; by: string }[];
    };
    expect(events.slice(0, 3).map((e) => [e.action, e.outcome, e.by])).toEqual([
      ["factor.added", "ok", "you"],
      ["step_up.proved", "ok", "you"],
      ["step_up.proved", "refused", "nobody"],
    ]);
  });
});
