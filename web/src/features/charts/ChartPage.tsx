/** One chart, and a conversation about it beside it when that is wanted. */
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useNavigate, useParams, useSearchParams } from "react-router";
import { failureOf, isProblem, problemType } from "@/api/failure";
import type { Chart } from "@/api/types";
import { showOverlay } from "@/app/overlays";
import { Beside } from "@/components/Beside";
import { Button } from "@/components/Button";
import { LoadFailed, Loading } from "@/components/Loading";
import { Notice } from "@/components/Notice";
import { Page } from "@/components/Page";
import { Attribution } from "./Attribution";
import { ChartMenu } from "./ChartMenu";
import { type ChartHandle, ChartView } from "./ChartView";
import { titleOf } from "./names";
import { useChart } from "./queries";
import { useChange } from "./useChartActs";

const BesideConversation = lazy(async () => ({
  default: (await import("@/features/chat/pages")).BesideConversation,
}));

const beginTalk = "new";

export function ChartPage() {
  const { id = "" } = useParams();
  const { t } = useTranslation("charts");
  const chart = useChart(id);
  if (chart.data) return <Shown key={id} chart={chart.data} />;
  if (chart.isPending) return <Loading />;
  const failure = failureOf(chart.error);
  const isUnknown = isProblem(failure, problemType.notFound) || isProblem(failure, problemType.invalidInput);
  return (
    <Page title={t("list.title")}>
      {isUnknown ? (
        <Notice tone="info">
          <p>{t("view.notFound")}</p>
        </Notice>
      ) : (
        <LoadFailed
          title={t("view.chartFailed")}
          failure={failure}
          retry={() => void chart.refetch()}
          retrying={chart.isFetching}
        />
      )}
      <p className="page-aside">
        <Link to="/charts">{t("view.toList")}</Link>
      </p>
    </Page>
  );
}

function Shown({ chart }: { chart: Chart }) {
  const { t } = useTranslation("charts");
  const navigate = useNavigate();
  const [search, setSearch] = useSearchParams();
  const talk = search.get("talk");
  const change = useChange(chart);
  const view = useRef<ChartHandle>(null);
  const [said, setSaid] = useState<{ text: string; isError: boolean } | null>(null);
  const [part, setPart] = useState<"first" | "second">("first");

  useEffect(() => {
    if (talk !== null) setPart("second");
  }, [talk === null]);
  const place = useMemo(
    () => ({
      shown: chart.id,
      open: (id: string) => {
        setPart("first");
        if (id === chart.id) view.current?.focus();
        else void navigate(`/charts/${id}?talk=${talk}`);
      },
    }),
    [chart.id, talk, navigate],
  );
  const setTalk = (next: string | null) => {
    setSearch(next === null ? {} : { talk: next }, { replace: true });
    if (next === null) setPart("first");
  };

  return (
    <div className="chart-page">
      <Page title={titleOf(chart)}>
        <p className="chart-back">
          <Link to="/charts">
            <span aria-hidden="true">‹</span> {t("list.title")}
          </Link>
        </p>
        <div role="status" className="chart-said">
          {said && !said.isError && said.text}
        </div>
        {said?.isError && <Notice tone="error">{said.text}</Notice>}
        <Beside
          label={t("ask.tabs")}
          shown={part}
          onShow={setPart}
          first={{
            name: t("ask.chart"),
            content: (
              <ChartView
                ref={view}
                chart={chart}
                change={change}
                acts={
                  <>
                    <Button onClick={() => (talk === null ? setTalk(beginTalk) : setPart("second"))}>
                      {t("ask.button")}
                    </Button>
                    <ChartMenu
                      chart={chart}
                      change={change}
                      view={() => view.current}
                      say={(text, isError) => setSaid({ text, isError })}
                      onHelp={() => showOverlay("keys")}
                      onRemoved={() => void navigate("/charts")}
                    />
                  </>
                }
              />
            ),
          }}
          second={
            talk === null
              ? null
              : {
                  name: t("ask.conversation"),
                  content: (
                    <Suspense fallback={<Loading />}>
                      <BesideConversation
                        id={talk === beginTalk ? null : talk}
                        subject={titleOf(chart)}
                        pin={async () => (await view.current?.pin()) ?? null}
                        onStarted={setTalk}
                        onClose={() => setTalk(null)}
                        place={place}
                      />
                    </Suspense>
                  ),
                }
          }
        />
        <Attribution />
      </Page>
    </div>
  );
}
