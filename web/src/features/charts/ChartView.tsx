/** One chart with everything that belongs to it: toolbar, legend, canvas, state, the same in words and as a table. */
import { type ReactNode, type Ref, useCallback, useEffect, useId, useImperativeHandle, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { Chart, ChartChange, ChartPin, Indicator } from "@/api/types";
import { Button } from "@/components/Button";
import { LoadFailed, Loading } from "@/components/Loading";
import { Notice } from "@/components/Notice";
import { useAction } from "@/features/account/useAction";
import { type CanvasHandle, ChartCanvas } from "./ChartCanvas";
import { ChartTable } from "./ChartTable";
import { ChartWords } from "./ChartWords";
import type { ChartDrawing } from "./drawing/chartDrawing";
import { chartFailureText } from "./failures";
import { IndicatorDialog } from "./IndicatorDialog";
import { mostIndicators } from "./indicators";
import { Legend, type LegendHandle } from "./Legend";
import type { LinkGroup } from "./linkGroup";
import { seriesTitle, titleOf } from "./names";
import { savePicture } from "./picture";
import { pinOf } from "./pins";
import { digitsOf } from "./series";
import { StateLine } from "./StateLine";
import { Toolbar } from "./Toolbar";
import { useFeed, useFeedState } from "./useFeed";
import { useChartFormat } from "./useLook";

export interface ChartHandle {
  /** What is seen now, for a message; null: nothing is loaded. */
  pin(): Promise<ChartPin | null>;
  picture(): Promise<string | null>;
  seen(): { from: number; to: number } | null;
  focus(): void;
}

interface ChartViewProps {
  chart: Chart;
  change(change: ChartChange): Promise<void>;
  group?: LinkGroup;
  /** Beside other things: without what needs room. */
  compact?: boolean;
  /** What can be done about it besides, in its toolbar. */
  acts?: ReactNode;
  ref?: Ref<ChartHandle>;
}

/** What a drag and the wheel do, for those who use neither. */
const steps: readonly {
  name: "earlier" | "later" | "in" | "out" | "end";
  sign: string;
  act(drawing: ChartDrawing): void;
}[] = [
  { name: "earlier", sign: "‹", act: (drawing) => drawing.scroll(-1) },
  { name: "later", sign: "›", act: (drawing) => drawing.scroll(1) },
  { name: "in", sign: "+", act: (drawing) => drawing.zoom(0.8) },
  { name: "out", sign: "−", act: (drawing) => drawing.zoom(1.25) },
  { name: "end", sign: "⇥", act: (drawing) => drawing.showEnd() },
];

export function ChartView({ chart, change, group, compact = false, acts, ref }: ChartViewProps) {
  const { t } = useTranslation();
  const { t: tCharts } = useTranslation("charts");
  const id = useId();
  const feed = useFeed(chart);
  const phase = useFeedState(feed, ({ phase }) => phase);
  const failure = useFeedState(feed, ({ failure }) => failure);
  const version = useFeedState(feed, ({ version }) => version);
  const digits = feed.series ? digitsOf(feed.series.candles.close) : 2;
  const format = useChartFormat(chart.interval, digits);
  const canvas = useRef<CanvasHandle>(null);
  const legend = useRef<LegendHandle>(null);
  const onLegend = useCallback((texts: Parameters<LegendHandle["write"]>[0]) => legend.current?.write(texts), []);
  const [dialog, setDialog] = useState<{ place: number | null } | null>(null);
  const [shown, setShown] = useState<"none" | "table" | "words">("none");
  const seen = useSettled();
  const apply = useAction(change, chartFailureText);

  useImperativeHandle(
    ref,
    () => ({
      pin: () => pinOf(chart, feed.series, canvas.current?.drawing()?.seenTimes() ?? null),
      picture: async () => {
        const picture = canvas.current?.drawing()?.picture();
        return picture ? savePicture(picture, chart, format) : null;
      },
      seen: () => canvas.current?.drawing()?.seenTimes() ?? null,
      focus: () => canvas.current?.focus(),
    }),
    [chart, feed, format],
  );

  const setIndicators = (indicators: Indicator[]) => change({ indicators });
  const title = seriesTitle(chart, tCharts);
  const move = (act: (drawing: ChartDrawing) => void) => canvas.current?.move(act);

  return (
    <section className="chart-view" data-compact={compact ? "" : undefined} aria-label={titleOf(chart)}>
      <Toolbar
        chart={chart}
        change={apply.run}
        compact={compact}
        addIndicator={chart.indicators.length < mostIndicators ? () => setDialog({ place: null }) : null}
      >
        {acts}
      </Toolbar>
      {apply.message && <Notice tone="error">{apply.message}</Notice>}
      <div className="chart-figure" data-theme={chart.theme === "system" ? undefined : chart.theme}>
        <Legend ref={legend} chart={chart} onChange={(place) => setDialog({ place })} />
        <ChartCanvas
          ref={canvas}
          chart={chart}
          feed={feed}
          format={format}
          group={group}
          describedBy={`${id}-keys`}
          onLegend={onLegend}
          onSeen={seen.note}
        />
        {phase === "loading" && (
          <div className="chart-cover">
            <Loading label={tCharts("view.loading")} />
          </div>
        )}
        {phase === "failed" && failure && (
          <div className="chart-cover">
            {failure.kind === "problem" ? (
              <Notice tone="error">
                <p className="font-semibold">{tCharts("view.failed")}</p>
                <p>{chartFailureText(failure, t)}</p>
                <Button className="mt-3" onClick={() => feed.retry()}>
                  {t("app.retry")}
                </Button>
              </Notice>
            ) : (
              <LoadFailed
                title={tCharts("view.failed")}
                failure={failure}
                retry={() => feed.retry()}
                retrying={false}
              />
            )}
          </div>
        )}
        {phase === "ready" && feed.series?.length === 0 && (
          <div className="chart-cover">
            <p>{tCharts("view.empty")}</p>
          </div>
        )}
      </div>
      <p id={`${id}-keys`} className="visually-hidden">
        {tCharts("view.keys")}
      </p>
      <div className="chart-foot">
        <StateLine feed={feed} />
        <div className="chart-steps" role="group" aria-label={tCharts("view.move")}>
          {steps.map(({ name, sign, act }) => (
            <Button
              key={name}
              aria-label={tCharts(`zoom.${name}`)}
              title={tCharts(`zoom.${name}`)}
              onClick={() => move(act)}
            >
              {sign}
            </Button>
          ))}
        </div>
        <div className="chart-shows">
          {(["words", "table"] as const).map((what) => (
            <button
              key={what}
              type="button"
              className="chart-toggle"
              aria-pressed={shown === what}
              onClick={() => setShown(shown === what ? "none" : what)}
            >
              {tCharts(what === "words" ? "view.summary" : "view.table")}
            </button>
          ))}
        </div>
      </div>
      <Older feed={feed} />
      {/* For those who do not see the chart it is always there; for others when they want it. */}
      <ChartWords
        hidden={shown !== "words"}
        feed={feed}
        title={title}
        format={format}
        seen={seen.span}
        version={version}
      />
      {shown === "table" && feed.series && (
        <ChartTable series={feed.series} version={version} title={title} format={format} />
      )}
      {dialog && (
        <IndicatorDialog
          indicators={chart.indicators}
          place={dialog.place}
          save={setIndicators}
          onClose={() => setDialog(null)}
        />
      )}
    </section>
  );
}

function Older({ feed }: { feed: ReturnType<typeof useFeed> }) {
  const { t } = useTranslation();
  const { t: tCharts } = useTranslation("charts");
  const older = useFeedState(feed, ({ older }) => older);
  const text = older === "loading" ? tCharts("view.older") : "";
  return (
    <>
      <p role="status" className="visually-hidden">
        {text}
      </p>
      {typeof older === "object" && (
        <p className="chart-older" role="alert">
          {tCharts("view.olderFailed")} {chartFailureText(older, t)}{" "}
          <Button onClick={() => void feed.loadOlder(null)}>{t("app.retry")}</Button>
        </p>
      )}
    </>
  );
}

/** What is seen, once it has not moved for a while. */
function useSettled() {
  const [span, setSpan] = useState<{ from: number; to: number } | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const note = useCallback((next: { from: number; to: number } | null) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setSpan(next), 400);
  }, []);
  return { span, note };
}
