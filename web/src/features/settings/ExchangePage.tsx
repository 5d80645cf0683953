import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { failureOf } from "@/api/failure";
import { LoadFailed, Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { Exchange } from "./Exchange";
import { settingsKeys } from "./queries";
import { settingsService } from "./settingsService";

export function ExchangePage() {
  const { t } = useTranslation();
  const settings = useQuery({
    queryKey: settingsKeys.exchange,
    queryFn: ({ signal }) => settingsService.exchange(signal),
    staleTime: 0,
  });
  return (
    <Page title={t("exchange.title")} lead={t("exchange.lead")}>
      {settings.isPending && <Loading />}
      {settings.isError && !settings.data && (
        <LoadFailed
          title={t("exchange.failed")}
          failure={failureOf(settings.error)}
          retry={() => void settings.refetch()}
          retrying={settings.isFetching}
        />
      )}
      {settings.data && <Exchange settings={settings.data} />}
    </Page>
  );
}
