/** An account at a glance. */
import type { AdminUser } from "@/api/types";

export type BadgeName = "you" | "admin" | "inactive" | "invited" | "factor" | "active";

/** What is worth knowing about an account at a glance; "active" only where nothing else is said about that. */
export function badgesOf(user: AdminUser, ownId: string | undefined): BadgeName[] {
  const badges: BadgeName[] = [];
  if (user.id === ownId) badges.push("you");
  if (!user.is_active) badges.push("inactive");
  else if (!user.has_password) badges.push("invited");
  else badges.push("active");
  if (user.is_admin) badges.push("admin");
  if (user.second_factor) badges.push("factor");
  return badges;
}
