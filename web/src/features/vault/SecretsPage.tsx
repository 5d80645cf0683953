import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { failureOf } from "@/api/failure";
import { LoadFailed, Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { secretKeys } from "./queries";
import { Secrets } from "./Secrets";
import { secretService } from "./secretService";

export function SecretsPage() {
  const { t } = useTranslation();
  const list = useQuery({
    queryKey: secretKeys.all,
    queryFn: ({ signal }) => secretService.list(signal),
    staleTime: 0,
  });
  return (
    <Page title={t("secrets.title")} lead={t("secrets.lead")}>
      {list.isPending && <Loading />}
      {list.isError && !list.data && (
        <LoadFailed
          title={t("secrets.failed")}
          failure={failureOf(list.error)}
          retry={() => void list.refetch()}
          retrying={list.isFetching}
        />
      )}
      {list.data && <Secrets secrets={list.data} refresh={async () => (await list.refetch()).data ?? []} />}
    </Page>
  );
}
