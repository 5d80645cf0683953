/** The charts and grids of the account: the latest change first. */
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useNavigate } from "react-router";
import { failureOf, isRecord } from "@/api/failure";
import type { Chart, Layout } from "@/api/types";
import { Button } from "@/components/Button";
import { Field } from "@/components/Field";
import { LoadFailed, Loading } from "@/components/Loading";
import { More, useFocusOnFirstNew } from "@/components/More";
import { Notice } from "@/components/Notice";
import { Page } from "@/components/Page";
import { When } from "@/components/When";
import { useAction } from "@/features/account/useAction";
import { newKey } from "@/api/newKey";
import { chartService } from "./chartService";
import { chartFailureText } from "./failures";
import { NewGridDialog } from "./NewGridDialog";
import { nameOf, seriesTitle, titleOf } from "./names";
import { chartKeys } from "./queries";
import { RemoveDialog } from "./RemoveDialog";
import { SymbolSearch } from "./SymbolSearch";
import { usualDays } from "./intervals";

export function ChartsPage() {
  const { t } = useTranslation("charts");
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [dialog, setDialog] = useState<"symbol" | "grid" | null>(null);
  const [symbol, setSymbol] = useState("");
  const { key, state: asked } = useLocation();
  // "New chart" was chosen somewhere else: the first thing to do is to choose its symbol.
  useEffect(() => {
    if (isRecord(asked) && asked.newChart === true) setDialog("symbol");
  }, [key, asked]);
  const [removing, setRemoving] = useState<{ chart: Chart } | { layout: Layout } | null>(null);
  const [said, setSaid] = useState("");

  const create = useAction(async (chosen: { market: Chart["market"]; symbol: string }) => {
    const chart = await chartService.create({ ...chosen, interval: "1H", days: usualDays("1H") }, newKey());
    cache.setQueryData(chartKeys.chart(chart.id), chart);
    void cache.invalidateQueries({ queryKey: chartKeys.lists });
    void navigate(`/charts/${chart.id}`);
  }, chartFailureText);
  const duplicate = useAction(async (chart: Chart) => {
    await chartService.duplicate(chart.id, newKey());
    setSaid(t("list.duplicated", { title: titleOf(chart) }));
    await cache.invalidateQueries({ queryKey: chartKeys.lists });
  }, chartFailureText);

  return (
    <Page title={t("list.title")} lead={t("list.lead")}>
      <div className="actions">
        <Button look="primary" onClick={() => setDialog("symbol")} aria-disabled={create.pending || undefined}>
          {t("list.new")}
        </Button>
        <Button onClick={() => setDialog("grid")}>{t("list.newGrid")}</Button>
      </div>
      {create.message && <Notice tone="error">{create.message}</Notice>}
      {duplicate.message && <Notice tone="error">{duplicate.message}</Notice>}
      <p role="status" className="visually-hidden">
        {said}
      </p>
      <ChartRows
        symbol={symbol}
        onFilter={setSymbol}
        onDuplicate={(chart) => duplicate.run(chart)}
        onRemove={(chart) => setRemoving({ chart })}
      />
      <LayoutRows onRemove={(layout) => setRemoving({ layout })} />
      {dialog === "symbol" && (
        <SymbolSearch
          market="spot"
          onClose={() => setDialog(null)}
          onChoose={(chosen) => {
            setDialog(null);
            create.run(chosen);
          }}
        />
      )}
      {dialog === "grid" && (
        <NewGridDialog
          onClose={() => setDialog(null)}
          onMade={(layout) => {
            cache.setQueryData(chartKeys.layout(layout.id), layout);
            void cache.invalidateQueries({ queryKey: chartKeys.all });
            void navigate(`/charts/layouts/${layout.id}`);
          }}
        />
      )}
      {removing && (
        <RemoveDialog
          what={removing}
          onClose={() => setRemoving(null)}
          onDone={(title) => setSaid(t("list.deleted", { title }))}
        />
      )}
    </Page>
  );
}

interface ChartRowsProps {
  symbol: string;
  onFilter(symbol: string): void;
  onDuplicate(chart: Chart): void;
  onRemove(chart: Chart): void;
}

