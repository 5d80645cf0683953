/** Above a chart: which symbol and interval, whether it is a favourite, and what can be added. */
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Chart, ChartChange, Favourite, Interval } from "@/api/types";
import { Button } from "@/components/Button";
import { Notice } from "@/components/Notice";
import { useAction } from "@/features/account/useAction";
import { chartService } from "./chartService";
import { chartFailureText } from "./failures";
import { usualIntervals } from "./intervals";
import { choosesSymbol } from "./keys";
import { chartKeys, useFavourites } from "./queries";
import { SymbolSearch } from "./SymbolSearch";

interface ToolbarProps {
  chart: Chart;
  change(change: ChartChange): void;
  compact: boolean;
  /** Null: there are as many as there can be. */
  addIndicator: (() => void) | null;
  children?: ReactNode;
}

export function Toolbar({ chart, change, compact, addIndicator, children }: ToolbarProps) {
  const { t } = useTranslation("charts");
  const [searching, setSearching] = useState(false);
  const { market, symbol, interval } = chart;
  const root = useRef<HTMLDivElement>(null);

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!choosesSymbol(event) || document.querySelector(".dialog")) return;
      // Of several charts the one that has the focus is asked, or the first.
      const mine = root.current?.closest(".chart-view");
      const focused = document.activeElement?.closest(".chart-view") ?? document.querySelector(".chart-view");
      if (mine !== focused) return;
      event.preventDefault();
      setSearching(true);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);

  return (
    <div ref={root} className="chart-toolbar">
      <Button
        className="chart-symbol"
        aria-label={t("view.symbol", { symbol })}
        aria-keyshortcuts="/"
        onClick={() => setSearching(true)}
      >
        {symbol}
        <kbd aria-hidden="true">/</kbd>
      </Button>
      <FavouriteStar market={market} symbol={symbol} />
      <label className="chart-interval">
        <span className="visually-hidden">{t("view.interval")}</span>
        <select value={interval} onChange={(event) => change({ interval: event.target.value as Interval })}>
          {usualIntervals(market).map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </label>
      <Button
        className="chart-add"
        title={compact ? t("view.addIndicator") : undefined}
        aria-disabled={addIndicator === null || undefined}
        onClick={() => addIndicator?.()}
      >
        {compact ? <span aria-hidden="true">ƒ+</span> : t("view.addIndicator")}
        {compact && <span className="visually-hidden">{t("view.addIndicator")}</span>}
      </Button>
      <div className="chart-toolbar-acts">{children}</div>
      {searching && (
        <SymbolSearch
          market={market}
          onClose={() => setSearching(false)}
          onChoose={(chosen) => {
            setSearching(false);
            if (chosen.market === market && chosen.symbol === symbol) return;
            const fits = usualIntervals(chosen.market).includes(interval);
            change({ market: chosen.market, symbol: chosen.symbol, ...(!fits && { interval: "1H" }) });
          }}
        />
      )}
    </div>
  );
}

function FavouriteStar({ market, symbol }: Pick<Chart, "market" | "symbol">) {
  const { t } = useTranslation("charts");
  const cache = useQueryClient();
  const favourites = useFavourites();
  const isOne = favourites.data?.some((each) => each.market === market && each.symbol === symbol) ?? false;
  const toggle = useAction(async () => {
    await chartService.setFavourite(market, symbol, !isOne);
    cache.setQueryData<Favourite[]>(chartKeys.favourites, (before = []) =>
      isOne
        ? before.filter((each) => each.market !== market || each.symbol !== symbol)
        : [...before, { market, symbol, added_at: new Date().toISOString() }],
    );
  }, chartFailureText);
  return (
    <>
      <button
        type="button"
        className="chart-star"
        aria-pressed={isOne}
        aria-label={t("favourite.add", { symbol })}
        title={t(isOne ? "favourite.remove" : "favourite.add", { symbol })}
        aria-disabled={toggle.pending || undefined}
        onClick={() => toggle.run()}
      >
        <span aria-hidden="true">{isOne ? "★" : "☆"}</span>
      </button>
      {toggle.message && <Notice tone="error">{toggle.message}</Notice>}
    </>
  );
}
