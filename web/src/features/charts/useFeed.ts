import { useEffect, useMemo, useRef } from "react";
import { useStore } from "zustand";
import type { Chart } from "@/api/types";
import { browserTimer } from "@/features/account/session/browserPorts";
import { useSocket } from "@/features/stream";
import { chartService } from "./chartService";
import { watches } from "./live";
import { ChartFeed, type FeedState } from "./live/feed";

/** What the chart shows, as long as it is shown. */
export function useFeed(chart: Chart): ChartFeed {
  useSocket();
  const { id, market, symbol, interval, indicators, days } = chart;
  const feed = useMemo(
    () =>
      new ChartFeed(
        {
          read: (range) => chartService.data(id, range),
          watch: (series, texts, listener) => watches.watch(series, texts, listener),
          now: Date.now,
          later: browserTimer,
        },
        { market, symbol, interval },
        indicators,
      ),
    [id],
  );
  useEffect(() => {
    feed.start();
    return () => feed.stop();
  }, [feed]);

  const shape = JSON.stringify([market, symbol, interval, indicators, days]);
  const known = useRef(shape);
  useEffect(() => {
    if (known.current === shape) return;
    known.current = shape;
    feed.change({ market, symbol, interval }, indicators);
  }, [feed, shape]);
  return feed;
}

export function useFeedState<Part>(feed: ChartFeed, part: (state: FeedState) => Part): Part {
  return useStore(feed.store, part);
}