function ChartRows({ symbol, onFilter, onDuplicate, onRemove }: ChartRowsProps) {
  const { t } = useTranslation("charts");
  const pages = useInfiniteQuery({
    queryKey: chartKeys.list(symbol),
    queryFn: ({ pageParam, signal }) => chartService.list(pageParam, symbol, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
    staleTime: 0,
  });
  // One that was changed while pages were read stands on two of them.
  const rows = [
    ...new Map((pages.data?.pages ?? []).flatMap(({ charts }) => charts).map((each) => [each.id, each])).values(),
  ];
  const { list, moreShown } = useFocusOnFirstNew<HTMLUListElement>(rows.length);
  if (pages.isPending) return <Loading />;
  if (pages.isError && !pages.data) {
    return (
      <LoadFailed
        title={t("list.failed")}
        failure={failureOf(pages.error)}
        retry={() => void pages.refetch()}
        retrying={pages.isFetching}
      />
    );
  }
  if (rows.length === 0 && symbol === "") {
    return (
      <div className="empty">
        <p className="font-semibold">{t("list.empty")}</p>
        <p>{t("list.emptyNext")}</p>
      </div>
    );
  }
  return (
    <section aria-labelledby="charts-list">
      <h2 id="charts-list" className="section-title mt-10">
        {t("list.charts")}
      </h2>
      <Filter symbol={symbol} onFilter={onFilter} />
      {rows.length === 0 && <p className="text-muted mt-6">{t("list.emptyFiltered", { symbol })}</p>}
      {rows.length > 0 && (
        <ul ref={list} className="rows chart-rows" aria-labelledby="charts-list">
          {rows.map((chart) => (
            <li key={chart.id} className="row" tabIndex={-1}>
              <div className="min-w-0">
                <p className="row-title">
                  <Link to={`/charts/${chart.id}`}>{titleOf(chart)}</Link>
                  {chart.made_by === "model" && <span className="badge">{t("list.byModel")}</span>}
                </p>
                <p className="row-text">
                  {[seriesTitle(chart, t), ...chart.indicators.map((each) => nameOf(each, t))].join(" · ")}
                </p>
                <p className="row-text">
                  {t("list.lastChanged")} <When at={chart.updated_at} />
                </p>
              </div>
              <div className="row-actions">
                <Button
                  aria-label={t("list.duplicateOf", { title: titleOf(chart) })}
                  onClick={() => onDuplicate(chart)}
                >
                  {t("list.duplicate")}
                </Button>
                <Button aria-label={t("list.deleteOf", { title: titleOf(chart) })} onClick={() => onRemove(chart)}>
                  {t("list.delete")}
                </Button>
              </div>
            </li>
          ))}
        </ul>
      )}
      {pages.hasNextPage && (
        <More pages={pages} onMore={moreShown} label={t("list.more")} failed={t("list.failed")} end="" />
      )}
    </section>
  );
}

function Filter({ symbol, onFilter }: { symbol: string; onFilter(symbol: string): void }) {
  const { t } = useTranslation("charts");
  const [typed, setTyped] = useState(symbol);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const apply = (text: string) =>
    onFilter(
      text
        .trim()
        .toUpperCase()
        .replace(/[^A-Z0-9_-]/g, ""),
    );
  return (
    <form
      role="search"
      className="chart-filter"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        clearTimeout(timer.current);
        apply(typed);
      }}
    >
      <Field
        label={t("list.filter")}
        hint={t("list.filterHint")}
        type="search"
        autoComplete="off"
        autoCapitalize="characters"
        spellCheck={false}
        maxLength={32}
        value={typed}
        onChange={({ target: { value } }) => {
          setTyped(value);
          clearTimeout(timer.current);
          timer.current = setTimeout(() => apply(value), 300);
        }}
      />
    </form>
  );
}

function LayoutRows({ onRemove }: { onRemove(layout: Layout): void }) {
  const { t } = useTranslation("charts");
  const pages = useInfiniteQuery({
    queryKey: chartKeys.layouts,
    queryFn: ({ pageParam, signal }) => chartService.layouts(pageParam, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next_cursor ?? null,
    staleTime: 0,
  });
  const rows = [
    ...new Map((pages.data?.pages ?? []).flatMap(({ layouts }) => layouts).map((each) => [each.id, each])).values(),
  ];
  const { list, moreShown } = useFocusOnFirstNew<HTMLUListElement>(rows.length);
  if (pages.isPending) return null;
  if (pages.isError && !pages.data) {
    return (
      <LoadFailed
        title={t("list.gridsFailed")}
        failure={failureOf(pages.error)}
        retry={() => void pages.refetch()}
        retrying={pages.isFetching}
      />
    );
  }
  return (
    <section aria-labelledby="grids-list">
      <h2 id="grids-list" className="section-title mt-12">
        {t("list.grids")}
      </h2>
      {rows.length === 0 && <p className="text-muted mt-3">{t("list.noGrids")}</p>}
      {rows.length > 0 && (
        <ul ref={list} className="rows chart-rows" aria-labelledby="grids-list">
          {rows.map((layout) => (
            <li key={layout.id} className="row" tabIndex={-1}>
              <div className="min-w-0">
                <p className="row-title">
                  <Link to={`/charts/layouts/${layout.id}`}>{layout.name}</Link>
                </p>
                <p className="row-text">
                  {[t("list.places", { count: layout.grid }), ...layout.charts.map((each) => titleOf(each))].join(
                    " · ",
                  )}
                </p>
              </div>
              <Button aria-label={t("list.deleteOf", { title: layout.name })} onClick={() => onRemove(layout)}>
                {t("list.delete")}
              </Button>
            </li>
          ))}
        </ul>
      )}
      {pages.hasNextPage && (
        <More pages={pages} onMore={moreShown} label={t("list.more")} failed={t("list.gridsFailed")} end="" />
      )}
    </section>
  );
}
