/** Conversations: the list beside what is shown of one; on narrow screens one of the two. */
import { lazy, Suspense, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useParams, useSearchParams } from "react-router";
import { Beside } from "@/components/Beside";
import { Loading } from "@/components/Loading";
import { useOwner } from "@/features/account/authStore";
import { useSocket } from "@/features/stream";
import type { ChartHandle } from "@/features/charts/ChartView";
import { type ChartPlace, ChartPlaceContext } from "./besideChart";
import { Conversation } from "./Conversation";
import { ConversationList } from "./ConversationList";
import { newConversation } from "./drafts";
import { ListFoot } from "./ListFoot";
import { NewConversation } from "./NewConversation";
import { Toast } from "./Toast";

const ChartBeside = lazy(async () => ({ default: (await import("@/features/charts/pages")).ChartBeside }));

export function ChatPage() {
  const { t } = useTranslation("chat");
  const { id } = useParams();
  const owner = useOwner();

  const [search, setSearch] = useSearchParams();
  const chart = search.get("chart");
  const [part, setPart] = useState<"first" | "second">("first");

  useSocket();

  const view = useRef<ChartHandle>(null);
  const place = useMemo<ChartPlace>(
    () => ({
      shown: chart,
      open: (id) => {
        setPart("second");
        if (id === chart) view.current?.focus();
        else setSearch({ chart: id }, { replace: true });
      },
    }),
    [chart, setSearch],
  );
  const closeChart = () => {
    setSearch({}, { replace: true });
    setPart("first");
  };

  if (!owner) return null;
  const level = id === undefined ? 2 : 1;
  return (
    <div className="chat" data-place={id === undefined ? "list" : "conversation"}>
      <nav className="chat-side" aria-label={t("list.title")}>
        <ConversationList level={id === undefined ? 1 : 2} />
        <ListFoot />
      </nav>
      <Beside
        label={t("pin.tabs")}
        className="chat-beside"
        shown={part}
        onShow={setPart}
        first={{
          name: t("conversation.label"),
          content: (
            <section className="chat-main" aria-label={t("conversation.label")}>
              <ChartPlaceContext value={place}>
                {id === undefined || id === newConversation ? (
                  <NewConversation owner={owner.id} level={level} />
                ) : (
                  <Conversation key={id} id={id} owner={owner.id} />
                )}
              </ChartPlaceContext>
            </section>
          ),
        }}
        second={
          chart === null
            ? null
            : {
                name: t("pin.chart"),
                content: (
                  <Suspense fallback={<Loading />}>
                    <ChartBeside key={chart} id={chart} view={view} onClose={closeChart} />
                  </Suspense>
                ),
              }
        }
      />
      <Toast />
    </div>
  );
}
