// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";
import { type Adapter, HttpError, type HttpRequest } from "@/api/http";
import { queryClient } from "@/app/queryClient";
import { authService } from "./authService";
import { useAuth } from "./authStore";
import { client, openClient } from "./session";
import { tokenOf } from "./session/sessionState";
import { answerFor, settle, userOf } from "./session/testing";
import { factorService } from "./factorService";
import { leavingService } from "./leavingService";
import { settleProof, useStepUp } from "./stepUp";

type Answer = { status: number; data?: unknown };
type Route = (config: HttpRequest) => Answer | Promise<Answer>;

/** Answers instead of the network, by path; `seen` is what was sent. */
let seen: HttpRequest[] = [];
let routes: Record<string, Route> = {};

const adapter: Adapter = async (config) => {
  seen.push({ ...config, headers: new Headers(config.headers) });
  const route: Route = routes[config.url ?? ""] ?? (() => ({ status: 404 }));
  const { status, data } = await route(config);
  if (status === 0) throw new HttpError(null);
  return { status, data, headers: new Headers() };
};
client.defaults.adapter = adapter;
openClient.defaults.adapter = adapter;

const problem = (status: number, type: string): Answer => ({
  status,
  data: { type: `urn:kontor:problem:${type}`, title: type, status },
});
const sentTo = (path: string) => seen.filter(({ url }) => url === path);
const bearers = (path: string) => sentTo(path).map(({ headers }) => headers.get("Authorization"));
const phase = () => useAuth.getState().state.phase;
const token = () => tokenOf(useAuth.getState().state);

async function logIn(name: string, count = 1): Promise<void> {
  routes["/auth/login"] = () => ({ status: 200, data: answerFor(name, count) });
  await authService.login({ email: `${name}@example.com`, password: "p" });
}

/** Accepts this token only. */
function acceptOnly(good: string): void {
  routes["/auth/me"] = ({ headers }) =>
    headers.get("Authorization") === `Bearer ${good}`
      ? { status: 200, data: userOf("ann") }
      : problem(401, "invalid-token");
}

beforeEach(() => {
  seen = [];
  routes = { "/auth/logout": () => ({ status: 204 }) };
  localStorage.clear();
  sessionStorage.clear();
  queryClient.clear();
  useAuth.setState({ state: { phase: "out", reason: null } });
});

