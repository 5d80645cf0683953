import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { failureOf } from "@/api/failure";
import { LoadFailed, Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { adminService } from "./adminService";
import { PolicyForm } from "./PolicyForm";
import { adminKeys } from "./queries";

export function PolicyPage() {
  const { t } = useTranslation("admin");
  const policy = useQuery({
    queryKey: adminKeys.policy,
    queryFn: ({ signal }) => adminService.policy(signal),
    staleTime: 0,
  });
  return (
    <Page title={t("policy.title")} lead={t("policy.lead")}>
      {policy.isPending && <Loading />}
      {policy.isError && (
        <LoadFailed
          title={t("policy.failed")}
          failure={failureOf(policy.error)}
          retry={() => void policy.refetch()}
          retrying={policy.isFetching}
        />
      )}
      {policy.data && <PolicyForm policy={policy.data} />}
    </Page>
  );
}
