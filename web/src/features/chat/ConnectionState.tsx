import { useRef } from "react";
import { useTranslation } from "react-i18next";
import { useConnection } from "@/features/stream";

/** Whether the page hears what happens. Said when it does not; a moment without is not worth a word (chat.css waits). */
export function ConnectionState() {
  const { t } = useTranslation("chat");
  const connection = useConnection(({ connection }) => connection);
  // That a page is connected when it is opened is what everybody expects.
  const wasAway = useRef(false);
  if (connection === "again" || connection === "offline") wasAway.current = true;
  return (
    <p role="status" className="connection" data-state={connection}>
      {connection === "again" && t("connection.again")}
      {connection === "offline" && t("connection.offline")}
      {connection === "connected" && wasAway.current && (
        <span className="visually-hidden">{t("connection.connected")}</span>
      )}
    </p>
  );
}
