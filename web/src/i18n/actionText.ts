/** What an entry of the audit log says, to its owner and to administrators. The server's list of actions may grow before this one does: unknown ones show their name. */
import type { TFunction } from "i18next";
import type { TimelineEvent } from "@/api/types";

/** The names in src/audit/event.hpp; a test compares. */
export const knownActions = [
  "account.registered",
  "login.succeeded",
  "login.refused",
  "login.throttled",
  "session.created",
  "session.ended",
  "sessions.ended_all",
  "refresh.reused",
  "password.changed",
  "password.reset",
  "link.created",
  "link.used",
  "email.verified",
  "email.change_requested",
  "email.changed",
  "factor.added",
  "factor.removed",
  "factor.recovery_used",
  "recovery_codes.renewed",
  "step_up.proved",
  "token.created",
  "token.revoked",
  "user.created",
  "user.activated",
  "user.deactivated",
  "user.promoted",
  "user.demoted",
  "user.deleted",
  "export.made",
  "policy.changed",
  "log.accepted",
  "secret.saved",
  "secret.deleted",
  "secret.undeleted",
  "secret.destroyed",
  "secrets.destroyed_all",
  "secret.revealed",
  "secret.unreadable",
  "vault.key_made",
  "vault.key_retired",
  "vault.key_recovered",
  "vault.recovery_renewed",
  "vault.exported",
  "settings.saved",
  "settings.removed",
  "user.imported",
  "data.exported",
  "backup.made",
  "backup.restored",
] as const;

export type KnownAction = (typeof knownActions)[number];

const known: ReadonlySet<string> = new Set(knownActions);

export function actionText(action: string, t: TFunction): string {
  return known.has(action) ? t(`timeline.action.${action as KnownAction}`) : action;
}

/** Something to look at twice: it may have been somebody else. */
const alarming: ReadonlySet<string> = new Set([
  "refresh.reused",
  "factor.recovery_used",
  "login.throttled",
  "secret.unreadable",
]);

export function isAlarming(event: TimelineEvent): boolean {
  return alarming.has(event.action) || (event.outcome !== "ok" && event.by !== "you");
}

/** The names in an event's detail that mean something to a person: a device, a token's or factor's name. */
export function detailText(detail: Record<string, unknown> | undefined): string | null {
  const shown = ["device", "name", "method"].flatMap((member) => {
    const value = detail?.[member];
    return typeof value === "string" && value !== "" ? [value] : [];
  });
  return shown.length > 0 ? shown.join(", ") : null;
}
