// @vitest-environment jsdom
import { beforeEach, describe, expect, it } from "vitest";
import { failureOf, isProblem, problemType } from "@/api/failure";
import type { HttpRequest } from "@/api/http";
import { useAuth } from "@/features/account/authStore";
import { client, openClient } from "@/features/account/session";
import { answerFor, sessionOf, settle } from "@/features/account/session/testing";
import { adminService } from "./adminService";

let sent: HttpRequest[] = [];
let answer: { status: number; data?: unknown } = { status: 200 };

client.defaults.adapter = async (config) => {
  sent.push(config);
  return { ...answer, data: answer.data, headers: new Headers() };
};
let renewed = 0;
openClient.defaults.adapter = async () => {
  renewed += 1;
  return { status: 200, data: answerFor("ann", 2), headers: new Headers() };
};

const problem = (status: number, type: string) => ({
  status,
  data: { type: `urn:kontor:problem:${type}`, title: type, status },
});
const owner = () => {
  const { state } = useAuth.getState();
  return state.phase === "in" ? state.session.user : null;
};

beforeEach(() => {
  sent = [];
  renewed = 0;
  answer = { status: 200, data: { users: [] } };
  const session = sessionOf("ann", 1, Date.now());
  session.user = { ...session.user, is_admin: true };
  useAuth.setState({ state: { phase: "in", session } });
});

describe("a filter", () => {
  it("is left out when it is empty", async () => {
    await adminService.users({ q: "  ", state: null }, null);
    expect(sent[0]?.params).toEqual({ limit: 25 });
    await adminService.users({ q: " ann ", state: "admin" }, "next");
    expect(sent[1]?.params).toEqual({ limit: 25, cursor: "next", q: "ann", state: "admin" });
    await adminService.audit({ action: "login.refused" }, null);
    expect(sent[2]?.params).toEqual({ limit: 25, action: "login.refused" });
  });
});

describe("an id", () => {
  it("stays one part of the path, whatever it is", async () => {
    await adminService.user("../auth/me?x=1");
    expect(sent[0]?.url).toBe("/admin/users/..%2Fauth%2Fme%3Fx%3D1");
  });
});

describe("a refusal", () => {
  it("for lack of rights lets the session learn of it", async () => {
    answer = problem(403, "forbidden");
    const failed = await adminService.policy().catch(failureOf);
    expect(isProblem(failed as ReturnType<typeof failureOf>, problemType.forbidden)).toBe(true);
    await settle();
    expect(renewed).toBe(1);
    expect(owner()?.is_admin).toBe(false);
  });

  it.each([
    [409, "last-admin"],
    [404, "not-found"],
    [403, "origin-not-allowed"],
  ])("of another kind changes nothing about it: %i %s", async (status, type) => {
    answer = problem(status, type);
    await adminService.change("a", { is_admin: false }).catch(failureOf);
    await settle();
    expect(renewed).toBe(0);
    expect(owner()?.is_admin).toBe(true);
  });
});
