/** The account routes of the API, and the one place where a session begins or ends together with the cached data. */
import { createClient } from "@/api/client";
import type { Credentials, Policy, SetupClaim, SetupLink, SignedIn, User } from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { type EndReason, useAuth } from "./authStore";

export const client = createClient({
  accessToken: () => useAuth.getState().session?.token ?? null,
  tokenRefused: (token) => {
    // A late answer to an earlier session's token must not end the present one.
    if (useAuth.getState().session?.token === token) endSession("ended");
  },
});

export const authService = {
  async policy(signal?: AbortSignal): Promise<Policy> {
    return (await client.get<Policy>("/auth/policy", { signal })).data;
  },
  async me(signal?: AbortSignal): Promise<User> {
    return (await client.get<User>("/auth/me", { signal })).data;
  },
  async inspectSetupLink(token: string, signal?: AbortSignal): Promise<SetupLink> {
    return (await client.post<SetupLink>("/auth/setup/inspect", { token }, { signal })).data;
  },
  async login(credentials: Credentials): Promise<void> {
    beginSession((await client.post<SignedIn>("/auth/login", tidied(credentials))).data);
  },
  async register(credentials: Credentials): Promise<void> {
    beginSession((await client.post<SignedIn>("/auth/register", tidied(credentials))).data);
  },
  async claimSetupLink(claim: SetupClaim): Promise<void> {
    beginSession((await client.post<SignedIn>("/auth/setup", claim)).data);
  },
  logout(): void {
    endSession("signed_out");
  },
};

/** White space around an address is a slip of pasting; a password is sent exactly as it was typed. */
function tidied({ email, password }: Credentials): Credentials {
  return { email: email.trim(), password };
}

/** Whatever was cached belongs to the earlier session, so it goes before the new one can read it. */
function beginSession(answer: SignedIn): void {
  queryClient.clear();
  useAuth.getState().begin(answer);
}

function endSession(reason: EndReason): void {
  useAuth.getState().end(reason);
  queryClient.clear();
}
