/** What the start page, the guide and the palette know of the account; each is asked for once, whoever shows it. */
import { useQueries, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Favourite, Ticker, Tickers, Venue } from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { client } from "@/features/account/session";
import { chartService } from "@/features/charts/chartService";
import { chartKeys } from "@/features/charts/queries";
import { chatService } from "@/features/chat/chatService";
import { chatKeys } from "@/features/chat/queries";
import { listen, useSocket } from "@/features/stream";

/** Milliseconds between two looks at prices, and at an answer that is on its way. */
const prices = 30_000;
const running = 5_000;

/** The latest page of them. */
export function useLatestConversations() {
  return useQuery({
    queryKey: [...chatKeys.lists, "latest"],
    queryFn: async ({ signal }) => (await chatService.list(null, false, signal)).conversations,
    staleTime: 0,
    // That a conversation changes is told over the socket; that its answer has ended is not always.
    refetchInterval: ({ state }) => (state.data?.some(({ status }) => status === "processing") ? running : false),
  });
}

export function useLatestCharts() {
  return useQuery({
    queryKey: [...chartKeys.lists, "latest"],
    queryFn: async ({ signal }) => (await chartService.list(null, "", signal)).charts,
    staleTime: 0,
  });
}

/** Keeps the list of conversations as it is now, as long as the page is shown. */
export function useConversationNews(): void {
  useSocket();
  useEffect(
    () =>
      listen((frame) => {
        if (frame.type === "conversation") void queryClient.invalidateQueries({ queryKey: chatKeys.lists });
      }),
    [],
  );
}

/** As many symbols as one question may name. */
const most = 50;

interface Prices {
  /** By market and symbol; absent: the exchange does not say, or was not heard yet. */
  of(favourite: Pick<Favourite, "market" | "symbol">): Ticker | undefined;
  isPending: boolean;
  isError: boolean;
  isStale: boolean;
}

export function usePrices(favourites: readonly Favourite[]): Prices {
  const markets = [...new Set(favourites.map(({ market }) => market))];
  const answers = useQueries({
    queries: markets.map((market) => {
      const symbols = favourites
        .filter((each) => each.market === market)
        .map(({ symbol }) => symbol)
        .slice(0, most);
      return {
        queryKey: ["market", "tickers", market, symbols.join(",")],
        queryFn: ({ signal }: { signal: AbortSignal }) => tickers(market, symbols, signal),
        refetchInterval: prices,
        staleTime: prices / 2,
        retry: false,
      };
    }),
  });
  const found = new Map<string, Ticker>();
  for (const { data } of answers) {
    for (const ticker of data?.tickers ?? []) found.set(`${data?.market} ${ticker.symbol}`, ticker);
  }
  return {
    of: ({ market, symbol }) => found.get(`${market} ${symbol}`),
    isPending: answers.some(({ isPending }) => isPending),
    isError: answers.some(({ isError }) => isError),
    isStale: answers.some(({ data }) => data?.is_stale ?? false),
  };
}

async function tickers(market: Venue, symbols: readonly string[], signal: AbortSignal): Promise<Tickers> {
  const params = { market, symbols: symbols.join(",") };
  return (await client.get<Tickers>("/market/tickers", { params, signal, timeout: 60_000 })).data;
}
