/** Adds an indicator, or changes or removes one. Numbers are checked here; the server has the last word, at its field. */
import { type FormEvent, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Failure, failureOf } from "@/api/failure";
import type { Indicator, IndicatorKind } from "@/api/types";
import { Button } from "@/components/Button";
import { Checkbox, Select } from "@/components/Choices";
import { Dialog } from "@/components/Dialog";
import { Field } from "@/components/Field";
import { Notice } from "@/components/Notice";
import { hexOf } from "./drawing/palette";
import { chartFailureText, fieldCodes } from "./failures";
import { indicators as facts, kinds, numberOf, parameterErrors, textOf } from "./indicators";

interface IndicatorDialogProps {
  indicators: readonly Indicator[];
  /** Which one is changed; null: another one is added. */
  place: number | null;
  /** All of them, as they are to be. */
  save(indicators: Indicator[]): Promise<void>;
  onClose(): void;
}

const usual = (kind: IndicatorKind): Record<string, string> =>
  Object.fromEntries(facts[kind].parameters.map(({ name, usual }) => [name, String(usual)]));

export function IndicatorDialog({ indicators, place, save, onClose }: IndicatorDialogProps) {
  const { t } = useTranslation();
  const { t: tCharts } = useTranslation("charts");
  const before = place === null ? undefined : indicators[place];
  const [kind, setKind] = useState<IndicatorKind>(before?.kind ?? "sma");
  const [typed, setTyped] = useState<Record<string, string>>(() => ({
    ...usual(before?.kind ?? "sma"),
    ...Object.fromEntries(Object.entries(before?.params ?? {}).map(([name, value]) => [name, String(value)])),
  }));
  const [color, setColor] = useState(before?.color);
  const [checked, setChecked] = useState(false);
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const colorId = useId();
  const errors = checked ? parameterErrors(kind, typed) : {};
  const refused = failure ? fieldCodes(failure) : new Map<string, string>();
  const { parameters } = facts[kind];
  const atFields = parameters.some(({ name }) => refused.has(name));

  const made = (): Indicator => ({
    kind,
    params: Object.fromEntries(parameters.map(({ name }) => [name, numberOf(typed[name] ?? "") ?? 0])),
    ...(color && { color }),
  });
  const isSame = checked && indicators.some((other, at) => at !== place && textOf(other) === textOf(made()));

  async function send(next: Indicator[]) {
    if (pending) return;
    setPending(true);
    setFailure(null);
    try {
      await save(next);
      onClose();
    } catch (error) {
      setFailure(failureOf(error));
      setPending(false);
    }
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    setChecked(true);
    const wrong = parameterErrors(kind, typed);
    const first = parameters.find(({ name }) => wrong[name]);
    if (first) return event.currentTarget.querySelector<HTMLElement>(`[name="${first.name}"]`)?.focus();
    const indicator = made();
    if (indicators.some((other, at) => at !== place && textOf(other) === textOf(indicator))) return undefined;
    return void send(
      place === null ? [...indicators, indicator] : indicators.map((each, at) => (at === place ? indicator : each)),
    );
  }

  function errorOf(name: string): string | undefined {
    const error = errors[name];
    const parameter = parameters.find((each) => each.name === name);
    if (error === "range" && parameter) {
      return tCharts("indicator.range", { least: parameter.least, most: parameter.most });
    }
    if (error) return tCharts(`indicator.${error}`);
    return refused.has(name) ? tCharts("indicator.refused") : undefined;
  }

  return (
    <Dialog
      title={tCharts(place === null ? "indicator.add" : "indicator.change")}
      description={tCharts("indicator.text")}
      initialFocus={place === null ? "select" : "input"}
      onDismiss={onClose}
    >
      <form className="form" noValidate onSubmit={submit}>
        {failure && !atFields && <Notice tone="error">{chartFailureText(failure, t)}</Notice>}
        {isSame && <Notice tone="error">{tCharts("indicator.same")}</Notice>}
        <Select<IndicatorKind>
          label={tCharts("indicator.kind")}
          value={kind}
          options={kinds.map((value) => ({ value, text: tCharts(`kind.${value}.long`) }))}
          onChange={(next) => {
            setKind(next);
            setTyped((now) => ({ ...usual(next), ...(next === before?.kind ? now : {}) }));
            setChecked(false);
            setFailure(null);
          }}
        />
        {parameters.map(({ name }) => (
          <Field
            key={`${kind} ${name}`}
            name={name}
            label={tCharts(`indicator.${name}` as "indicator.period")}
            inputMode="decimal"
            autoComplete="off"
            value={typed[name] ?? ""}
            error={errorOf(name)}
            onChange={(event) => {
              setTyped({ ...typed, [name]: event.target.value });
              setFailure(null);
            }}
          />
        ))}
        <div className="indicator-color">
          <Checkbox
            label={tCharts("indicator.color")}
            checked={color !== undefined}
            onChange={(event) => setColor(event.target.checked ? usualColor() : undefined)}
          />
          {color !== undefined && (
            <>
              <label htmlFor={colorId} className="visually-hidden">
                {tCharts("indicator.colorField")}
              </label>
              <input id={colorId} type="color" value={color} onChange={(event) => setColor(event.target.value)} />
            </>
          )}
        </div>
        <div className="actions mt-0">
          <Button type="submit" look="primary" aria-disabled={pending || undefined}>
            {pending ? tCharts("indicator.saving") : tCharts("indicator.save")}
          </Button>
          {place !== null && (
            <Button
              look="danger"
              aria-disabled={pending || undefined}
              onClick={() => void send(indicators.filter((_, at) => at !== place))}
            >
              {tCharts("indicator.remove")}
            </Button>
          )}
          <Button onClick={onClose}>{t("app.cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}

/** To begin with: the accent of the page. */
function usualColor(): string {
  const probe = document.createElement("span");
  probe.style.color = "var(--color-accent)";
  document.body.append(probe);
  const color = hexOf(getComputedStyle(probe).color);
  probe.remove();
  return color;
}
