import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { isProblem, problemType } from "@/api/failure";
import { home } from "@/app/returnTo";
import { PasswordField } from "@/components/Field";
import { Page } from "@/components/Page";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { authService } from "./authService";
import { CodeStep } from "./CodeStep";
import { setupSchema } from "./credentials";
import { DeadEnd } from "./DeadEnd";
import { type Challenge, readChallenge } from "./secondFactor";
import { useLinkToken } from "./useLinkToken";
import { usePolicy } from "./usePolicy";

/** Sets a new password with the link that was mailed to somebody who forgot theirs. */
export function ResetPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const token = useLinkToken();
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const [spent, setSpent] = useState<string | null>(null);
  const again = { to: "/forgot", label: t("reset.again") };

  if (challenge) {
    return (
      <Page title={t("reset.title")} lead={t("setup.code")}>
        <CodeStep
          challenge={challenge}
          onBack={() => void navigate("/login", { replace: true })}
          onDone={() => void navigate(home, { replace: true })}
        />
      </Page>
    );
  }
  if (token === null) return <DeadEnd title={t("reset.missing.title")} lead={t("reset.missing.text")} {...again} />;
  if (token === spent) return <DeadEnd title={t("setup.invalid.title")} lead={t("reset.invalid")} {...again} />;
  return (
    <Page title={t("reset.title")} lead={t("reset.lead")}>
      <ResetForm key={token} token={token} onSpent={() => setSpent(token)} onChallenge={setChallenge} />
    </Page>
  );
}

interface ResetFormProps {
  token: string;
  onSpent(): void;
  onChallenge(challenge: Challenge): void;
}

function ResetForm({ token, onSpent, onChallenge }: ResetFormProps) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { limits } = usePolicy();
  const form = useServerForm({
    schema: setupSchema(limits),
    defaultValues: { password: "" },
    fields: ["password"],
    limits,
    submit: async ({ password }) => {
      await authService.resetPassword({ token, password });
      await navigate(home, { replace: true });
    },
    intercept: (failure) => {
      const challenge = readChallenge(failure, Date.now());
      if (challenge) onChallenge(challenge);
      // A token of the wrong form is as little of a link as one that was used.
      const invented =
        failure.kind === "problem" && (failure.problem.errors ?? []).some(({ path }) => path === "/token");
      const notValid = invented || isProblem(failure, problemType.linkNotValid);
      if (notValid) onSpent();
      return notValid || challenge !== null;
    },
  });
  return (
    <ServerForm form={form} submitLabel={t("setup.submit")} pendingLabel={t("setup.pending")}>
      <PasswordField
        label={t("fields.newPassword")}
        autoComplete="new-password"
        required
        hint={t("fields.passwordHint", { min: limits.passwordMin })}
        {...form.field("password")}
      />
    </ServerForm>
  );
}
