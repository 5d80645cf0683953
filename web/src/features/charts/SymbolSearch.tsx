/** Finds a symbol by typing: a combobox with its list below, favourites first as long as nothing is typed. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf } from "@/api/failure";
import type { MarketSymbol, Venue } from "@/api/types";
import { Button } from "@/components/Button";
import { Select } from "@/components/Choices";
import { Dialog } from "@/components/Dialog";
import { Notice } from "@/components/Notice";
import { useQuiet } from "@/components/useQuiet";
import { chartService, mostSymbols } from "./chartService";
import { chartFailureText } from "./failures";
import { chartKeys, useFavourites } from "./queries";
import { found, markets } from "./symbols";

interface SymbolSearchProps {
  market: Venue;
  onChoose(chosen: { market: Venue; symbol: string }): void;
  onClose(): void;
}

export function SymbolSearch({ market: begin, onChoose, onClose }: SymbolSearchProps) {
  const { t } = useTranslation();
  const { t: tCharts } = useTranslation("charts");
  const id = useId();
  const [market, setMarket] = useState(begin);
  const [words, setWords] = useState("");
  // Of the symbol, not of its place: the list may become another one under it.
  const [active, setActive] = useState<string>();
  const [isEntered, setIsEntered] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  const wanted = useQuiet(words.trim(), 120);
  const favourites = useFavourites();
  const symbols = useQuery({
    queryKey: chartKeys.symbols(market, wanted),
    queryFn: ({ signal }) => chartService.symbols(market, wanted, signal),
    placeholderData: keepPreviousData,
  });
  const rows = useMemo(
    () => found(symbols.data?.symbols ?? [], favourites.data ?? [], market, wanted),
    [symbols.data, favourites.data, market, wanted],
  );
  const at = Math.max(
    0,
    rows.findIndex(({ symbol }) => symbol === active),
  );
  const isCut = (symbols.data?.symbols.length ?? 0) >= mostSymbols;
  const optionId = (place: number) => `${id}-option-${place}`;

  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: "nearest" });
  }, [at]);

  function onKeyDown(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      setActive(rows[Math.min(rows.length - 1, Math.max(0, at + step))]?.symbol);
    } else if (event.key === "Enter") {
      event.preventDefault();
      const row = rows[at];
      if (row && (row.symbol === active || row.symbol === words.trim().toUpperCase())) choose(row.symbol);
      else setIsEntered(true);
    }
  }
  const choose = (symbol: string) => onChoose({ market, symbol });

  // What is typed may be newer than what was found: then the first that is found for it is chosen when it comes.
  const isFound = wanted === words.trim() && symbols.isSuccess && !symbols.isPlaceholderData;
  const first = rows[at]?.symbol;
  useEffect(() => {
    if (!isEntered || !isFound) return;
    setIsEntered(false);
    if (first !== undefined) onChoose({ market, symbol: first });
  }, [isEntered, isFound, first, market, onChoose]);

  return (
    <Dialog
      title={tCharts("search.title")}
      description={tCharts("search.text")}
      initialFocus="input[role=combobox]"
      onDismiss={onClose}
    >
      <div className="symbol-search">
        <Select<Venue>
          label={tCharts("search.market")}
          value={market}
          options={markets.map((value) => ({ value, text: tCharts(`market.${value}`) }))}
          onChange={setMarket}
        />
        <div className="field">
          <label htmlFor={id}>{tCharts("search.label")}</label>
          <div className="field-frame">
            <input
              id={id}
              role="combobox"
              type="text"
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              maxLength={64}
              value={words}
              aria-expanded={rows.length > 0}
              aria-controls={`${id}-list`}
              aria-autocomplete="list"
              aria-activedescendant={rows.length > 0 ? optionId(at) : undefined}
              onChange={(event) => {
                setWords(event.target.value);
                setActive(undefined);
                setIsEntered(false);
              }}
              onKeyDown={onKeyDown}
            />
          </div>
        </div>
        <p role="status" className="symbol-count">
          {symbols.isPending
            ? tCharts("search.searching")
            : symbols.isError
              ? ""
              : rows.length === 0
                ? tCharts("search.none")
                : tCharts(isCut ? "search.first" : "search.found", { count: rows.length })}
          {symbols.data?.is_stale && ` ${tCharts("search.stale")}`}
        </p>
        {symbols.isError && (
          <Notice tone="error">
            <p>
              {tCharts("search.failed")} {chartFailureText(failureOf(symbols.error), t)}
            </p>
            <Button className="mt-3" onClick={() => void symbols.refetch()}>
              {t("app.retry")}
            </Button>
          </Notice>
        )}
        <ul ref={list} id={`${id}-list`} role="listbox" aria-label={tCharts("search.results")} className="symbol-list">
          {rows.map((row, place) => (
            // The keys are those of the field above.
            <li
              key={row.symbol}
              id={optionId(place)}
              role="option"
              aria-selected={place === at}
              className="symbol-row"
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => choose(row.symbol)}
            >
              <Row row={row} isFavourite={row.isFavourite} />
            </li>
          ))}
        </ul>
        <div className="actions mt-0">
          <Button onClick={onClose}>{tCharts("search.close")}</Button>
        </div>
      </div>
    </Dialog>
  );
}

function Row({ row, isFavourite }: { row: Partial<MarketSymbol> & { symbol: string }; isFavourite: boolean }) {
  const { t } = useTranslation("charts");
  return (
    <>
      <span className="symbol-name">
        {row.symbol}
        {isFavourite && (
          <>
            <span aria-hidden="true"> ★</span>
            <span className="visually-hidden">, {t("search.favourite")}</span>
          </>
        )}
      </span>
      <span className="symbol-facts">
        {row.base && `${row.base} / ${row.quote}`}
        {row.is_traded === false && ` · ${t("search.notTraded")}`}
      </span>
    </>
  );
}