describe("a session", () => {
  it("sends its token, and none without it", async () => {
    await logIn("ann");
    expect(bearers("/auth/login")).toEqual([null]);
    acceptOnly("ann-1");
    expect(await authService.me()).toEqual(userOf("ann"));
  });

  it("is written to no storage", async () => {
    await logIn("ann");
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain("ann");
    expect(document.cookie).toBe("");
  });

  it("goes on with another token when the server refuses the old one: the request is sent once more", async () => {
    await logIn("ann");
    acceptOnly("ann-2");
    routes["/auth/refresh"] = () => ({ status: 200, data: answerFor("ann", 2) });
    const answers = await Promise.all([authService.me(), authService.me(), authService.me()]);
    expect(answers).toEqual([userOf("ann"), userOf("ann"), userOf("ann")]);
    expect(sentTo("/auth/refresh")).toHaveLength(1);
    expect(bearers("/auth/refresh")).toEqual([null]);
    expect(bearers("/auth/me")).toEqual([...Array(3).fill("Bearer ann-1"), ...Array(3).fill("Bearer ann-2")]);
  });

  it("sends what was typed the second time exactly as the first time", async () => {
    await logIn("ann");
    const typed = { current_password: " a ", new_password: '"\\ü\u2028😀' };
    routes["/auth/refresh"] = () => ({ status: 200, data: answerFor("ann", 2) });
    routes["/auth/password"] = ({ headers }) =>
      headers.get("Authorization") === "Bearer ann-1"
        ? problem(401, "invalid-token")
        : { status: 200, data: answerFor("ann", 3) };
    await authService.changePassword(typed);
    expect(sentTo("/auth/password").map(({ data }) => JSON.parse(String(data)))).toEqual([typed, typed]);
    expect(sentTo("/auth/password").map(({ headers }) => headers.get("Content-Type"))).toEqual([
      "application/json",
      "application/json",
    ]);
    expect(token()).toBe("ann-3");
  });

  it("tries no third time", async () => {
    await logIn("ann");
    acceptOnly("another");
    let count = 1;
    routes["/auth/refresh"] = () => ({ status: 200, data: answerFor("ann", (count += 1)) });
    await expect(authService.me()).rejects.toMatchObject({ failure: { problem: { status: 401 } } });
    expect(sentTo("/auth/me")).toHaveLength(2);
    expect(sentTo("/auth/refresh")).toHaveLength(1);
  });

  it("that ended waits for its owner, and then goes on", async () => {
    await logIn("ann");
    queryClient.setQueryData(["charts"], ["Ann's"]);
    acceptOnly("ann-9");
    routes["/auth/refresh"] = () => problem(401, "session-ended");
    const waiting = authService.me();
    await settle();
    await expect.poll(phase).toBe("interrupted");
    const later = authService.me();
    await logIn("ann", 9);
    expect(await Promise.all([waiting, later])).toEqual([userOf("ann"), userOf("ann")]);
    expect(queryClient.getQueryData(["charts"])).toEqual(["Ann's"]);
  });

  it("that ended gives nothing to the next user", async () => {
    await logIn("ann");
    queryClient.setQueryData(["charts"], ["Ann's"]);
    const { generation } = useAuth.getState();
    acceptOnly("bob-1");
    routes["/auth/refresh"] = () => problem(401, "session-ended");
    const waiting = authService.me();
    await expect.poll(phase).toBe("interrupted");
    await logIn("bob");
    await expect(waiting).rejects.toBeDefined();
    expect(bearers("/auth/me")).toEqual(["Bearer ann-1"]);
    expect(queryClient.getQueryData(["charts"])).toBeUndefined();
    expect(useAuth.getState().generation).toBe(generation + 1);
  });

  it("is not ended by a refresh without answer", async () => {
    await logIn("ann");
    acceptOnly("ann-2");
    routes["/auth/refresh"] = () => ({ status: 0 });
    await expect(authService.me()).rejects.toMatchObject({ failure: { kind: "network" } });
    expect(token()).toBe("ann-1");
  });

  it("outlives wrong credentials and failures that say nothing about it", async () => {
    await logIn("ann");
    for (const [status, type] of [
      [401, "invalid-credentials"],
      [403, "forbidden"],
      [500, "internal"],
    ] as const) {
      routes["/auth/me"] = () => problem(status, type);
      await expect(authService.me()).rejects.toBeDefined();
    }
    expect(token()).toBe("ann-1");
    expect(sentTo("/auth/refresh")).toEqual([]);
  });

  it("of another user starts without the earlier one's data", async () => {
    await logIn("ann");
    queryClient.setQueryData(["charts"], ["Ann's"]);
    await logIn("bob");
    expect(queryClient.getQueryData(["charts"])).toBeUndefined();
    expect(token()).toBe("bob-1");
  });
});

