import { useTranslation } from "react-i18next";
import type { AdminUser } from "@/api/types";
import { type BadgeName, badgesOf } from "./badges";

const tones: Partial<Record<BadgeName, string>> = { inactive: "error", active: "quiet", factor: "quiet" };

export function UserBadges({ user, ownId }: { user: AdminUser; ownId: string | undefined }) {
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
