/** Names of the cached answers. The owner needs no place in them: the cache is emptied with the session. */
import { useQuery } from "@tanstack/react-query";
import type { Venue } from "@/api/types";
import { chartService } from "./chartService";

export const chartKeys = {
  all: ["charts"] as const,
  lists: ["charts", "list"] as const,
  list: (symbol: string) => ["charts", "list", symbol] as const,
  chart: (id: string) => ["charts", "one", id] as const,
  layouts: ["charts", "layouts"] as const,
  layout: (id: string) => ["charts", "layout", id] as const,
  favourites: ["charts", "favourites"] as const,
  symbols: (market: Venue, query: string) => ["charts", "symbols", market, query] as const,
};

export function useChart(id: string) {
  return useQuery({ queryKey: chartKeys.chart(id), queryFn: ({ signal }) => chartService.read(id, signal) });
}

export function useLayout(id: string) {
  return useQuery({ queryKey: chartKeys.layout(id), queryFn: ({ signal }) => chartService.layout(id, signal) });
}

export function useFavourites() {
  return useQuery({ queryKey: chartKeys.favourites, queryFn: ({ signal }) => chartService.favourites(signal) });
}
