import { useTranslation } from "react-i18next";
import { usePolicy } from "./usePolicy";

/** Whether an address is proved. Where no mail is sent nobody can prove one, so its lack says nothing. */
export function VerifiedBadge({ verified }: { verified: boolean }) {
  const { t } = useTranslation();
  const { data: policy } = usePolicy();
  if (verified) return <span className="badge">{t("account.verified")}</span>;
  return policy?.mail ? (
    <span className="badge" data-tone="error">
      {t("account.notVerified")}
    </span>
  ) : null;
}