describe("a call that wants a fresh proof", () => {
  const revoked = () => bearers("/auth/second-factor/totp");
  const asked = () => useStepUp.getState().asked;

  /** Refuses until this token asks. */
  function wantProofOf(good: string): void {
    routes["/auth/second-factor/totp"] = ({ headers }) =>
      headers.get("Authorization") === `Bearer ${good}` ? { status: 204 } : problem(403, "step-up-required");
    routes["/auth/step-up"] = () => ({ status: 200, data: answerFor("ann", 2) });
  }

  it("goes on by itself with the token that the proof gave", async () => {
    await logIn("ann");
    wantProofOf("ann-2");
    const call = factorService.turnOff();
    await expect.poll(asked).toBe(true);
    await factorService.prove({ password: "p" });
    settleProof(true);
    await call;
    expect(revoked()).toEqual(["Bearer ann-1", "Bearer ann-2"]);
    expect(token()).toBe("ann-2");
  });

  it("fails as the server refused it when the person does not want to", async () => {
    await logIn("ann");
    wantProofOf("ann-2");
    const call = factorService.turnOff();
    await expect.poll(asked).toBe(true);
    settleProof(false);
    await expect(call).rejects.toMatchObject({ failure: { problem: { status: 403 } } });
    expect(revoked()).toEqual(["Bearer ann-1"]);
  });

  it("asks no second time for the same call", async () => {
    await logIn("ann");
    wantProofOf("nobody");
    const call = factorService.turnOff();
    await expect.poll(asked).toBe(true);
    await factorService.prove({ password: "p" });
    settleProof(true);
    await expect(call).rejects.toMatchObject({ failure: { problem: { status: 403 } } });
    expect(asked()).toBe(false);
    expect(revoked()).toHaveLength(2);
  });

  it("survives a session that ends meanwhile", async () => {
    await logIn("ann");
    routes["/auth/second-factor/totp"] = ({ headers }) => {
      switch (headers.get("Authorization")) {
        case "Bearer ann-1":
          return problem(403, "step-up-required");
        case "Bearer ann-2":
          return problem(401, "invalid-token");
        default:
          return { status: 204 };
      }
    };
    routes["/auth/step-up"] = () => ({ status: 200, data: answerFor("ann", 2) });
    routes["/auth/refresh"] = () => ({ status: 200, data: answerFor("ann", 3) });
    const call = factorService.turnOff();
    await expect.poll(asked).toBe(true);
    await factorService.prove({ password: "p" });
    settleProof(true);
    await call;
    expect(revoked()).toEqual(["Bearer ann-1", "Bearer ann-2", "Bearer ann-3"]);
  });

  it("is never sent in the name of the user who comes next", async () => {
    await logIn("ann");
    wantProofOf("bob-1");
    const call = factorService.turnOff();
    await expect.poll(asked).toBe(true);
    await logIn("bob");
    await expect(call).rejects.toBeDefined();
    expect(asked()).toBe(false);
    expect(revoked()).toEqual(["Bearer ann-1"]);
  });

  it("is recognised when it asked for a file", async () => {
    await logIn("ann");
    const refusal = JSON.stringify(problem(403, "step-up-required").data);
    routes["/auth/export"] = () => ({ status: 403, data: new Blob([refusal], { type: "application/problem+json" }) });
    const call = leavingService.export(() => {}, new AbortController().signal);
    await expect.poll(asked).toBe(true);
    settleProof(false);
    await expect(call).rejects.toMatchObject({ failure: { problem: { type: "urn:kontor:problem:step-up-required" } } });
  });
});

it("a policy that demands a second factor makes the account be read again", async () => {
  await logIn("ann");
  queryClient.setQueryData(["account", "me"], userOf("ann"));
  routes["/auth/sessions"] = () => problem(403, "second-factor-enrolment-required");
  await expect(authService.sessions()).rejects.toBeDefined();
  expect(queryClient.getQueryState(["account", "me"])?.isInvalidated).toBe(true);
});

describe("a deleted account", () => {
  it("is left in every tab, without a logout that the server would not understand", async () => {
    await logIn("ann");
    routes["/auth/me"] = () => ({ status: 204 });
    await leavingService.deleteAccount();
    expect(useAuth.getState().state).toEqual({ phase: "out", reason: "deleted" });
    expect(sentTo("/auth/logout")).toEqual([]);
  });

  it("stays when the server refuses", async () => {
    await logIn("ann");
    routes["/auth/me"] = () => problem(409, "last-admin");
    await expect(leavingService.deleteAccount()).rejects.toBeDefined();
    expect(phase()).toBe("in");
  });
});

