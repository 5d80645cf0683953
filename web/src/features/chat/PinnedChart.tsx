/** The chart that a message speaks of, and whether its numbers are still the same. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import type { ChartPin, PinVerification } from "@/api/types";
import { Button } from "@/components/Button";
import { useAction } from "@/features/account/useAction";
import { client } from "@/features/account/session";
import { useFormat } from "@/i18n/useFormat";
import { useChatFailure } from "./failures";

export function PinnedChart({ pin }: { pin: ChartPin }) {
  const { t } = useTranslation("chat");
  const format = useFormat();
  const say = useChatFailure();
  const [found, setFound] = useState<PinVerification | null>(null);
  const check = useAction(async () => {
    setFound((await client.post<PinVerification>("/market/verify", { pin }, { timeout: 60_000 })).data);
  }, say);
  const { symbol, interval, indicators, from, to } = pin;
  return (
    <div className="pinned-chart">
      <p>
        <span className="pinned-chart-what">{t("pin.about", { subject: `${symbol} ${interval}` })}</span>{" "}
        {t("pin.range", { from: format.dateTime(from), to: format.dateTime(to) })}
        {indicators.length > 0 && ` · ${indicators.map((each) => each.toUpperCase()).join(", ")}`}
      </p>
      <Button onClick={() => check.run()} aria-disabled={check.pending || undefined}>
        {check.pending ? t("pin.checking") : t("pin.check")}
      </Button>
      <span role="status" className="pinned-chart-result">
        {check.message}
        {found?.matches && t("pin.same")}
        {found && !found.matches && t(found.reason === "missing" ? "pin.missing" : "pin.changed")}
      </span>
    </div>
  );
}
