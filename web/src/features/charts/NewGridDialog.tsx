/** Makes a grid: of one symbol in several intervals, or of charts that are there. */
import { useQuery } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Failure, failureOf } from "@/api/failure";
import type { Interval, Layout, Venue } from "@/api/types";
import { Button } from "@/components/Button";
import { Checkbox, Radios, Select } from "@/components/Choices";
import { Dialog } from "@/components/Dialog";
import { Field } from "@/components/Field";
import { Notice } from "@/components/Notice";
import { newKey } from "@/api/newKey";
import { chartService } from "./chartService";
import { chartFailureText } from "./failures";
import { usualIntervals } from "./intervals";
import { titleOf } from "./names";
import { chartKeys } from "./queries";
import { markets } from "./symbols";

interface NewGridDialogProps {
  onMade(layout: Layout): void;
  onClose(): void;
}

const most = 4;

export function NewGridDialog({ onMade, onClose }: NewGridDialogProps) {
  const { t } = useTranslation();
  const { t: tCharts } = useTranslation("charts");
  const [what, setWhat] = useState<"timeframes" | "own">("timeframes");
  const [market, setMarket] = useState<Venue>("spot");
  const [symbol, setSymbol] = useState("");
  const [intervals, setIntervals] = useState<Interval[]>(["15m", "1H", "4H", "1D"]);
  const [name, setName] = useState("");
  const [charts, setCharts] = useState<string[]>([]);
  const [linkSymbol, setLinkSymbol] = useState(false);
  const [linkTime, setLinkTime] = useState(true);
  const [checked, setChecked] = useState(false);
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const own = useQuery({
    queryKey: [...chartKeys.lists, "to choose"],
    queryFn: ({ signal }) => chartService.list(null, "", signal),
    enabled: what === "own",
  });
  const isTimeframes = what === "timeframes";
  const wanted = symbol.trim().toUpperCase();
  const codes = failure?.kind === "problem" ? (failure.problem.errors ?? []) : [];
  const errors = {
    symbol: checked && wanted === "" ? tCharts("grid.needSymbol") : hasCode("unknown_symbol", "grid.unknownSymbol"),
    intervals: checked && !isFew(intervals) ? tCharts("grid.needIntervals") : undefined,
    name: checked && !isTimeframes && name.trim() === "" ? tCharts("grid.needName") : undefined,
    charts: checked && !isFew(charts) ? tCharts("grid.needCharts") : hasCode("unknown_chart", "grid.unknownChart"),
  };
  const isAtFields =
    codes.length > 0 && codes.every(({ code }) => code === "unknown_symbol" || code === "unknown_chart");

  function hasCode(code: string, text: "grid.unknownSymbol" | "grid.unknownChart"): string | undefined {
    return codes.some((each) => each.code === code) ? tCharts(text) : undefined;
  }

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (pending) return;
    setChecked(true);
    const fits = isTimeframes ? wanted !== "" && isFew(intervals) : name.trim() !== "" && isFew(charts);
    if (!fits) return;
    setPending(true);
    setFailure(null);
    try {
      const order = usualIntervals(market);
      const sorted = order.filter((each) => intervals.includes(each));
      onMade(
        isTimeframes
          ? await chartService.createTimeframes(
              { symbol: wanted, market, intervals: sorted, ...(name.trim() && { name: name.trim() }) },
              newKey(),
            )
          : await chartService.createLayout(
              {
                name: name.trim(),
                grid: charts.length > 2 ? 4 : charts.length > 1 ? 2 : 1,
                charts,
                link_symbol: linkSymbol,
                link_time: linkTime,
              },
              newKey(),
            ),
      );
    } catch (error) {
      setFailure(failureOf(error));
      setPending(false);
    }
  }

  return (
    <Dialog title={tCharts("grid.title")} description={tCharts("grid.text")} onDismiss={onClose}>
      <form className="form" noValidate onSubmit={(event) => void submit(event)}>
        {failure && !isAtFields && <Notice tone="error">{chartFailureText(failure, t)}</Notice>}
        <fieldset className="checks">
          <legend>{tCharts("grid.what")}</legend>
          <Radios<"timeframes" | "own">
            value={what}
            options={[
              { value: "timeframes", text: tCharts("grid.timeframes") },
              { value: "own", text: tCharts("grid.own") },
            ]}
            onChange={setWhat}
          />
        </fieldset>
        {isTimeframes ? (
          <>
            <Select<Venue>
              label={tCharts("grid.market")}
              value={market}
              options={markets.map((value) => ({ value, text: tCharts(`market.${value}`) }))}
              onChange={setMarket}
            />
            <Field
              label={tCharts("grid.symbol")}
              hint={tCharts("grid.symbolHint")}
              autoComplete="off"
              autoCapitalize="characters"
              spellCheck={false}
              maxLength={32}
              value={symbol}
              error={errors.symbol}
              onChange={(event) => {
                setSymbol(event.target.value);
                setFailure(null);
              }}
            />
            <fieldset className="checks grid-choices">
              <legend>{tCharts("grid.intervals")}</legend>
              {usualIntervals(market).map((each) => (
                <Checkbox
                  key={each}
                  label={each}
                  checked={intervals.includes(each)}
                  onChange={(event) => setIntervals(toggled(intervals, each, event.target.checked))}
                />
              ))}
              <p className="field-error" aria-live="polite">
                {errors.intervals}
              </p>
            </fieldset>
          </>
        ) : (
          <>
            <Field
              label={tCharts("grid.name")}
              autoComplete="off"
              maxLength={100}
              value={name}
              error={errors.name}
              onChange={(event) => setName(event.target.value)}
            />
            <fieldset className="checks">
              <legend>{tCharts("grid.choose")}</legend>
              {own.data?.charts.length === 0 && <p>{tCharts("grid.noCharts")}</p>}
              {own.data?.charts.map((chart) => (
                <Checkbox
                  key={chart.id}
                  label={`${titleOf(chart)}${chart.name ? ` (${chart.symbol} ${chart.interval})` : ""}`}
                  checked={charts.includes(chart.id)}
                  onChange={(event) => setCharts(toggled(charts, chart.id, event.target.checked))}
                />
              ))}
              <p className="field-error" aria-live="polite">
                {errors.charts}
              </p>
            </fieldset>
            <Checkbox
              label={tCharts("grid.linkTime")}
              checked={linkTime}
              onChange={(event) => setLinkTime(event.target.checked)}
            />
            <Checkbox
              label={tCharts("grid.linkSymbol")}
              checked={linkSymbol}
              onChange={(event) => setLinkSymbol(event.target.checked)}
            />
          </>
        )}
        <div className="actions mt-0">
          <Button type="submit" look="primary" aria-disabled={pending || undefined}>
            {pending ? tCharts("grid.making") : tCharts("grid.make")}
          </Button>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

const isFew = (list: readonly unknown[]): boolean => list.length >= 1 && list.length <= most;

function toggled<Value>(list: readonly Value[], value: Value, isIn: boolean): Value[] {
  const rest = list.filter((each) => each !== value);
  return isIn ? [...rest, value] : rest;
}
