import { useTranslation } from "react-i18next";
import { Link } from "react-router";
import { failureOf } from "@/api/failure";
import { chartsHome } from "@/app/paths";
import { LoadFailed, Loading } from "@/components/Loading";
import { useNow } from "@/components/useNow";
import { newChartLink } from "@/features/palette/newChart";
import { useFormat } from "@/i18n/useFormat";
import { useLatestCharts } from "./queries";

const most = 4;

/** Guided: the steps above lead to the first one. */
export function LatestCharts({ isGuided }: { isGuided: boolean }) {
  const { t } = useTranslation("desk");
  const latest = useLatestCharts();
  const format = useFormat();
  const now = useNow();
  const rows = (latest.data ?? []).slice(0, most);
  return (
    <section className="start-part" aria-labelledby="start-charts">
      <div className="start-head">
        <h2 id="start-charts" className="section-title">
          {t("start.charts.title")}
        </h2>
        {rows.length > 0 && <Link to={chartsHome}>{t("start.charts.all")}</Link>}
      </div>
      {latest.isPending && <Loading />}
      {latest.isError && !latest.data && (
        <LoadFailed
          title={t("start.charts.failed")}
          failure={failureOf(latest.error)}
          retry={() => void latest.refetch()}
          retrying={latest.isFetching}
        />
      )}
      {latest.data && rows.length === 0 && (
        <div className="start-empty">
          <p className="font-semibold">{t("start.charts.empty")}</p>
          <p className="text-muted">{t("start.charts.emptyNext")}</p>
        </div>
      )}
      {rows.length > 0 && (
        <ul className="start-rows" aria-labelledby="start-charts">
          {rows.map(({ id, name, symbol, interval, made_by, updated_at }) => (
            <li key={id}>
              <Link to={`/charts/${id}`} className="start-row">
                <span className="start-row-title">
                  {name || `${symbol} ${interval}`}
                  {made_by === "model" && <span className="badge">{t("start.charts.byModel")}</span>}
                </span>
                <span className="start-row-facts">
                  {name && `${symbol} ${interval} · `}
                  <time dateTime={updated_at}>{format.relative(updated_at, now)}</time>
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
      {latest.data && (rows.length > 0 || !isGuided) && (
        <Link to={newChartLink.to} state={newChartLink.state} className="button button-quiet start-new">
          {t("start.charts.new")}
        </Link>
      )}
    </section>
  );
}
