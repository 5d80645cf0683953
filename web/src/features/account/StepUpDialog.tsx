import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { failureOf } from "@/api/failure";
import { Button } from "@/components/Button";
import { Dialog } from "@/components/Dialog";
import { Field, PasswordField } from "@/components/Field";
import { LoadFailed, Loading } from "@/components/Loading";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { useOwner } from "./authStore";
import { CodeForm } from "./CodeForm";
import { stepUpSchema } from "./credentials";
import { factorService } from "./factorService";
import { accountKeys } from "./queries";
import { settleProof, useStepUp } from "./stepUp";

/** Asks once more who is here, when a call wants a fresh proof; the call then goes on by itself. */
export function StepUpDialog() {
  const asked = useStepUp(({ asked }) => asked);
  return asked ? <OpenDialog /> : null;
}

function OpenDialog() {
  const { t } = useTranslation();
  const factor = useQuery({
    queryKey: accountKeys.secondFactor,
    queryFn: ({ signal }) => factorService.get(signal),
    staleTime: 0,
  });
  const cancel = () => settleProof(false);
  const leave = <Button onClick={cancel}>{t("app.cancel")}</Button>;

  return (
    <Dialog
      title={t("stepUp.title")}
      description={t("stepUp.text")}
      initialFocus="input:not([readonly])"
      onDismiss={cancel}
    >
      {factor.isPending && <Loading />}
      {factor.isError && !factor.data && (
        <LoadFailed
          title={t("stepUp.failed")}
          failure={failureOf(factor.error)}
          retry={() => void factor.refetch()}
          retrying={factor.isFetching}
        />
      )}
      {!factor.data && <div className="actions">{leave}</div>}
      {factor.data?.totp === "on" && (
        <CodeForm
          submitLabel={t("stepUp.submit")}
          pendingLabel={t("stepUp.pending")}
          submit={async (code) => {
            await factorService.prove({ code });
            settleProof(true);
          }}
        >
          {leave}
        </CodeForm>
      )}
      {factor.data && factor.data.totp !== "on" && (
        <>
          <PasswordProof />
          <div className="actions">{leave}</div>
        </>
      )}
    </Dialog>
  );
}

function PasswordProof() {
  const { t } = useTranslation();
  const owner = useOwner();
  const form = useServerForm({
    schema: stepUpSchema,
    defaultValues: { password: "" },
    fields: ["password"],
    submit: async (values) => {
      await factorService.prove(values);
      settleProof(true);
    },
  });
  return (
    <ServerForm form={form} submitLabel={t("stepUp.submit")} pendingLabel={t("stepUp.pending")}>
      {/* Password managers find the password under this name. */}
      <Field
        label={t("fields.email")}
        type="email"
        name="username"
        autoComplete="username"
        readOnly
        value={owner?.email ?? ""}
      />
      <PasswordField
        autoFocus
        label={t("fields.password")}
        autoComplete="current-password"
        required
        {...form.field("password")}
      />
    </ServerForm>
  );
}
