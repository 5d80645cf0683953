/** The routes of the market, charts, layouts and favourites. */
import type {
  Chart,
  ChartChange,
  ChartData,
  ChartList,
  ChartPin,
  Favourite,
  FavouriteList,
  Interval,
  Layout,
  LayoutChange,
  LayoutList,
  MarketSymbols,
  NewChart,
  NewLayout,
  NewMultiTimeframe,
  PinVerification,
  Venue,
} from "@/api/types";
import { client } from "@/features/account/session";
import type { Range } from "./live/feed";

export const pageSize = 30;
/** How many the search shows; more are found by typing. */
export const mostSymbols = 30;

/** The exchange may be asked meanwhile: milliseconds. */
const patience = { timeout: 60_000 };

interface CandlesQuery extends Range {
  market: Venue;
  symbol: string;
  interval: Interval;
  indicators: readonly string[];
}

export const chartService = {
  async list(cursor: string | null, symbol: string, signal?: AbortSignal): Promise<ChartList> {
    const params = { limit: pageSize, ...(cursor !== null && { cursor }), ...(symbol !== "" && { symbol }) };
    return (await client.get<ChartList>("/charts", { params, signal })).data;
  },
  async read(id: string, signal?: AbortSignal): Promise<Chart> {
    return (await client.get<Chart>(pathOf(id), { signal })).data;
  },
  async create(chart: NewChart, key: string): Promise<Chart> {
    return (await client.post<Chart>("/charts", chart, { headers: { "Idempotency-Key": key }, ...patience })).data;
  },
  async change(id: string, change: ChartChange): Promise<Chart> {
    return (await client.patch<Chart>(pathOf(id), change, patience)).data;
  },
  async duplicate(id: string, key: string): Promise<Chart> {
    return (await client.post<Chart>(`${pathOf(id)}/duplicate`, undefined, { headers: { "Idempotency-Key": key } }))
      .data;
  },
  async remove(id: string): Promise<void> {
    await client.delete(pathOf(id));
  },
  async data(id: string, params: Range, signal?: AbortSignal): Promise<ChartData> {
    return (await client.get<ChartData>(`${pathOf(id)}/data`, { params, signal, ...patience })).data;
  },
  async csv(id: string, params: Range): Promise<{ name: string; content: Blob }> {
    const answer = await client.get<Blob>(`${pathOf(id)}/csv`, { params, responseType: "blob", ...patience });
    return { name: fileName(answer.headers.get("content-disposition")), content: answer.data };
  },
  async candles({ indicators, ...query }: CandlesQuery): Promise<ChartData> {
    const params = { ...query, ...(indicators.length > 0 && { indicators: indicators.join(",") }) };
    return (await client.get<ChartData>("/market/candles", { params, ...patience })).data;
  },
  async verify(pin: ChartPin): Promise<PinVerification> {
    return (await client.post<PinVerification>("/market/verify", { pin }, patience)).data;
  },
  async symbols(market: Venue, query: string, signal?: AbortSignal): Promise<MarketSymbols> {
    const params = { market, limit: mostSymbols, ...(query !== "" && { query }) };
    return (await client.get<MarketSymbols>("/market/symbols", { params, signal, ...patience })).data;
  },
  async favourites(signal?: AbortSignal): Promise<Favourite[]> {
    return (await client.get<FavouriteList>("/favourites", { signal })).data.favourites;
  },
  async setFavourite(market: Venue, symbol: string, isFavourite: boolean): Promise<void> {
    const path = `/favourites/${market}/${encodeURIComponent(symbol)}`;
    await (isFavourite ? client.put(path) : client.delete(path));
  },
  async layouts(cursor: string | null, signal?: AbortSignal): Promise<LayoutList> {
    const params = { limit: pageSize, ...(cursor !== null && { cursor }) };
    return (await client.get<LayoutList>("/layouts", { params, signal })).data;
  },
  async layout(id: string, signal?: AbortSignal): Promise<Layout> {
    return (await client.get<Layout>(`/layouts/${encodeURIComponent(id)}`, { signal })).data;
  },
  async createLayout(layout: NewLayout, key: string): Promise<Layout> {
    return (await client.post<Layout>("/layouts", layout, { headers: { "Idempotency-Key": key } })).data;
  },
  async createTimeframes(layout: NewMultiTimeframe, key: string): Promise<Layout> {
    const options = { headers: { "Idempotency-Key": key }, ...patience };
    return (await client.post<Layout>("/charts/multi-timeframe", layout, options)).data;
  },
  async changeLayout(id: string, change: LayoutChange): Promise<Layout> {
    return (await client.patch<Layout>(`/layouts/${encodeURIComponent(id)}`, change)).data;
  },
  async removeLayout(id: string): Promise<void> {
    await client.delete(`/layouts/${encodeURIComponent(id)}`);
  },
};

function pathOf(id: string): string {
  return `/charts/${encodeURIComponent(id)}`;
}

/** The name the server gives, when it is one; never a path. */
export function fileName(disposition: unknown): string {
  const name = typeof disposition === "string" ? /filename="([\w.-]+)"/.exec(disposition)?.[1] : undefined;
  return name ?? "kontor-chart.csv";
}
