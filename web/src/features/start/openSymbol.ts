/** The chart of a symbol: the one that was changed last, or a new one. */
import type { Chart, Venue } from "@/api/types";
import { newKey } from "@/api/newKey";
import { queryClient } from "@/app/queryClient";
import { chartService } from "@/features/charts/chartService";
import { usualDays } from "@/features/charts/intervals";
import { chartKeys } from "@/features/charts/queries";

export async function chartOf(market: Venue, symbol: string): Promise<Chart> {
  const { charts } = await chartService.list(null, symbol);
  const mine = charts.find((chart) => chart.market === market);
  if (mine) return mine;
  const made = await chartService.create({ market, symbol, interval: "1H", days: usualDays("1H") }, newKey());
  queryClient.setQueryData(chartKeys.chart(made.id), made);
  void queryClient.invalidateQueries({ queryKey: chartKeys.lists });
  return made;
}
