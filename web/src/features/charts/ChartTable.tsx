/** The numbers of the chart as a table, page by page, the latest first. */
import { useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Button } from "@/components/Button";
import { useFormat } from "@/i18n/useFormat";
import type { ChartFormat } from "./format";
import { nameOf } from "./names";
import type { LoadedSeries } from "./series";

export const rowsPerPage = 50;

interface ChartTableProps {
  series: LoadedSeries;
  version: number;
  title: string;
  format: ChartFormat;
}

export function ChartTable({ series, version, title, format }: ChartTableProps) {
  const { t } = useTranslation("charts");
  const numbers = useFormat();
  const [page, setPage] = useState(0);
  const { candles, indicators, length } = series;
  const pages = Math.max(1, Math.ceil(length / rowsPerPage));
  const shown = Math.min(page, pages - 1);
  const first = length - 1 - shown * rowsPerPage;
  const rows = useMemo(
    () => Array.from({ length: Math.min(rowsPerPage, first + 1) }, (_, row) => first - row),
    [first, version],
  );
  const columns = indicators.flatMap((indicator, place) =>
    indicator.outputs.map(({ name, values }) => ({
      key: `${place} ${name}`,
      head:
        indicator.outputs.length === 1
          ? nameOf(indicator, t)
          : `${nameOf(indicator, t)} ${t(`output.${name}` as "output.value")}`,
      cell: (at: number) => {
        const value = values[at];
        return typeof value === "number" ? format.value(indicator.kind, value) : "–";
      },
    })),
  );
  return (
    <div className="chart-table">
      <div className="chart-table-window" role="region" aria-label={t("table.region")} tabIndex={0}>
        <table>
          <caption className="visually-hidden">{t("table.caption", { title })}</caption>
          <thead>
            <tr>
              <th scope="col">{t("table.time")}</th>
              {(["openLong", "highLong", "lowLong", "closeLong", "volumeLong"] as const).map((name) => (
                <th key={name} scope="col">
                  {t(`legend.${name}`)}
                </th>
              ))}
              {columns.map(({ key, head }) => (
                <th key={key} scope="col">
                  {head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((at) => (
              <tr key={candles.time[at]}>
                <th scope="row">{format.time(candles.time[at] as number)}</th>
                <td>{format.price(candles.open[at] as number)}</td>
                <td>{format.price(candles.high[at] as number)}</td>
                <td>{format.price(candles.low[at] as number)}</td>
                <td>{format.price(candles.close[at] as number)}</td>
                <td>{format.amount(candles.volume[at] as number)}</td>
                {columns.map(({ key, cell }) => (
                  <td key={key}>{cell(at)}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <div className="chart-table-foot">
        <Button aria-disabled={shown === 0 || undefined} onClick={() => setPage(Math.max(0, shown - 1))}>
          {t("table.previous")}
        </Button>
        <p role="status">
          {t("table.place", {
            from: numbers.count(length === 0 ? 0 : shown * rowsPerPage + 1),
            to: numbers.count(Math.min(length, (shown + 1) * rowsPerPage)),
            all: numbers.count(length),
          })}
        </p>
        <Button aria-disabled={shown >= pages - 1 || undefined} onClick={() => setPage(Math.min(pages - 1, shown + 1))}>
          {t("table.next")}
        </Button>
      </div>
    </div>
  );
}
