/** Where one lands: what goes on, what wants attention, and the ways on. */
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { Page } from "@/components/Page";
import { GuideSteps } from "@/features/guide/GuideSteps";
import { useGuide } from "@/features/guide/useGuide";
import { LatestCharts } from "./LatestCharts";
import { LatestConversations } from "./LatestConversations";
import { Favourites } from "./Favourites";
import { Notices } from "./Notices";
import { useConversationNews } from "./queries";

export function StartPage() {
  const { t } = useTranslation("desk");
  const guide = useGuide();
  const lists = useRef<HTMLDivElement>(null);
  useConversationNews();
  const wasOpen = useRef(false);
  useEffect(() => {
    // The button that hid the steps has gone with them: reading goes on at what took their place.
    if (wasOpen.current && guide.state === "closed" && document.activeElement === document.body) lists.current?.focus();
    wasOpen.current = guide.state === "open";
  }, [guide.state]);

  return (
    <div className="start">
      <Page title={t("start.title")} lead={guide.state === "open" ? t("start.leadFirst") : t("start.lead")}>
        {guide.state === "open" && <GuideSteps progress={guide.progress} onDismiss={guide.dismiss} />}
        <Notices guided={guide.state !== "closed"} />
        <div ref={lists} tabIndex={-1} className="start-lists">
          <LatestConversations isGuided={guide.state === "open"} />
          <div className="start-side">
            <Favourites />
            <LatestCharts isGuided={guide.state === "open"} />
          </div>
        </div>
      </Page>
    </div>
  );
}
