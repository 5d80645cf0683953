import { useTranslation } from "react-i18next";
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

const tones: Partial<Record<BadgeName, string>> = { inactive: "error", active: "quiet", factor: "quiet" };

export function Badges({ user, ownId }: { user: AdminUser; ownId: string | undefined }) {
  const { t } = useTranslation("admin");
  return (
    <ul className="badges">
      {badgesOf(user, ownId).map((name) => (
        <li key={name} className="badge" data-tone={tones[name]}>
          {t(`badge.${name}`)}
        </li>
      ))}
    </ul>
  );
}
