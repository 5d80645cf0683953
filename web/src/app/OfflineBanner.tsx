/** Below the header as long as nobody answers. Polite: it interrupts no one who is reading or typing. */
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useReach } from "./reachability";

export function OfflineBanner() {
  const { t } = useTranslation();
  const reach = useReach(({ reach }) => reach);
  const wasAway = useRef(false);
  const [isBack, setBack] = useState(false);
  useEffect(() => {
    if (reach === "there" && wasAway.current) setBack(true);
    if (reach !== "there") setBack(false);
    wasAway.current = reach !== "there";
  }, [reach]);
  return (
    <div role="status" className="offline" data-reach={reach}>
      {reach === "offline" && <p>{t("app.offline.browser")}</p>}
      {reach === "silent" && <p>{t("app.offline.server")}</p>}
      {isBack && <p className="visually-hidden">{t("app.offline.back")}</p>}
    </div>
  );
}
