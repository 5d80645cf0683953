import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useConnection } from "@/features/stream";
import { useFormat } from "@/i18n/useFormat";
import type { ChartFeed } from "./live/feed";
import { useFeedState } from "./useFeed";

/** Whether the numbers are those of now, and since when not. */
export function StateLine({ feed }: { feed: ChartFeed }) {
  const { t } = useTranslation("charts");
  const format = useFormat();
  const connection = useConnection(({ connection }) => connection);
  const market = useFeedState(feed, ({ market }) => market);
  const awaySince = useFeedState(feed, ({ awaySince }) => awaySince);
  const isStale = useFeedState(feed, ({ isStale }) => isStale);
  const fetchedAt = useFeedState(feed, ({ fetchedAt }) => fetchedAt);
  const phase = useFeedState(feed, ({ phase }) => phase);
  const lostAt = useLostAt(connection === "again" || connection === "offline");

  if (phase !== "ready") return <p role="status" className="chart-state" data-state="none" />;
  const [state, text] = ((): [string, string] => {
    if (market === "away") return ["away", t("state.away", { time: format.time(awaySince ?? Date.now()) })];
    if (isStale) {
      return ["away", fetchedAt ? t("state.stale", { time: format.dateTime(fetchedAt) }) : t("state.staleUnknown")];
    }
    if (lostAt !== null) return ["delayed", t("state.offline", { time: format.time(lostAt) })];
    if (market === "refused") return ["delayed", t("state.refused")];
    if (market === "live" && connection === "connected") return ["live", t("state.live")];
    return ["delayed", fetchedAt ? t("state.delayed", { time: format.time(fetchedAt) }) : t("state.connecting")];
  })();
  return (
    <p role="status" className="chart-state" data-state={state}>
      {text}
    </p>
  );
}

function useLostAt(isLost: boolean): number | null {
  const [at, setAt] = useState<number | null>(null);
  useEffect(() => setAt(isLost ? Date.now() : null), [isLost]);
  return at;
}
