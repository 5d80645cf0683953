/** Changing a chart, and what has to be read anew then. */
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import type { Chart, ChartChange } from "@/api/types";
import { chartService } from "./chartService";
import { usualDays } from "./intervals";
import { chartKeys } from "./queries";

/** What is sent for a change: another interval comes with as many days as fit it, if the old ones were the usual ones. */
export function completed(chart: Pick<Chart, "interval" | "days">, change: ChartChange): ChartChange {
  if (change.interval === undefined || change.days !== undefined || chart.days !== usualDays(chart.interval))
    return change;
  return { ...change, days: usualDays(change.interval) };
}

export function useChange(chart: Pick<Chart, "id" | "interval" | "days"> | undefined) {
  const cache = useQueryClient();
  const { id, interval, days } = chart ?? {};
  return useCallback(
    async (change: ChartChange): Promise<void> => {
      if (id === undefined || interval === undefined || days === undefined) return;
      const changed = await chartService.change(id, completed({ interval, days }, change));
      cache.setQueryData(chartKeys.chart(id), changed);
      void cache.invalidateQueries({ queryKey: chartKeys.lists });
    },
    [cache, id, interval, days],
  );
}
