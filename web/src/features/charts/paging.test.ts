import { expect, it } from "vitest";
import { endFrom, olderThan, wantsOlder } from "./paging";
import { found } from "./symbols";

it.each([
  [{ from: 100, to: 200 }, false],
  [{ from: 49, to: 149 }, true],
  [{ from: 19, to: 25 }, true],
  [{ from: 21, to: 25 }, false],
  [{ from: -40, to: 100 }, true],
  [null, false],
])("seeing %j wants older candles: %s", (span, wants) => {
  expect(wantsOlder(span)).toBe(wants);
});

it("older ones end where the first one begins; the end that is read again is a piece of it", () => {
  expect(olderThan(7, null)).toEqual({ to: 7, limit: 1000 });
  expect(endFrom([1, 2, 3, 4], 2)).toBe(3);
  expect(endFrom([1], 2)).toBe(1);
  expect(endFrom([])).toBeNull();
});

it.each([
  [200, 1000],
  [2001, 1001],
  [9000, 4500],
  [40_000, 5000],
])("seeing %i, half as many older ones come, within bounds: %i", (seen, limit) => {
  expect(olderThan(7, { from: 100, to: 100 + seen })).toEqual({ to: 7, limit });
});

it("favourites come first, unless exactly another one was typed", () => {
  const symbol = (name: string) => ({
    symbol: name,
    base: name.slice(0, 3),
    quote: "USDT",
    price_digits: 2,
    quantity_digits: 2,
    is_traded: true,
  });
  const favourites = [
    { market: "spot" as const, symbol: "ETHUSDT", added_at: "" },
    { market: "spot" as const, symbol: "GONEUSDT", added_at: "" },
    { market: "usdt-futures" as const, symbol: "SOLUSDT", added_at: "" },
  ];
  const names = (words: string, ...symbols: string[]) =>
    found(symbols.map(symbol), favourites, "spot", words).map((each) => each.symbol);
  expect(names("", "BTCUSDT", "ETHUSDT")).toEqual(["ETHUSDT", "GONEUSDT", "BTCUSDT"]);
  expect(names("eth", "ETHBTC", "ETHUSDT")).toEqual(["ETHUSDT", "ETHBTC"]);
  expect(names("ethbtc", "ETHBTC")).toEqual(["ETHBTC"]);
  expect(names("btcusdt", "BTCUSDT")).toEqual(["BTCUSDT"]);
});
