/**
 * The HTTP clients: one for calls that anybody may make, one that sends the access token. Both turn every failure into a
 * `CallError`. They know nothing of stores: who holds the token, and how a refused one is replaced, is told to
 * `createClient` as a `SessionPort`.
 */
import axios, { type AxiosInstance, type InternalAxiosRequestConfig } from "axios";
import { CallError, isProblem, problemType, readRefusal, toFailure } from "./failure";

declare module "axios" {
  interface AxiosRequestConfig {
    /** Sent once more because a fresh proof was given: it is not asked for a second time. */
    proved?: boolean;
  }
}

export interface SessionPort<Credential extends { token: string }> {
  /** What to send, once it is known; null when nobody is signed in. */
  credential(): Promise<Credential | null>;
  /** The server refused this one. Gives another to send the request with once more, or null. */
  replace(refused: Credential): Promise<Credential | null>;
}

/** What some calls meet besides a missing session, and what is done about it. */
export interface CallGates {
  /** The server wants a fresh proof of who asks. True once it has one, false when there will be none. */
  prove(): Promise<boolean>;
  /** The server answers nothing else before a second factor is set up. */
  mustEnrol(): void;
}

/** For what needs no session: the entrance, and the calls that live on the refresh cookie. */
export function createOpenClient(): AxiosInstance {
  const client = bare();
  client.interceptors.response.use(undefined, (error: unknown) => Promise.reject(new CallError(toFailure(error))));
  return client;
}

export function createClient<Credential extends { token: string }>(
  session: SessionPort<Credential>,
  gates: CallGates,
): AxiosInstance {
  const client = bare();
  // What each request was sent with. A request sent for the second time is not in here: its refusal is final.
  const sent = new WeakMap<InternalAxiosRequestConfig, Credential>();

  client.interceptors.request.use(async (config) => {
    if (config.headers.has("Authorization")) return config;
    const credential = await session.credential();
    if (credential !== null) {
      config.headers.set("Authorization", `Bearer ${credential.token}`);
      sent.set(config, credential);
    }
    return config;
  });

  client.interceptors.response.use(undefined, async (error: unknown) => {
    // Rejected before it was sent.
    if (error instanceof CallError) throw error;
    await readRefusal(error);
    const failure = toFailure(error);
    const config = axios.isAxiosError(error) ? error.config : undefined;
    if (isProblem(failure, problemType.secondFactorEnrolmentRequired)) gates.mustEnrol();
    if (config && !config.proved && isProblem(failure, problemType.stepUpRequired)) {
      if (!(await gates.prove())) throw new CallError(failure);
      // The proof came with a token of its own.
      config.headers.delete("Authorization");
      return client.request({ ...config, proved: true });
    }
    const refused = config && sent.get(config);
    if (!config || !refused || !isProblem(failure, problemType.invalidToken)) throw new CallError(failure);
    const credential = await session.replace(refused);
    if (credential === null) throw new CallError(failure);
    config.headers.set("Authorization", `Bearer ${credential.token}`);
    return client.request(config);
  });

  return client;
}

function bare(): AxiosInstance {
  const client = axios.create({
    baseURL: "/api/v1",
    timeout: 30_000,
    headers: { Accept: "application/json, application/problem+json" },
    // Problem documents are JSON under another name; axios parses by content, so nothing else is needed.
    maxRedirects: 0,
  });
  client.interceptors.request.use((config) => {
    // Mails are written in the language that was chosen here, which need not be the browser's.
    config.headers.set("Accept-Language", document.documentElement.lang);
    return config;
  });
  return client;
}
