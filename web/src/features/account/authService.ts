/** The account routes of the API, and the ways in which a person begins or ends a session. */
import type { LoginCode, TimelinePage } from "@/api/sessionTypes";
import type {
  Credentials,
  DeviceSession,
  DeviceSessions,
  LogoutAll,
  PasswordChange,
  Policy,
  SetupClaim,
  SetupLink,
  SignedIn,
  User,
} from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { useAuth } from "./authStore";
import { client, coordinator, openClient } from "./session";
import { whenDiscarded } from "./session/discard";
import { logoutMarker } from "./session/logoutMarker";
import { ownerOf, tokenOf } from "./session/sessionState";

whenDiscarded(() => queryClient.clear());

/** A logout under way: its answer clears the cookie, so no login may overtake it. */
let leaving: Promise<void> = Promise.resolve();

export const authService = {
  /** Once, before the first page: is somebody signed in? */
  async start(): Promise<void> {
    if (logoutMarker.isSet()) return authService.logout();
    await coordinator.start();
  },

  async policy(signal?: AbortSignal): Promise<Policy> {
    return (await openClient.get<Policy>("/auth/policy", { signal })).data;
  },
  async me(signal?: AbortSignal): Promise<User> {
    const { data } = await client.get<User>("/auth/me", { signal });
    if (ownerOf(useAuth.getState().state)?.is_admin !== data.is_admin) authService.rightsChanged();
    return data;
  },
  /** The rights of this account are not what the session says: it is renewed, and the pages follow. */
  rightsChanged(): void {
    if (tokenOf(useAuth.getState().state) !== null) void coordinator.renewNow();
  },
  async inspectSetupLink(token: string, signal?: AbortSignal): Promise<SetupLink> {
    return (await openClient.post<SetupLink>("/auth/setup/inspect", { token }, { signal })).data;
  },

  async login(credentials: Credentials): Promise<void> {
    await signIn("/auth/login", tidied(credentials));
  },
  /** The second step, after a login that answered `second-factor-required`. */
  async loginWithCode(answer: LoginCode): Promise<void> {
    await signIn("/auth/login/code", answer);
  },
  async register(credentials: Credentials): Promise<void> {
    await signIn("/auth/register", tidied(credentials));
  },
  async claimSetupLink(claim: SetupClaim): Promise<void> {
    await signIn("/auth/setup", claim);
  },

  /** Ends the session here and in the other tabs at once; the server is told as soon as it answers. */
  logout(): Promise<void> {
    const token = tokenOf(useAuth.getState().state);
    logoutMarker.set();
    coordinator.signedOut();
    leaving = tellServer(token);
    return leaving;
  },

  async sessions(signal?: AbortSignal): Promise<DeviceSession[]> {
    return (await client.get<DeviceSessions>("/auth/sessions", { signal })).data.sessions;
  },
  async endSession(id: string): Promise<void> {
    await client.delete(`/auth/sessions/${encodeURIComponent(id)}`);
  },
  async endOtherSessions(): Promise<void> {
    await client.post("/auth/logout-all", { except_current: true } satisfies LogoutAll);
  },
  /** The other sessions end; this one goes on with a new token. */
  async changePassword(change: PasswordChange): Promise<void> {
    coordinator.signedIn((await client.post<SignedIn>("/auth/password", change)).data);
  },
  async timeline(cursor: string | null, signal?: AbortSignal): Promise<TimelinePage> {
    const params = { limit: timelinePageSize, ...(cursor === null ? {} : { cursor }) };
    return (await client.get<TimelinePage>("/auth/timeline", { params, signal })).data;
  },
};

const timelinePageSize = 20;

async function signIn(path: string, body: Credentials | LoginCode | SetupClaim): Promise<void> {
  await leaving;
  const { data } = await openClient.post<SignedIn>(path, body);
  logoutMarker.clear();
  coordinator.signedIn(data);
}

async function tellServer(token: string | null): Promise<void> {
  try {
    const headers = token === null ? {} : { Authorization: `Bearer ${token}` };
    await openClient.post("/auth/logout", undefined, { headers, timeout: 10_000 });
    logoutMarker.clear();
  } catch {
    coordinator.signedOutUnconfirmed();
  }
}

/** White space around an address is a slip of pasting; a password is sent exactly as it was typed. */
function tidied({ email, password }: Credentials): Credentials {
  return { email: email.trim(), password };
}
