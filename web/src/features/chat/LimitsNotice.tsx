import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { ChatLimits } from "@/api/types";
import { useFormat } from "@/i18n/useFormat";
import { limitStanding } from "./limitStanding";

/** What stands in the way of the next message, and which model answers it. */
export function LimitsNotice({ limits }: { limits: ChatLimits | undefined }) {
  const { t } = useTranslation("chat");
  const format = useFormat();
  if (!limits) return null;
  const standing = limitStanding(limits);
  if (standing === "mute") {
    return (
      <div className="notice chat-notice" role="status">
        <p className="font-semibold">{t("limits.noModel")}</p>
        <p>
          {t("limits.noModelText")} <Link to="/settings/llm">{t("failed.openSettings")}</Link>
        </p>
      </div>
    );
  }
  if (standing === "nameless") {
    return (
      <div className="notice chat-notice" role="status">
        <p className="font-semibold">{t("limits.nameless")}</p>
        <p>
          {t("limits.namelessText")} <Link to="/settings/llm">{t("failed.openSettings")}</Link>
        </p>
      </div>
    );
  }
  const { tokens_today: used, tokens_per_day: all, day_ends_at, model, running } = limits;
  const tokens = { used: format.count(used), all: format.count(all ?? 0), time: format.dateTime(day_ends_at) };
  return (
    <>
      {standing !== "fine" && (
        <p className="chat-limits" role="status">
          {standing === "near" && t("limits.near", tokens)}
          {standing === "used" && t("limits.used", tokens)}
          {standing === "busy" && t("limits.busy", { count: running })}
        </p>
      )}
      {model && (
        <p className="chat-model">
          {t(model.offered_by === "user" ? "limits.yourModel" : "limits.deskModel", { name: model.name })}
        </p>
      )}
    </>
  );
}
