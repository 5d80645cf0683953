/** What somebody should know or do, the most urgent first, out of what the server says of the account. */
import type { ChatLimits, ExchangeSettings, LlmSettings, Me, Policy, SecondFactor } from "@/api/types";

export type NoticeKind =
  | "vault"
  | "noModel"
  | "modelInvalid"
  | "modelUnreadable"
  | "exchangeInvalid"
  | "exchangeUnreadable"
  | "tokens"
  | "codes"
  | "email"
  | "sessions";

export interface DeskNotice {
  kind: NoticeKind;
  /** `ask`: something does not work, or may soon not. `tell`: worth a look. */
  tone: "ask" | "tell";
  path: string;
  /** For texts that count. */
  count?: number;
}

/** Each is absent as long as it is not known. */
export interface Known {
  limits?: ChatLimits | undefined;
  llm?: Pick<LlmSettings, "state"> | undefined;
  exchange?: Pick<ExchangeSettings, "state"> | undefined;
  me?: Pick<Me, "email_verified" | "second_factor"> | undefined;
  policy?: Pick<Policy, "mail"> | undefined;
  factor?: Pick<SecondFactor, "recovery_codes_left"> | undefined;
  /** Besides this device. */
  otherSessions?: number | undefined;
  vaultLocked?: boolean;
  /** The guide says itself that there is no model yet. */
  guided: boolean;
}

/** From so many on there are enough. */
const enoughCodes = 3;

export function noticesOf(known: Known): DeskNotice[] {
  const { limits, llm, exchange, me, policy, factor, otherSessions = 0, vaultLocked = false, guided } = known;
  const notices: DeskNotice[] = [];
  const ask = (kind: NoticeKind, path: string, count?: number) =>
    notices.push({ kind, tone: "ask", path, ...(count !== undefined && { count }) });

  if (vaultLocked) ask("vault", "/settings/secrets");
  if (limits?.model === null && !guided) ask("noModel", "/settings/llm");
  if (llm?.state === "invalid") ask("modelInvalid", "/settings/llm");
  if (llm?.state === "unreadable") ask("modelUnreadable", "/settings/llm");
  if (exchange?.state === "invalid") ask("exchangeInvalid", "/settings/exchange");
  if (exchange?.state === "unreadable") ask("exchangeUnreadable", "/settings/exchange");
  if (limits && limits.tokens_per_day !== null && limits.tokens_today >= limits.tokens_per_day) ask("tokens", "/chat");
  if (me?.second_factor && factor && factor.recovery_codes_left < enoughCodes)
    ask("codes", "/account/second-factor", factor.recovery_codes_left);
  if (policy?.mail && me && !me.email_verified) ask("email", "/account/email");
  if (otherSessions > 0)
    notices.push({ kind: "sessions", tone: "tell", path: "/account/sessions", count: otherSessions });
  return notices;
}
