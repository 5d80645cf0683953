/** Up to four charts side by side; linked, they show the same time, or the same symbol. */
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams } from "react-router";
import { failureOf, isProblem, problemType } from "@/api/failure";
import { newKey } from "@/api/newKey";
import type { Chart, ChartChange, Layout, LayoutChange } from "@/api/types";
import { Button } from "@/components/Button";
import { Checkbox, Select } from "@/components/Choices";
import { LoadFailed, Loading } from "@/components/Loading";
import { Notice } from "@/components/Notice";
import { Page } from "@/components/Page";
import { useAction } from "@/features/account/useAction";
import { Attribution } from "./Attribution";
import { ChartView } from "./ChartView";
import { chartService } from "./chartService";
import { chartFailureText } from "./failures";
import { usualDays } from "./intervals";
import { LinkGroup } from "./linkGroup";
import { titleOf } from "./names";
import { chartKeys, useLayout } from "./queries";
import { RemoveDialog } from "./RemoveDialog";
import { SymbolSearch } from "./SymbolSearch";
import { completed } from "./useChartActs";

export function LayoutPage() {
  const { id = "" } = useParams();
  const { t } = useTranslation("charts");
  const layout = useLayout(id);
  if (layout.data) return <Shown key={id} layout={layout.data} />;
  if (layout.isPending) return <Loading />;
  const failure = failureOf(layout.error);
  const isUnknown = isProblem(failure, problemType.notFound) || isProblem(failure, problemType.invalidInput);
  return (
    <Page title={t("list.grids")}>
      {isUnknown ? (
        <Notice tone="info">{t("view.notFoundGrid")}</Notice>
      ) : (
        <LoadFailed
          title={t("list.gridFailed")}
          failure={failure}
          retry={() => void layout.refetch()}
          retrying={layout.isFetching}
        />
      )}
      <p className="page-aside">
        <Link to="/charts">{t("view.toList")}</Link>
      </p>
    </Page>
  );
}

function Shown({ layout }: { layout: Layout }) {
  const { t } = useTranslation("charts");
  const navigate = useNavigate();
  const cache = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const [filling, setFilling] = useState(false);
  const group = useMemo(() => new LinkGroup(), []);
  useEffect(() => {
    group.linked = layout.link_time;
  }, [group, layout.link_time]);

  const keep = (next: Layout) => {
    cache.setQueryData(chartKeys.layout(layout.id), next);
    void cache.invalidateQueries({ queryKey: chartKeys.layouts });
  };
  const alter = useAction(
    async (change: LayoutChange) => keep(await chartService.changeLayout(layout.id, change)),
    chartFailureText,
  );
  const fill = useAction(async (chosen: Pick<Chart, "market" | "symbol">) => {
    const made = await chartService.create({ ...chosen, interval: "1H", days: usualDays("1H") }, newKey());
    const charts = [...layout.charts.map(({ id }) => id), made.id];
    keep(await chartService.changeLayout(layout.id, { charts }));
    void cache.invalidateQueries({ queryKey: chartKeys.lists });
  }, chartFailureText);

  /** Of one chart; where the symbol is linked, of all. */
  async function change(chart: Chart, what: ChartChange): Promise<void> {
    const isShared = layout.link_symbol && (what.symbol !== undefined || what.market !== undefined);
    const shared = { ...(what.symbol && { symbol: what.symbol }), ...(what.market && { market: what.market }) };
    const charts = [...layout.charts];
    try {
      for (const [at, each] of layout.charts.entries()) {
        if (each.id === chart.id) charts[at] = await chartService.change(each.id, completed(each, what));
        else if (isShared) charts[at] = await chartService.change(each.id, shared);
      }
    } finally {
      // What was changed before something went wrong is changed.
      keep({ ...layout, charts });
      for (const each of charts) cache.setQueryData(chartKeys.chart(each.id), each);
      void cache.invalidateQueries({ queryKey: chartKeys.lists });
    }
  }

  const places = Array.from({ length: layout.grid }, (_, place) => layout.charts[place] ?? null);
  return (
    <div className="chart-page">
      <Page title={layout.name}>
        <p className="chart-back">
          <Link to="/charts">
            <span aria-hidden="true">‹</span> {t("list.title")}
          </Link>
        </p>
        <div className="grid-head">
          <Select<"1" | "2" | "4">
            label={t("grid.places")}
            value={String(layout.grid) as "1"}
            options={(["1", "2", "4"] as const).map((value) => ({ value, text: value }))}
            onChange={(value) => alter.run({ grid: Number(value) as Layout["grid"] })}
          />
          <Checkbox
            label={t("grid.linkTime")}
            checked={layout.link_time}
            onChange={(event) => alter.run({ link_time: event.target.checked })}
          />
          <Checkbox
            label={t("grid.linkSymbol")}
            checked={layout.link_symbol}
            onChange={(event) => alter.run({ link_symbol: event.target.checked })}
          />
          <Button onClick={() => setRemoving(true)}>{t("grid.deleteGrid")}</Button>
        </div>
        {alter.message && <Notice tone="error">{alter.message}</Notice>}
        {fill.message && <Notice tone="error">{fill.message}</Notice>}
        <div className="chart-grid" data-places={layout.grid}>
          {places.map((chart, place) =>
            chart ? (
              <div key={chart.id} className="chart-cell">
                <ChartView
                  chart={chart}
                  change={(what) => change(chart, what)}
                  group={group}
                  compact
                  acts={
                    <>
                      <Link
                        to={`/charts/${chart.id}`}
                        className="chart-cell-act"
                        aria-label={t("grid.alone", { title: titleOf(chart) })}
                      >
                        <span aria-hidden="true">⤢</span>
                      </Link>
                      {layout.charts.length > 1 && (
                        <button
                          type="button"
                          className="chart-cell-act"
                          aria-label={t("grid.take", { title: titleOf(chart) })}
                          onClick={() =>
                            alter.run({ charts: layout.charts.map(({ id }) => id).filter((id) => id !== chart.id) })
                          }
                        >
                          <span aria-hidden="true">×</span>
                        </button>
                      )}
                    </>
                  }
                />
              </div>
            ) : (
              <div key={`place ${place}`} className="chart-cell chart-cell-empty">
                <p>{t("grid.empty")}</p>
                <Button onClick={() => setFilling(true)} aria-disabled={fill.pending || undefined}>
                  {t("grid.fill")}
                </Button>
              </div>
            ),
          )}
        </div>
        <Attribution />
      </Page>
      {filling && (
        <SymbolSearch
          market={layout.charts[0]?.market ?? "spot"}
          onClose={() => setFilling(false)}
          onChoose={(chosen) => {
            setFilling(false);
            fill.run(chosen);
          }}
        />
      )}
      {removing && (
        <RemoveDialog what={{ layout }} onClose={() => setRemoving(false)} onDone={() => void navigate("/charts")} />
      )}
    </div>
  );
}
