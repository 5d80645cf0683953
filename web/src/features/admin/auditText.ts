/** Who did what, for the audit log: the parts of an entry as texts or as the person they name. */
import type { TFunction } from "i18next";
import type { AuditEvent } from "@/api/types";
import { ruleNames } from "./policyDraft";

type Person = NonNullable<AuditEvent["owner"]>;

export type Actor =
  | { kind: "person"; person: Person }
  /** Owner and actor are the same: people act on their own account most of the time. */
  | { kind: "self" }
  | { kind: "console" }
  | { kind: "stranger" }
  /** Who it was went with their account. */
  | { kind: "erased" };

/** Every entry has an address when it is written; one without was erased together with whom it was about. */
export function actorOf({ actor, owner, address }: AuditEvent): Actor {
  if (actor) return actor.id === owner?.id ? { kind: "self" } : { kind: "person", person: actor };
  if (address === "console") return { kind: "console" };
  return { kind: address === "" ? "erased" : "stranger" };
}

/** Which rules an entry about the policy names; names we do not know stay as they are. */
export function changedRules(detail: AuditEvent["detail"], t: TFunction<"admin">): string | null {
  const changed = (detail as Record<string, unknown> | undefined)?.changed;
  if (!Array.isArray(changed)) return null;
  const names = changed.flatMap((name: unknown) => {
    if (typeof name !== "string" || name === "") return [];
    const known = ruleNames.find((rule) => rule === name);
    return [known ? t(`audit.rule.${known}`) : name];
  });
  return names.length > 0 ? t("audit.changed", { list: names.join(", ") }) : null;
}
