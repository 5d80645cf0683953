/** Where a chart is drawn, the keys that work there, and its legend. What moves is written into the page without React. */
import { type KeyboardEvent, useEffect, useId, useImperativeHandle, useMemo, useRef, type Ref } from "react";
import { useTranslation } from "react-i18next";
import type { Chart } from "@/api/types";
import { browserTimer } from "@/features/account/session/browserPorts";
import { useTimeZone } from "@/i18n/timeZone";
import { ChartDrawing } from "./drawing/chartDrawing";
import { readPalette } from "./drawing/palette";
import { Strokes } from "./drawing/strokes";
import type { ChartFormat } from "./format";
import { chartKey, moved, type Span } from "./keys";
import { type LegendTexts, legendAt } from "./legend";
import type { LinkGroup } from "./linkGroup";
import type { ChartFeed } from "./live/feed";
import { nameOf, seriesTitle } from "./names";
import { wantsOlder } from "./paging";
import { useDark } from "./useLook";

export interface CanvasHandle {
  /** For what somebody does beside the chart. */
  move(act: (drawing: ChartDrawing) => void): void;
  drawing(): ChartDrawing | null;
  focus(): void;
}

interface ChartCanvasProps {
  chart: Chart;
  feed: ChartFeed;
  format: ChartFormat & { locale: string };
  /** Digits of the prices, which decide about `format`. */
  group?: LinkGroup | undefined;
  describedBy: string;
  /** Told at every candle that the crosshair comes to, and when it leaves (the last candle then). */
  onLegend(texts: LegendTexts | null): void;
  /** What is seen has changed; often. */
  onSeen(span: Span | null): void;
  ref: Ref<CanvasHandle>;
}

