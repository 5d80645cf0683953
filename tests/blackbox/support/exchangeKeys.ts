/** Keys of the fake exchange: time, key, passphrase and signature are checked in this order, and what is wrong is said in Bitget's words. */
import { createHmac, randomBytes } from "node:crypto";
import { readVectorJson } from "./environment";
import { plant } from "./secrets";
import type { Answer, Asked } from "./web";

export interface ExchangeKey {
  api_key: string;
  api_secret: string;
  passphrase: string;
}

/** Amounts as the exchange writes them. */
export interface Holding {
  coin: string;
  available: string;
  frozen?: string;
  locked?: string;
}

interface KnownKey extends ExchangeKey {
  authorities: string[];
  ips: string;
  unified: boolean;
  holdings: Holding[] | undefined;
}

interface Recorded {
  response: { http_status: number; body: Record<string, unknown> & { data: Record<string, unknown> | null } };
}

export interface WantedKey {
  authorities?: string[];
  ips?: string;
  unified?: boolean;
  /** Without: what was recorded. */
  holdings?: Holding[];
}

const errors = readVectorJson<{ cases: { http_status: number; body: { code: string } }[] }>("bitget/errors.json").cases;
const recorded = (file: string): Recorded["response"] => readVectorJson<Recorded>(`bitget/${file}`).response;
const classicInfo = recorded("spot-account-info.json");
const unifiedInfo = recorded("uta-account-info.json");
const classicAssets = recorded("recorded-spot-assets.json");
const unifiedAssets = recorded("uta-account-assets.json");
const otherFamily = recorded("uta-mode-mismatch.json");

/** An answer of this code, with the status and in the words of the vendor where they are known. */
export function errorOf(code: string): Answer {
  const found = errors.find((each) => each.body.code === code);
  if (found === undefined) return { status: 400, json: { code, msg: "not in the table", data: null } };
  return { status: found.http_status, json: found.body };
}

/** What Bitget says in this case. */
export const wordsOf = (code: string): string => (errorOf(code).json as { msg: string }).msg;

export class ExchangeKeys {
  private readonly keys = new Map<string, KnownKey>();

  /** Makes a key that reads, from one address only, unless something else is wanted. */
  add(wanted: WantedKey = {}): ExchangeKey {
    const random = (): string => randomBytes(12).toString("hex");
    const key = { api_key: `bg_${random()}`, api_secret: random(), passphrase: `planted${random()}` };
    Object.values(key).forEach(plant);
    this.keys.set(key.api_key, { ...key, authorities: wanted.authorities ?? ["readonly"], ips: wanted.ips ?? "192.0.2.7", unified: wanted.unified ?? false, holdings: wanted.holdings });
    return key;
  }

  remove(key: ExchangeKey): void {
    this.keys.delete(key.api_key);
  }

  respond(asked: Asked, now: number): Answer {
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
    return tell(asked.target, key);
  }
}

function tell(target: string, key: KnownKey): Answer {
  const told = (from: Recorded["response"], data: object): Answer => ({ status: from.http_status, json: { ...from.body, data: { ...from.body.data, ...data } } });
  switch (target) {
    case "/api/v2/spot/account/info":
      if (key.unified) return { status: otherFamily.http_status, json: otherFamily.body };
      return told(classicInfo, { authorities: key.authorities, ips: key.ips });
    case "/api/v3/account/info":
      if (!key.unified) return errorOf("40084");
      return told(unifiedInfo, { permissions: key.authorities, ips: key.ips, permType: "read-only" });
    case "/api/v2/spot/account/assets":
      if (key.unified) return { status: otherFamily.http_status, json: otherFamily.body };
      if (key.holdings === undefined) return { status: 200, json: classicAssets.body };
      return { status: 200, json: { ...classicAssets.body, data: key.holdings.map((each) => ({ frozen: "0", locked: "0", limitAvailable: "0", uTime: "1700902292000", ...each })) } };
    case "/api/v3/account/assets":
      if (!key.unified) return errorOf("40084");
      if (key.holdings === undefined) return { status: 200, json: unifiedAssets.body };
      return told(unifiedAssets, { assets: key.holdings.map((each) => ({ coin: each.coin, equity: each.available, balance: each.available, available: each.available, debt: "0", locked: each.locked ?? "0" })) });
    default:
      return { status: 404, text: "" };
  }
}
