/** What the search shows. */
import type { Favourite, MarketSymbol, Venue } from "@/api/types";

export const markets: readonly Venue[] = ["spot", "usdt-futures", "coin-futures", "usdc-futures"];

export type FoundSymbol = Partial<MarketSymbol> & { symbol: string; isFavourite: boolean };

/**
 * Favourites stand first in the order in which they were added; without words all of them, also those that the exchange did not
 * name, and with words those that fit.
 */
export function found(
  symbols: readonly MarketSymbol[],
  favourites: readonly Favourite[],
  market: Venue,
  words: string,
): FoundSymbol[] {
  const mine = favourites.filter((each) => each.market === market).map(({ symbol }) => symbol);
  const wanted = words.toUpperCase();
  const bySymbol = new Map(symbols.map((each) => [each.symbol, each]));
  const first = mine
    .filter((symbol) => wanted === "" || symbol.includes(wanted) || bySymbol.has(symbol))
    .map((symbol) => ({ ...bySymbol.get(symbol), symbol, isFavourite: true }));
  const rest = symbols.filter(({ symbol }) => !mine.includes(symbol)).map((each) => ({ ...each, isFavourite: false }));
  // Exactly what was typed is what is meant, whatever else is liked.
  const exact = rest.findIndex(({ symbol }) => symbol === wanted);
  if (exact >= 0) return [...rest.splice(exact, 1), ...first, ...rest];
  return [...first, ...rest];
}
