/** One thing that the model had done: a line, its details on demand, and the chart that came of it. */
import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import type { Message, ToolCall } from "@/api/types";
import { Button } from "@/components/Button";
import { useChartPlace } from "./besideChart";
import { readable, toolText } from "./tools";

interface ToolLineProps {
  call: ToolCall;
  /** Null: it is being done. */
  result: Message | null;
}

export function ToolLine({ call, result }: ToolLineProps) {
  const { t } = useTranslation("chat");
  const place = useChartPlace();
  const state = result === null ? "pending" : result.is_good === false ? "failed" : "done";
  const chart = result?.chart_id;
  return (
    <div className="tool-line" data-state={state}>
      <details>
        <summary>
          {state === "pending" && <span className="spinner" aria-hidden="true" />}
          <span>{toolText(call, t)}</span>{" "}
          <span className="tool-state">
            {state === "done" && (
              <>
                <span aria-hidden="true">✓</span>
                <span className="visually-hidden">{t("tool.done")}</span>
              </>
            )}
            {state === "failed" && t("tool.failed")}
            {state === "pending" && <span className="visually-hidden">{t("tool.pending")}</span>}
          </span>
        </summary>
        <div className="tool-details">
          <p>{t("tool.asked", { name: call.name })}</p>
          <pre tabIndex={0}>{readable(call.arguments)}</pre>
          {result && (
            <>
              <p>{t("tool.told")}</p>
              <pre tabIndex={0}>{readable(result.content)}</pre>
            </>
          )}
        </div>
      </details>
      {chart && call.name === "create_chart" && (
        <p className="chart-card">
          <span>{t("tool.made")}</span>{" "}
          {place ? (
            <Button onClick={() => place.open(chart)}>
              {t(place.shown === chart ? "tool.toChart" : "tool.beside")}
            </Button>
          ) : (
            <Link to={`/charts/${chart}`}>{t("tool.open")}</Link>
          )}
        </p>
      )}
    </div>
  );
}