describe("a changed address", () => {
  it("that counts at once reaches the session", async () => {
    await logIn("ann");
    routes["/auth/email/change"] = () => ({ status: 200, data: userOf("anna") });
    routes["/auth/refresh"] = () => ({
      status: 200,
      data: { ...answerFor("ann", 2), user: { ...userOf("ann"), email: "anna@example.com" } },
    });
    expect(await authService.changeEmail({ email: " anna@example.com " })).toBe(true);
    expect(useAuth.getState().state).toMatchObject({ session: { user: { email: "anna@example.com" } } });
    expect(JSON.parse(String(sentTo("/auth/email/change")[0]?.data))).toEqual({ email: "anna@example.com" });
  });

  it("that must be confirmed changes nothing yet", async () => {
    await logIn("ann");
    routes["/auth/email/change"] = () => ({ status: 202, data: {} });
    expect(await authService.changeEmail({ email: "anna@example.com" })).toBe(false);
    expect(sentTo("/auth/refresh")).toEqual([]);
  });
});

describe("a logout", () => {
  it("takes everything that was cached with it, and tells the server", async () => {
    await logIn("ann");
    queryClient.setQueryData(["charts"], ["Ann's"]);
    const told = authService.logout();
    expect(useAuth.getState().state).toEqual({ phase: "out", reason: "signed_out" });
    expect(queryClient.getQueryCache().getAll()).toEqual([]);
    await told;
    expect(bearers("/auth/logout")).toEqual(["Bearer ann-1"]);
    expect({ ...localStorage }).toEqual({});
  });

  it("that does not reach the server is told, remembered, and made up for at the next start", async () => {
    await logIn("ann");
    routes["/auth/logout"] = () => ({ status: 0 });
    await authService.logout();
    expect(useAuth.getState().state).toEqual({ phase: "out", reason: "unconfirmed" });

    useAuth.setState({ state: { phase: "starting", failure: null } });
    routes["/auth/logout"] = () => ({ status: 204 });
    routes["/auth/refresh"] = () => ({ status: 200, data: answerFor("ann", 2) });
    await authService.start();
    expect(sentTo("/auth/refresh")).toEqual([]);
    expect(sentTo("/auth/logout")).toHaveLength(2);
    expect(phase()).toBe("out");

    useAuth.setState({ state: { phase: "starting", failure: null } });
    routes["/auth/refresh"] = () => problem(401, "session-ended");
    await authService.start();
    expect(sentTo("/auth/refresh")).toHaveLength(1);
  });

  it("is over before the next login is sent: its answer would take the new cookie away", async () => {
    await logIn("ann");
    let release = () => {};
    routes["/auth/logout"] = () =>
      new Promise((resolve) => {
        release = () => resolve({ status: 204 });
      });
    void authService.logout();
    const login = logIn("bob");
    await settle();
    expect(sentTo("/auth/login")).toHaveLength(1);
    release();
    await login;
    expect(sentTo("/auth/login")).toHaveLength(2);
    expect(token()).toBe("bob-1");
  });
});

describe("a start", () => {
  it("asks the cookie", async () => {
    useAuth.setState({ state: { phase: "starting", failure: null } });
    routes["/auth/refresh"] = () => ({ status: 200, data: answerFor("ann", 1) });
    await authService.start();
    expect(token()).toBe("ann-1");
    expect(sentTo("/auth/refresh").map(({ method, data }) => [method, data])).toEqual([["post", undefined]]);
  });

  it.each([
    ["no answer", { status: 0 }],
    ["a busy server", problem(503, "busy")],
  ])("that meets %s does not take the person for a stranger", async (_, answer) => {
    useAuth.setState({ state: { phase: "starting", failure: null } });
    routes["/auth/refresh"] = () => answer;
    await authService.start();
    expect(useAuth.getState().state).toMatchObject({ phase: "starting", failure: { kind: expect.any(String) } });
  });
});

describe("credentials", () => {
  it("are sent as typed, but for white space around the address", async () => {
    routes["/auth/login"] = () => ({ status: 200, data: answerFor("ann") });
    await authService.login({ email: "  Ann@Example.com\t", password: " x " });
    expect(JSON.parse(String(seen[0]?.data))).toEqual({ email: "Ann@Example.com", password: " x " });
  });
});
