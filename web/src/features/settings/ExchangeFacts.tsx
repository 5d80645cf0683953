import { useTranslation } from "react-i18next";
import type { ExchangeSettings } from "@/api/types";
import { Fact, StateFact, UseFacts } from "./Facts";
import { exchangeName } from "./outcome";

export function ExchangeFacts({ settings }: { settings: ExchangeSettings }) {
  const { t } = useTranslation();
  const { permissions, addresses, warnings } = settings;
  const known = permissions.length > 0;
  return (
    <>
      {warnings.length > 0 && (
        <ul className="rows">
          {warnings.map((warning) => (
            <li key={warning} className="row" data-alarming={warning === "may_withdraw" ? "" : undefined}>
              <div className="min-w-0">
                <p className="row-title">
                  <span className="badge" data-tone={warning === "may_withdraw" ? "error" : "warning"}>
                    {t(`exchange.warning.${warning}.badge`)}
                  </span>
                </p>
                <p className="row-text mt-1.5">{t(`exchange.warning.${warning}.text`)}</p>
              </div>
            </li>
          ))}
        </ul>
      )}
      <dl className="sheet">
        <Fact name={t("settings.key")}>
          <code>{settings.api_key_masked ?? "****"}</code>
        </Fact>
        {settings.state && (
          <StateFact
            state={settings.state}
            verifiedAt={settings.verified_at}
            message={settings.message}
            who={exchangeName}
          />
        )}
        <Fact name={t("exchange.permissions")}>
          {known
            ? permissions.map((permission) => t(`exchange.permission.${permission}`)).join(", ")
            : t("exchange.permissionsUnknown")}
        </Fact>
        <Fact name={t("exchange.addresses")}>
          {addresses.length > 0 ? (
            <code>{addresses.join(", ")}</code>
          ) : known ? (
            t("exchange.everywhere")
          ) : (
            t("exchange.addressesUnknown")
          )}
        </Fact>
        <UseFacts host={settings.host} lastUsed={settings.last_used_at} lastChanged={settings.last_changed_at} />
      </dl>
    </>
  );
}
