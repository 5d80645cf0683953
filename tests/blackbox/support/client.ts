/** HTTP for the tests: sends exactly what it is told, and shows every reply to the contract. */
import http from "node:http";
import { apiBase, findFaults } from "./contract";
import { findPlanted, plant } from "./secrets";

export interface Reply {
  status: number;
  headers: http.IncomingHttpHeaders;
  text: string;
  /** undefined when the body is not JSON. */
  json: unknown;
}

export interface User {
  id: string;
  email: string;
  is_admin: boolean;
  is_active: boolean;
  email_verified: boolean;
  created_at: string;
  updated_at: string;
}

export interface SignedIn {
  access_token: string;
  token_type: string;
  expires_in: number;
  refresh_token?: string;
  refresh_expires_in?: number;
  user: User;
}

export interface PersonalToken {
  id: string;
  name: string;
  last_characters: string;
  scopes: string[];
  addresses: string[];
  created_at: string;
  expires_at?: string;
  last_used_at?: string;
  last_used_address?: string;
}

export interface IssuedToken {
  token: string;
  personal_token: PersonalToken;
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  request_id?: string;
  errors?: { path: string; code: string; message: string }[];
}

export interface Outgoing {
  headers?: http.OutgoingHttpHeaders;
  /** Sent as JSON. */
  json?: unknown;
  /** Sent as it is; the content type is application/json unless `headers` say otherwise. */
  body?: string | Buffer;
  token?: string;
  /** A connection of its own instead of one that is kept open. */
  ownConnection?: boolean;
  timeout?: number;
}

export class Client {
  port = 0;
  private agent = new http.Agent({ keepAlive: true, maxSockets: 256 });

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  forgetConnections(): void {
    this.agent.destroy();
    this.agent = new http.Agent({ keepAlive: true, maxSockets: 256 });
  }

  /** Sends one request; the reply has been checked against the contract. */
  async send(method: string, path: string, out: Outgoing = {}): Promise<Reply> {
    const reply = await this.sendUnchecked(method, path, out);
    const faults = findFaults(method, path, reply);
    if (faults.length > 0) {
      throw new Error(`${method} ${path} → ${reply.status} breaks the contract:\n${faults.join("\n")}\n${reply.text.slice(0, 2000)}`);
    }
    return reply;
  }

  async sendUnchecked(method: string, path: string, out: Outgoing = {}): Promise<Reply> {
    const body = out.json === undefined ? out.body : JSON.stringify(out.json);
    const headers: http.OutgoingHttpHeaders = { ...out.headers };
    if (body !== undefined) {
      headers["content-type"] ??= "application/json";
      headers["content-length"] = Buffer.byteLength(body);
    }
    if (out.token !== undefined) headers["authorization"] = `Bearer ${out.token}`;
    const reply = await new Promise<Reply>((resolve, reject) => {
      const request = http.request(
        {
          host: "127.0.0.1",
          port: this.port,
          method,
          path,
          headers,
          agent: out.ownConnection ? false : this.agent,
          timeout: out.timeout ?? 200_000,
        },
        (response) => {
          const parts: Buffer[] = [];
          response.on("data", (part: Buffer) => parts.push(part));
          response.once("error", reject);
          response.once("end", () => {
            const text = Buffer.concat(parts).toString("utf8");
            resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: tryParse(text) });
          });
        },
      );
      request.once("timeout", () => request.destroy(new Error(`${method} ${path}: no answer in time`)));
      request.once("error", reject);
      request.end(body);
    });
    this.remember(reply);
    return reply;
  }

  async register(email: string, password: string): Promise<Reply> {
    return await this.send("POST", `${apiBase}/auth/register`, { json: { email, password } });
  }

  async login(email: string, password: string): Promise<Reply> {
    return await this.send("POST", `${apiBase}/auth/login`, { json: { email, password } });
  }

  async me(token?: string): Promise<Reply> {
    return await this.send("GET", `${apiBase}/auth/me`, token === undefined ? {} : { token });
  }

  /** Registers, and insists that it worked. */
  async account(email: string, password: string): Promise<SignedIn> {
    const reply = await this.register(email, password);
    if (reply.status !== 201) throw new Error(`register ${email} → ${reply.status}: ${reply.text}`);
    return reply.json as SignedIn;
  }

  /** No reply carries a password back, and new tokens count as secrets from now on. */
  private remember(reply: Reply): void {
    const { access_token, refresh_token, mfa_token, secret, token, value, recovery_codes } = (reply.json ?? {}) as Record<string, unknown>;
    const codes = Array.isArray(recovery_codes) ? (recovery_codes as unknown[]) : [];
    // `value`: a secret of the vault that its owner wants to see.
    const given = [access_token, refresh_token, mfa_token, secret, token, value, ...codes, refreshCookieOf(reply)].filter((token) => typeof token === "string" && token !== "") as string[];
    given.forEach(plant);
    const echoed = findPlanted(reply.text).filter((secret) => !given.some((whole) => whole.includes(secret)));
    if (echoed.length > 0) throw new Error(`a reply contains a secret: ${reply.text.slice(0, 500)}`);
  }
}

/** What a browser keeps to be recognised by, as the Cookie field to send; undefined when an answer sets none. */
export function deviceCookieOf(reply: Reply): string | undefined {
  const line = (reply.headers["set-cookie"] ?? []).find((cookie) => /^(?:__Host-)?kontor_device=/.test(cookie));
  return line?.split(";")[0];
}

/** The refresh token in the cookie that an answer sets: empty when it removes the cookie, undefined when it sets none. */
export function refreshCookieOf(reply: Reply): string | undefined {
  for (const line of reply.headers["set-cookie"] ?? []) {
    const found = /^(?:__Host-)?kontor_refresh=([^;]*)/.exec(line);
    if (found) return found[1];
  }
  return undefined;
}

export const problemOf = (reply: Reply): Problem => reply.json as Problem;
export const signedInOf = (reply: Reply): SignedIn => reply.json as SignedIn;
export const issuedOf = (reply: Reply): IssuedToken => reply.json as IssuedToken;
/** What `/auth/me` says beside the account, of one that has no second factor and needs none. */
export const withoutFactor = { second_factor: false, must_set_up_second_factor: false };

export const userOf = (reply: Reply): User => reply.json as User;

/** `path code` of each field error, sorted. */
export function fieldErrors(reply: Reply): string[] {
  return (problemOf(reply).errors ?? []).map((e) => `${e.path} ${e.code}`).sort();
}

/** The last part of a problem's type. */
export function problemType(reply: Reply): string {
  return (problemOf(reply)?.type ?? "").replace("urn:kontor:problem:", "");
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
