/** What the tabs of one browser tell each other. Tabs of an older or newer version may be open: each message is checked. */
import { isRecord } from "@/api/failure";
import type { User } from "@/api/types";
import type { Session } from "./sessionState";

export type TabMessage =
  | { kind: "signed_in"; session: Session }
  | { kind: "renewed"; session: Session }
  | { kind: "ended"; token: string | null }
  | { kind: "signed_out" };

/** The channel's name carries the version of the messages. */
export const channelName = "kontor.session.1";

export function readMessage(data: unknown): TabMessage | null {
  if (!isRecord(data)) return null;
  switch (data.kind) {
    case "signed_in":
    case "renewed":
      return isSession(data.session) ? { kind: data.kind, session: data.session } : null;
    case "ended":
      return typeof data.token === "string" || data.token === null ? { kind: "ended", token: data.token } : null;
    case "signed_out":
      return { kind: "signed_out" };
    default:
      return null;
  }
}

function isSession(value: unknown): value is Session {
  return (
    isRecord(value) &&
    typeof value.token === "string" &&
    typeof value.expiresAt === "number" &&
    typeof value.renewAt === "number" &&
    isUser(value.user)
  );
}

function isUser(value: unknown): value is User {
  return isRecord(value) && typeof value.id === "string" && typeof value.email === "string";
}
