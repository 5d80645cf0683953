import { type FormEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Failure, failureOf } from "@/api/failure";
import type { Chart, ChartChange } from "@/api/types";
import { Button } from "@/components/Button";
import { Select } from "@/components/Choices";
import { Dialog } from "@/components/Dialog";
import { Field } from "@/components/Field";
import { Notice } from "@/components/Notice";
import { chartFailureText, fieldCodes } from "./failures";

interface SettingsDialogProps {
  chart: Chart;
  change(change: ChartChange): Promise<void>;
  onClose(): void;
}

const longestName = 100;
const themes = ["system", "light", "dark"] as const;

/** What belongs to a chart and is seldom changed. */
export function SettingsDialog({ chart, change, onClose }: SettingsDialogProps) {
  const { t } = useTranslation();
  const { t: tCharts } = useTranslation("charts");
  const [name, setName] = useState(chart.name);
  const [theme, setTheme] = useState(chart.theme);
  const [days, setDays] = useState(String(chart.days));
  const [checked, setChecked] = useState(false);
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const refused = failure ? fieldCodes(failure) : new Map<string, string>();
  const nameIsLong = [...name.trim()].length > longestName;
  const isDays = /^\d{1,4}$/.test(days.trim()) && Number(days) >= 1 && Number(days) <= 3650;

  async function submit(event: FormEvent) {
    event.preventDefault();
    setChecked(true);
    if (pending || nameIsLong || !isDays) return;
    setPending(true);
    setFailure(null);
    try {
      await change({ name: name.trim(), theme, days: Number(days) });
      onClose();
    } catch (error) {
      setFailure(failureOf(error));
      setPending(false);
    }
  }

  return (
    <Dialog
      title={tCharts("settings.title")}
      description={tCharts("settings.text")}
      initialFocus="input"
      onDismiss={onClose}
    >
      <form className="form" noValidate onSubmit={(event) => void submit(event)}>
        {failure && refused.size === 0 && <Notice tone="error">{chartFailureText(failure, t)}</Notice>}
        <Field
          label={tCharts("settings.name")}
          hint={tCharts("settings.nameHint")}
          autoComplete="off"
          value={name}
          error={
            (checked && nameIsLong) || refused.has("name")
              ? tCharts("settings.nameLong", { count: longestName })
              : undefined
          }
          onChange={(event) => setName(event.target.value)}
        />
        <Select<Chart["theme"]>
          label={tCharts("settings.theme")}
          value={theme}
          options={themes.map((value) => ({ value, text: tCharts(`settings.themes.${value}`) }))}
          onChange={setTheme}
        />
        <Field
          label={tCharts("settings.days")}
          hint={tCharts("settings.daysHint")}
          inputMode="numeric"
          autoComplete="off"
          value={days}
          error={(checked && !isDays) || refused.has("days") ? tCharts("settings.daysWrong") : undefined}
          onChange={(event) => setDays(event.target.value)}
        />
        <div className="actions mt-0">
          <Button type="submit" look="primary" aria-disabled={pending || undefined}>
            {pending ? tCharts("settings.saving") : tCharts("settings.save")}
          </Button>
          <Button onClick={onClose}>{t("app.cancel")}</Button>
        </div>
      </form>
    </Dialog>
  );
}
