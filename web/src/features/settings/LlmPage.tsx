import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { failureOf } from "@/api/failure";
import { LoadFailed, Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { Llm } from "./Llm";
import { settingsKeys } from "./queries";
import { settingsService } from "./settingsService";

export function LlmPage() {
  const { t } = useTranslation();
  const settings = useQuery({
    queryKey: settingsKeys.llm,
    queryFn: ({ signal }) => settingsService.llm(signal),
    staleTime: 0,
  });
  return (
    <Page title={t("llm.title")} lead={t("llm.lead")}>
      {settings.isPending && <Loading />}
      {settings.isError && !settings.data && (
        <LoadFailed
          title={t("llm.failed")}
          failure={failureOf(settings.error)}
          retry={() => void settings.refetch()}
          retrying={settings.isFetching}
        />
      )}
      {settings.data && <Llm settings={settings.data} />}
    </Page>
  );
}
