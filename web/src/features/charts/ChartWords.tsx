import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import type { ChartFormat } from "./format";
import type { Span } from "./keys";
import type { ChartFeed } from "./live/feed";
import { summaryOf } from "./summary";

interface ChartWordsProps {
  /** Read out, but not seen. */
  hidden: boolean;
  feed: ChartFeed;
  title: string;
  format: ChartFormat;
  seen: Span | null;
  version: number;
}

export function ChartWords({ hidden, feed, title, format, seen, version }: ChartWordsProps) {
  const { t } = useTranslation("charts");
  const sentences = useMemo(
    () => (feed.series ? summaryOf(feed.series, seen, title, format, t) : []),
    [feed.series, version, seen, title, format, t],
  );
  return (
    <div className={hidden ? "visually-hidden" : "chart-words"} role="group" aria-label={t("summary.title")}>
      <p>{sentences.join(" ")}</p>
    </div>
  );
}
