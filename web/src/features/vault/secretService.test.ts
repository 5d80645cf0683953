// @vitest-environment jsdom
import { beforeEach, expect, it } from "vitest";
import type { HttpRequest } from "@/api/http";
import { queryClient } from "@/app/queryClient";
import { useAuth } from "@/features/account/authStore";
import { client } from "@/features/account/session";
import { sessionOf } from "@/features/account/session/testing";
import { secretService } from "./secretService";

let sent: HttpRequest[] = [];
let data: unknown;

client.defaults.adapter = async (config) => {
  sent.push(config);
  return { status: 200, data, headers: new Headers() };
};

beforeEach(() => {
  sent = [];
  data = {};
  useAuth.setState({ state: { phase: "in", session: sessionOf("ann", 1, Date.now()) } });
});

it("a name stays one part of the path, whatever it is", async () => {
  await secretService.remove("../auth/me?x=1");
  await secretService.restore("a/b");
  await secretService.destroy("a");
  expect(sent.map(({ method, url, params }) => [method, url, params])).toEqual([
    ["delete", "/secrets/..%2Fauth%2Fme%3Fx%3D1", undefined],
    ["post", "/secrets/a%2Fb/undelete", undefined],
    ["delete", "/secrets/a", { permanently: true }],
  ]);
});

it("a value that is shown is in no cache and in no address", async () => {
  data = { name: "ledger", version: 2, value: "shown once" };
  expect(await secretService.reveal("ledger", 2)).toEqual(data);
  expect(sent[0]?.url).toBe("/secrets/ledger/reveal");
  expect(sent[0]?.data).toBe(JSON.stringify({ version: 2 }));
  const kept = [...queryClient.getQueryCache().getAll(), ...queryClient.getMutationCache().getAll()];
  expect(JSON.stringify(kept.map(({ state }) => state))).not.toContain("shown once");
  expect(JSON.stringify([{ ...localStorage }, { ...sessionStorage }, useAuth.getState()])).not.toContain("shown once");
});
