import { useTranslation } from "react-i18next";
import { useLive } from "./live";

/** Whether the page hears what happens. Said when it does not; a moment without is not worth a word (chat.css waits). */
export function ConnectionState() {
  const { t } = useTranslation("chat");
  const connection = useLive(({ connection }) => connection);
  return (
    <p role="status" className="connection" data-state={connection}>
      {connection === "again" && t("connection.again")}
      {connection === "offline" && t("connection.offline")}
      {connection === "connected" && <span className="visually-hidden">{t("connection.connected")}</span>}
    </p>
  );
}
