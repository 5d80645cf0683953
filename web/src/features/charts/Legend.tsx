/** The values at the crosshair as text. Its words are drawn once; the numbers are written into them by `write`. */
import { type Ref, useImperativeHandle, useRef } from "react";
import { useTranslation } from "react-i18next";
import type { Chart } from "@/api/types";
import type { LegendTexts } from "./legend";
import { nameOf } from "./names";

export interface LegendHandle {
  write(texts: LegendTexts | null): void;
}

const prices = ["open", "high", "low", "close"] as const;

interface LegendProps {
  chart: Chart;
  /** Null: it cannot be changed here. */
  onChange(place: number): void;
  ref: Ref<LegendHandle>;
}

export function Legend({ chart, onChange, ref }: LegendProps) {
  const { t } = useTranslation("charts");
  const root = useRef<HTMLDivElement>(null);
  const last = useRef<LegendTexts | null>(null);

  const write = (texts: LegendTexts | null) => {
    last.current = texts;
    const put = (name: string, text: string) => {
      const element = root.current?.querySelector(`[data-value="${name}"]`);
      if (element && element.textContent !== text) element.textContent = text;
    };
    put("time", texts?.time ?? "");
    put("growing", texts?.growing ? t("legend.growing") : "");
    for (const name of prices) put(name, texts?.[name] ?? "–");
    put("change", texts?.change ?? "");
    put("volume", texts?.volume ?? "–");
    chart.indicators.forEach((_, place) => put(`indicator-${place}`, texts?.indicators[place] ?? "–"));
    if (root.current) root.current.dataset.rose = texts === null ? "" : texts.rose ? "yes" : "no";
  };
  useImperativeHandle(ref, () => ({ write }));

  return (
    <div ref={root} className="chart-legend" role="group" aria-label={t("legend.label")}>
      <p className="chart-legend-candle">
        <span data-value="time" className="chart-legend-time" />
        <span data-value="growing" className="chart-legend-growing" />
        {prices.map((name) => (
          <span key={name} className="chart-legend-pair">
            <abbr title={t(`legend.${name}Long`)}>{t(`legend.${name}`)}</abbr>{" "}
            <span data-value={name} className="chart-legend-price">
              –
            </span>
          </span>
        ))}
        <span data-value="change" className="chart-legend-price" />
        <span className="chart-legend-pair">
          <abbr title={t("legend.volumeLong")}>{t("legend.volume")}</abbr> <span data-value="volume">–</span>
        </span>
      </p>
      {chart.indicators.length > 0 && (
        <ul className="chart-legend-indicators" aria-label={t("view.indicators")}>
          {chart.indicators.map((indicator, place) => (
            <li key={`${indicator.kind} ${place}`}>
              <button
                type="button"
                className="chart-legend-indicator"
                data-line={(place % 6) + 1}
                title={t("view.changeIndicator", { name: nameOf(indicator, t) })}
                onClick={() => onChange(place)}
              >
                <Swatch color={indicator.color} />
                <span className="visually-hidden">{t("view.changeIndicator", { name: nameOf(indicator, t) })}</span>
                <span aria-hidden="true">{nameOf(indicator, t)}</span>{" "}
                <span data-value={`indicator-${place}`} className="chart-legend-price">
                  –
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The colour of the line. Set by script: the policy allows no style in the page's text. */
function Swatch({ color }: { color?: string | undefined }) {
  return (
    <span
      aria-hidden="true"
      className="chart-swatch"
      ref={(element) => {
        if (element) element.style.backgroundColor = color ?? "";
      }}
    />
  );
}
