// @vitest-environment jsdom
import type { AxiosAdapter, InternalAxiosRequestConfig } from "axios";
import { AxiosError, AxiosHeaders } from "axios";
import { beforeEach, describe, expect, it } from "vitest";
import type { SignedIn } from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { authService, client } from "./authService";
import { useAuth } from "./authStore";

function signedIn(name: string): SignedIn {
  const at = "2026-01-01T00:00:00Z";
  const user = {
    id: `id-${name}`,
    email: `${name}@example.com`,
    is_admin: false,
    is_active: true,
    created_at: at,
    updated_at: at,
  };
  return { access_token: `token-${name}`, token_type: "bearer", expires_in: 3600, user };
}

/** Answers instead of the network; `seen` is what was sent. */
let seen: InternalAxiosRequestConfig[] = [];
function answer(reply: (config: InternalAxiosRequestConfig) => { status: number; data: unknown }): void {
  client.defaults.adapter = (async (config) => {
    seen.push(config);
    const { status, data } = await Promise.resolve(reply(config));
    const response = { status, data, statusText: "", headers: new AxiosHeaders(), config };
    if (status >= 400) throw new AxiosError("refused", "ERR_BAD_REQUEST", config, {}, response);
    return response;
  }) satisfies AxiosAdapter;
}

const refused = {
  status: 401,
  data: { type: "urn:kontor:problem:invalid-token", title: "Invalid token", status: 401 },
};

async function logIn(name: string): Promise<void> {
  answer(() => ({ status: 200, data: signedIn(name) }));
  await authService.login({ email: `${name}@example.com`, password: "p" });
}

beforeEach(() => {
  seen = [];
  localStorage.clear();
  sessionStorage.clear();
  queryClient.clear();
  useAuth.setState({ session: null, endReason: null });
});

describe("a session", () => {
  it("sends its token, and none without it", async () => {
    await logIn("ann");
    expect(seen[0]?.headers.get("Authorization")).toBeUndefined();
    answer(() => ({ status: 200, data: signedIn("ann").user }));
    await authService.me();
    expect(seen[1]?.headers.get("Authorization")).toBe("Bearer token-ann");
  });

  it("is written to no storage", async () => {
    await logIn("ann");
    expect(JSON.stringify({ ...localStorage, ...sessionStorage })).not.toContain("token-ann");
    expect(document.cookie).toBe("");
  });

  it("ends with everything that was cached", async () => {
    await logIn("ann");
    queryClient.setQueryData(["me", "id-ann"], signedIn("ann").user);
    authService.logout();
    expect(useAuth.getState()).toMatchObject({ session: null, endReason: "signed_out" });
    expect(queryClient.getQueryCache().getAll()).toEqual([]);
  });

  it("of another user starts without the earlier one's data", async () => {
    await logIn("ann");
    queryClient.setQueryData(["charts"], ["Ann's"]);
    await logIn("bob");
    expect(queryClient.getQueryData(["charts"])).toBeUndefined();
    expect(useAuth.getState().session?.user.email).toBe("bob@example.com");
  });

  it("ends when the server no longer accepts its token", async () => {
    await logIn("ann");
    queryClient.setQueryData(["charts"], ["Ann's"]);
    answer(() => refused);
    await expect(authService.me()).rejects.toMatchObject({ failure: { kind: "problem" } });
    expect(useAuth.getState()).toMatchObject({ session: null, endReason: "ended" });
    expect(queryClient.getQueryData(["charts"])).toBeUndefined();
  });

  it("is not ended by a late answer to an earlier token", async () => {
    await logIn("ann");
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    client.defaults.adapter = async (config) => {
      await held;
      throw new AxiosError(
        "refused",
        "ERR_BAD_REQUEST",
        config,
        {},
        {
          ...refused,
          statusText: "",
          headers: new AxiosHeaders(),
          config,
        },
      );
    };
    const late = authService.me();
    await Promise.resolve();
    await logIn("bob");
    release();
    await expect(late).rejects.toBeDefined();
    expect(useAuth.getState().session?.user.email).toBe("bob@example.com");
  });

  it("outlives wrong credentials and failures that say nothing about it", async () => {
    await logIn("ann");
    for (const [status, type] of [
      [401, "invalid-credentials"],
      [403, "forbidden"],
      [500, "internal"],
    ] as const) {
      answer(() => ({ status, data: { type: `urn:kontor:problem:${type}`, title: "t", status } }));
      await expect(authService.me()).rejects.toBeDefined();
    }
    expect(useAuth.getState().session?.token).toBe("token-ann");
  });

  it("counts its end from now", () => {
    useAuth.getState().begin(signedIn("ann"), 1_000);
    expect(useAuth.getState().session?.expiresAt).toBe(3_601_000);
  });
});

describe("credentials", () => {
  it("are sent as typed, but for white space around the address", async () => {
    answer(() => ({ status: 200, data: signedIn("ann") }));
    await authService.login({ email: "  Ann@Example.com\t", password: " x " });
    expect(JSON.parse(String(seen[0]?.data))).toEqual({ email: "Ann@Example.com", password: " x " });
  });
});
