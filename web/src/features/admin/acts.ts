/** What can be done to an account, by what the account is like. */
import type { AdminUser } from "@/api/types";

export const acts = [
  "activate",
  "deactivate",
  "promote",
  "demote",
  "endSessions",
  "resetLink",
  "removeFactor",
  "delete",
] as const;

export type Act = (typeof acts)[number];

export interface OfferedAct {
  /** The same for acts that undo each other: the button keeps its place, and the focus, when one becomes the other. */
  slot: string;
  act: Act;
}

export function actsFor(user: AdminUser): OfferedAct[] {
  const offered: OfferedAct[] = [
    { slot: "right", act: user.is_admin ? "demote" : "promote" },
    { slot: "access", act: user.is_active ? "deactivate" : "activate" },
  ];
  if (user.sessions > 0) offered.push({ slot: "sessions", act: "endSessions" });
  // A link opens nothing while the account is shut.
  if (user.is_active) offered.push({ slot: "link", act: "resetLink" });
  if (user.second_factor) offered.push({ slot: "factor", act: "removeFactor" });
  offered.push({ slot: "delete", act: "delete" });
  return offered;
}

/** Acts after which there is less than before: the button says so. */
export function isGrave(act: Act): boolean {
  return act === "delete" || act === "deactivate";
}
