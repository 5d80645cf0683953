/** A chart beside something else: a conversation that has made or mentioned it. */
import type { Ref } from "react";
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { failureOf, isProblem, problemType } from "@/api/failure";
import { Button } from "@/components/Button";
import { LoadFailed, Loading } from "@/components/Loading";
import { Notice } from "@/components/Notice";
import { Attribution } from "./Attribution";
import { type ChartHandle, ChartView } from "./ChartView";
import { titleOf } from "./names";
import { useChart } from "./queries";
import { useChange } from "./useChartActs";

interface ChartBesideProps {
  id: string;
  view: Ref<ChartHandle>;
  onClose(): void;
}

export function ChartBeside({ id, view, onClose }: ChartBesideProps) {
  const { t } = useTranslation("charts");
  const chart = useChart(id);
  const change = useChange(chart.data);
  const failure = chart.isError && !chart.data ? failureOf(chart.error) : null;
  return (
    <section className="chart-beside" aria-label={t("ask.chart")}>
      <header className="chart-beside-head">
        <h2 className="section-title">
          {chart.data ? <Link to={`/charts/${id}`}>{titleOf(chart.data)}</Link> : t("ask.chart")}
        </h2>
        <Button onClick={onClose}>{t("ask.closeChart")}</Button>
      </header>
      {chart.isPending && <Loading />}
      {failure &&
        (isProblem(failure, problemType.notFound) ? (
          <Notice tone="info">{t("view.notFound")}</Notice>
        ) : (
          <LoadFailed
            title={t("view.chartFailed")}
            failure={failure}
            retry={() => void chart.refetch()}
            retrying={chart.isFetching}
          />
        ))}
      {chart.data && <ChartView key={id} ref={view} chart={chart.data} change={change} compact />}
      <Attribution />
    </section>
  );
}
