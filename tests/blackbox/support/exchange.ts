/** An exchange that answers like Bitget: it checks time, key, passphrase and signature, in this order, and says what is wrong in Bitget's words. */
import { createHmac, randomBytes } from "node:crypto";
import { readVectorJson } from "./environment";
import { plant } from "./secrets";
import { WebServer, type Answer, type Asked, type Authority } from "./web";

export interface ExchangeKey {
  api_key: string;
  api_secret: string;
  passphrase: string;
}

interface KnownKey extends ExchangeKey {
  authorities: string[];
  ips: string;
  unified: boolean;
}

interface Recorded {
  response: { http_status: number; body: Record<string, unknown> & { data: Record<string, unknown> | null } };
}

const errors = readVectorJson<{ cases: { http_status: number; body: { code: string } }[] }>("bitget/errors.json").cases;
const classicInfo = readVectorJson<Recorded>("bitget/spot-account-info.json").response;
const unifiedInfo = readVectorJson<Recorded>("bitget/uta-account-info.json").response;
const otherFamily = readVectorJson<Recorded>("bitget/uta-mode-mismatch.json").response;

/** What Bitget says in this case. */
export const wordsOf = (code: string): string => (errorOf(code).json as { msg: string }).msg;

function errorOf(code: string): Answer {
  const found = errors.find((each) => each.body.code === code);
  if (found === undefined) return { status: 400, json: { code, msg: "not in the table", data: null } };
  return { status: found.http_status, json: found.body };
}

export class Exchange extends WebServer {
  /** How far its clock is ahead of ours, in milliseconds. */
  ahead = 0;
  /** Answers nothing but this, when set. */
  trouble: Answer | undefined;
  private readonly keys = new Map<string, KnownKey>();

  static async start(authority: Authority): Promise<Exchange> {
    const made: Exchange = new Exchange(authority, (asked) => made.respond(asked));
    await made.comeBack();
    return made;
  }

  /** Makes a key that reads, from one address only, unless something else is wanted. */
  newKey(wanted: { authorities?: string[]; ips?: string; unified?: boolean } = {}): ExchangeKey {
    const random = (): string => randomBytes(12).toString("hex");
    const key = { api_key: `bg_${random()}`, api_secret: random(), passphrase: `planted${random()}` };
    Object.values(key).forEach(plant);
    this.keys.set(key.api_key, { ...key, authorities: wanted.authorities ?? ["readonly"], ips: wanted.ips ?? "192.0.2.7", unified: wanted.unified ?? false });
    return key;
  }

  revoke(key: ExchangeKey): void {
    this.keys.delete(key.api_key);
  }

  /** Who was asked for, by the keys that came. */
  get keysHeard(): string[] {
    return this.asked.map((each) => String(each.headers["access-key"] ?? "")).filter((key) => key !== "");
  }

  private respond(asked: Asked): Answer {
    const now = Date.now() + this.ahead;
    if (asked.target === "/api/v2/public/time") return { status: 200, json: { code: "00000", msg: "success", requestTime: now, data: { serverTime: String(now) } } };
    if (this.trouble !== undefined) return this.trouble;
    const header = (name: string): string => String(asked.headers[name] ?? "");
    for (const [name, code] of [["access-key", "40001"], ["access-sign", "40002"], ["access-timestamp", "40003"], ["access-passphrase", "40011"]] as const) {
      if (header(name) === "") return errorOf(code);
    }
    const time = header("access-timestamp");
    if (!/^\d{13}$/.test(time)) return errorOf("40005");
    if (Math.abs(Number(time) - now) > 30_000) return errorOf("40008");
    const key = this.keys.get(header("access-key"));
    if (key === undefined) return errorOf("40037");
    if (header("access-passphrase") !== key.passphrase) return errorOf("40012");
    const signed = createHmac("sha256", key.api_secret).update(`${time}${asked.method}${asked.target}${asked.body}`).digest("base64");
    if (header("access-sign") !== signed) return errorOf("40009");
    return this.tell(asked.target, key);
  }

  private tell(target: string, key: KnownKey): Answer {
    const told = (recorded: Recorded["response"], data: object): Answer => ({ status: recorded.http_status, json: { ...recorded.body, data: { ...recorded.body.data, ...data } } });
    switch (target) {
      case "/api/v2/spot/account/info":
        if (key.unified) return { status: otherFamily.http_status, json: otherFamily.body };
        return told(classicInfo, { authorities: key.authorities, ips: key.ips });
      case "/api/v3/account/info":
        if (!key.unified) return errorOf("40084");
        return told(unifiedInfo, { permissions: key.authorities, ips: key.ips, permType: "read-only" });
      default:
        return { status: 404, text: "" };
    }
  }
}
