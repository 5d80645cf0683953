/** The account routes of the API, and the ways in which a person begins or ends a session. */
import type {
  Credentials,
  DeviceSession,
  DeviceSessions,
  EmailAddress,
  LoginCode,
  LogoutAll,
  PasswordChange,
  Me,
  Policy,
  Registration,
  RegistrationPending,
  SetupClaim,
  SetupLink,
  SetupToken,
  SignedIn,
  Timeline,
} from "@/api/types";
import { useAuth } from "./authStore";
import { client, coordinator, openClient } from "./session";
import { accountChanged } from "./session/changed";
import { logoutMarker } from "./session/logoutMarker";
import { ownerOf, tokenOf } from "./session/sessionState";

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
  async me(signal?: AbortSignal): Promise<Me> {
    const { data } = await client.get<Me>("/auth/me", { signal });
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
  /** Where an address must be proved first: mails a link to it, by which the password is set. */
  async registerByMail({ email }: EmailAddress): Promise<void> {
    await leaving;
    await openClient.post<RegistrationPending>("/auth/register", { email: email.trim() } satisfies Registration);
  },
  async claimSetupLink(claim: SetupClaim): Promise<void> {
    await signIn("/auth/setup", claim);
  },
  /** The answer is the same whether or not there is such an account. */
  async forgotPassword({ email }: EmailAddress): Promise<void> {
    await openClient.post("/auth/password/forgot", { email: email.trim() } satisfies EmailAddress);
  },
  async resetPassword(claim: SetupClaim): Promise<void> {
    await signIn("/auth/password/reset", claim);
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
  async sendVerification(): Promise<void> {
    await client.post("/auth/email/verification");
  },
  /** True when it counts already; otherwise a link is on its way to the new address. */
  async changeEmail({ email }: EmailAddress): Promise<boolean> {
    const { status } = await client.post("/auth/email/change", { email: email.trim() } satisfies EmailAddress);
    if (status !== 200) return false;
    await refreshOwner();
    return true;
  },
  /** Gives the address that is proved now. Whoever opens the link may be signed in here, or somewhere else. */
  async confirmEmail(token: string): Promise<string> {
    const { data } = await openClient.post<EmailAddress>("/auth/email/confirm", { token } satisfies SetupToken);
    if (useAuth.getState().state.phase === "in") await refreshOwner();
    return data.email;
  },
  async timeline(cursor: string | null, signal?: AbortSignal): Promise<Timeline> {
    const params = { limit: timelinePageSize, ...(cursor === null ? {} : { cursor }) };
    return (await client.get<Timeline>("/auth/timeline", { params, signal })).data;
  },
};

const timelinePageSize = 20;

async function signIn(path: string, body: Credentials | LoginCode | SetupClaim): Promise<void> {
  await leaving;
  const { data } = await openClient.post<SignedIn>(path, body);
  logoutMarker.clear();
  coordinator.signedIn(data);
}

/** The address stands in the session too, in every tab: a new token brings the new one. */
async function refreshOwner(): Promise<void> {
  await coordinator.renewNow();
  accountChanged();
}

async function tellServer(token: string | null): Promise<void> {
  try {
    const headers: Record<string, string> = token === null ? {} : { Authorization: `Bearer ${token}` };
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