export function ChartCanvas(props: ChartCanvasProps) {
  const { chart, feed, format, group, describedBy, onLegend, onSeen, ref } = props;
  const { t } = useTranslation("charts");
  const id = useId();
  const frame = useRef<HTMLDivElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const announced = useRef<HTMLParagraphElement>(null);
  const drawing = useRef<ChartDrawing | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const dark = useDark(chart.theme);
  const timeZone = useTimeZone(({ timeZone }) => timeZone);
  const latest = useRef({ format, onLegend, onSeen, group });
  latest.current = { format, onLegend, onSeen, group };

  /** Older candles are for those who look for them: a chart that is opened asks for nothing but itself. */
  const isMoved = useRef(false);

  useImperativeHandle(
    ref,
    () => ({
      move: (act) => {
        isMoved.current = true;
        if (drawing.current) act(drawing.current);
      },
      drawing: () => drawing.current,
      focus: () => frame.current?.focus(),
    }),
    [],
  );

  const tell = (at: number | null) => {
    const { series } = feed;
    const { format, onLegend } = latest.current;
    if (!series) return onLegend(null);
    onLegend(legendAt(series, at ?? series.length - 1, format));
  };

  useEffect(() => {
    if (!place.current || !frame.current) return undefined;
    const look = {
      palette: readPalette(frame.current),
      locale: format.locale,
      timeZone,
      format,
      interval: chart.interval,
    };
    const ports = { frame: nextFrame, later: browserTimer, now: () => performance.now() };
    // While the chart itself moves, the legend may lag: to lay it out anew with each frame costs as much as the lines.
    const tales = new Strokes(ports, () => tell(made.crosshair));
    let seenAt = Number.NEGATIVE_INFINITY;
    const made = new ChartDrawing(place.current, look, {
      crosshair: (at) => {
        if (ports.now() - seenAt < 100) tales.add(0);
        else tell(at);
        const { series } = feed;
        latest.current.group?.pointed(id, at === null ? null : (series?.candles.time[at] ?? null));
      },
      seen: (span) => {
        seenAt = ports.now();
        latest.current.onSeen(span);
        if (isMoved.current && wantsOlder(span) && feed.store.getState().older === "idle") void feed.loadOlder(span);
        const times = made.seenTimes();
        if (times) latest.current.group?.seen(id, times);
      },
    });
    drawing.current = made;
    const strokes = new Strokes(ports, (places) => {
      const { series } = feed;
      if (series) for (const at of places) made.update(series, at);
    });
    const stop = feed.draw({
      replaced: (series, keep) => {
        strokes.forget();
        made.show(series, keep ? "stay" : "end");
        tell(made.crosshair);
      },
      prepended: (series, count) => {
        strokes.forget();
        made.prepended(series, count);
      },
      candle: (series, at) => {
        strokes.add(at);
        if ((made.crosshair ?? series.length - 1) === at) tell(at);
      },
    });
    const leave = latest.current.group?.join(id, {
      see: (times) => {
        isMoved.current = true;
        made.see(times);
      },
      crosshair: (time) => {
        const { series } = feed;
        const at = time === null || !series ? -1 : series.indexBefore(time);
        made.setCrosshair(at < 0 ? null : at);
        tell(at < 0 ? null : at);
      },
    });
    return () => {
      leave?.();
      stop();
      strokes.forget();
      tales.forget();
      made.destroy();
      drawing.current = null;
    };
  }, [feed, group]);

  useEffect(() => {
    if (!frame.current) return;
    const palette = readPalette(frame.current);
    drawing.current?.setLook({ palette, locale: format.locale, timeZone, format, interval: chart.interval });
    tell(drawing.current?.crosshair ?? null);
  }, [format, timeZone, dark, chart.interval]);

  useEffect(() => () => clearTimeout(timer.current), []);

  /** Not each candle that is passed by, only where somebody stays. */
  function announce(at: number) {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      const { series } = feed;
      const texts = series && legendAt(series, at, latest.current.format);
      if (!texts || !series || !announced.current) return;
      const values = series.indicators.map((indicator, place) => `${nameOf(indicator, t)} ${texts.indicators[place]}`);
      const time = texts.growing ? `${texts.time} (${t("legend.growing")})` : texts.time;
      announced.current.textContent = [t("legend.said", { ...texts, time }), ...values].join(" ");
    }, 150);
  }

  function goTo(at: number | null) {
    const made = drawing.current;
    if (!made) return;
    made.setCrosshair(at);
    tell(at);
    latest.current.group?.pointed(id, at === null ? null : (feed.series?.candles.time[at] ?? null));
    if (at === null) return;
    made.reveal(at);
    announce(at);
    if (at < 20 && feed.store.getState().older === "idle") void feed.loadOlder(made.seen);
  }

  function onKeyDown(event: KeyboardEvent) {
    const act = chartKey(event);
    const made = drawing.current;
    const { series } = feed;
    if (!act || !made || !series) return;
    if (act.kind === "leave" && made.crosshair === null) return;
    event.preventDefault();
    isMoved.current = true;
    latest.current.group?.use(id);
    switch (act.kind) {
      case "move":
        return goTo(moved(made.crosshair, act.bars, series.length));
      case "toStart":
        return goTo(series.length > 0 ? 0 : null);
      case "toEnd":
        return goTo(series.length > 0 ? series.length - 1 : null);
      case "zoom":
        return made.zoom(act.factor);
      case "scroll":
        return made.scroll(act.pages);
      case "leave":
        return goTo(null);
    }
  }

  const own = useMemo(
    () => chart.indicators.filter(({ kind }) => ["rsi", "macd", "stochastic", "atr", "obv"].includes(kind)).length,
    [chart.indicators],
  );
  return (
    <>
      <div
        ref={frame}
        className="chart-frame"
        data-panes={own}
        // Arrow keys belong to the chart here, as in a list or a grid.
        role="application"
        aria-label={t("view.label", { title: seriesTitle(chart, t) })}
        aria-describedby={describedBy}
        tabIndex={0}
        onKeyDown={onKeyDown}
        onPointerEnter={() => group?.use(id)}
        onPointerDown={() => {
          isMoved.current = true;
          group?.use(id);
        }}
        onWheelCapture={() => {
          isMoved.current = true;
        }}
        onFocus={() => group?.use(id)}
      >
        <div ref={place} className="chart-place" aria-hidden="true" />
      </div>
      <p ref={announced} role="status" className="visually-hidden" />
    </>
  );
}

function nextFrame(act: () => void): () => void {
  const id = requestAnimationFrame(act);
  return () => cancelAnimationFrame(id);
}
