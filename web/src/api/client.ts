/**
 * The one HTTP client. It adds the access token to each call and turns every failure into a `CallError`. It knows
 * nothing of stores: who holds the token, and what happens when the server no longer accepts it, is told to it once by
 * `connectSession`.
 */
import axios, { type AxiosInstance, type InternalAxiosRequestConfig } from "axios";
import { CallError, isProblem, problemType, toFailure } from "./failure";

export interface SessionPort {
  /** The token to send, or null when nobody is signed in. */
  accessToken(): string | null;
  /** The server refused this token. Called with the token that was really sent, which may be an older one. */
  tokenRefused(token: string): void;
}

export function createClient(session: SessionPort): AxiosInstance {
  const client = axios.create({
    baseURL: "/api/v1",
    timeout: 30_000,
    headers: { Accept: "application/json, application/problem+json" },
    // Problem documents are JSON under another name; axios parses by content, so nothing else is needed.
    maxRedirects: 0,
  });

  client.interceptors.request.use((config) => {
    const token = session.accessToken();
    if (token !== null && !config.headers.has("Authorization")) {
      config.headers.set("Authorization", `Bearer ${token}`);
    }
    return config;
  });

  client.interceptors.response.use(undefined, (error: unknown) => {
    const failure = toFailure(error);
    if (isProblem(failure, problemType.invalidToken)) {
      const token = sentToken(axios.isAxiosError(error) ? error.config : undefined);
      if (token !== null) session.tokenRefused(token);
    }
    return Promise.reject(new CallError(failure));
  });

  return client;
}

function sentToken(config: InternalAxiosRequestConfig | undefined): string | null {
  const value = config?.headers.get("Authorization");
  return typeof value === "string" && value.startsWith("Bearer ") ? value.slice("Bearer ".length) : null;
}
