import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useNavigate } from "react-router";
import { failureOf, isProblem, problemType } from "@/api/failure";
import type { SetupLink } from "@/api/types";
import { home } from "@/app/returnTo";
import { Field, PasswordField } from "@/components/Field";
import { LoadFailed, Loading } from "@/components/Loading";
import { Page } from "@/components/Page";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { useFormat } from "@/i18n/useFormat";
import { authService } from "./authService";
import { CodeStep } from "./CodeStep";
import { setupSchema } from "./credentials";
import { DeadEnd } from "./DeadEnd";
import { type Challenge, readChallenge } from "./secondFactor";
import { useLinkToken } from "./useLinkToken";
import { usePolicy } from "./usePolicy";

/** Sets the first password with a one-time link. */
export function SetupPage() {
  const { t } = useTranslation();
  const token = useLinkToken();
  const navigate = useNavigate();
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const [spent, setSpent] = useState<string | null>(null);
  const link = useQuery({
    queryKey: ["setup", token],
    queryFn: ({ signal }) => authService.inspectSetupLink(token ?? "", signal),
    enabled: token !== null && token !== spent,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const failure = link.isError ? failureOf(link.error) : null;

  const login = { to: "/login", label: t("setup.login") };

  if (challenge) {
    return (
      <Page title={t("setup.title")} lead={t("setup.code")}>
        <CodeStep
          challenge={challenge}
          onBack={() => void navigate("/login", { replace: true })}
          onDone={() => void navigate(home, { replace: true })}
        />
      </Page>
    );
  }
  if (token === null) return <DeadEnd title={t("setup.missing.title")} lead={t("setup.missing.text")} {...login} />;
  if (
    token === spent ||
    (failure && (isProblem(failure, problemType.linkNotValid) || isProblem(failure, problemType.invalidInput)))
  ) {
    return (
      <DeadEnd
        title={t("setup.invalid.title")}
        {...login}
        lead={
          <>
            {t("setup.invalid.text")} <code>kontor admin setup-link</code>.
          </>
        }
      />
    );
  }
  return (
    <Page title={t("setup.title")} lead={t("setup.lead")}>
      {link.isPending && <Loading label={t("setup.checking")} />}
      {failure && (
        <LoadFailed
          title={t("setup.title")}
          failure={failure}
          retry={() => void link.refetch()}
          retrying={link.isFetching}
        />
      )}
      {link.data && (
        <SetupForm
          key={token}
          token={token}
          link={link.data}
          onSpent={() => setSpent(token)}
          onChallenge={setChallenge}
        />
      )}
    </Page>
  );
}

interface SetupFormProps {
  token: string;
  link: SetupLink;
  onSpent(): void;
  /** The password is set, and the account wants a code as well. */
  onChallenge(challenge: Challenge): void;
}

function SetupForm({ token, link, onSpent, onChallenge }: SetupFormProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const navigate = useNavigate();
  const { limits } = usePolicy();
  const form = useServerForm({
    schema: setupSchema(limits),
    defaultValues: { password: "" },
    fields: ["password"],
    limits,
    submit: async ({ password }) => {
      await authService.claimSetupLink({ token, password });
      await navigate(home, { replace: true });
    },
    intercept: (failure) => {
      const challenge = readChallenge(failure, Date.now());
      if (challenge) onChallenge(challenge);
      const notValid = isProblem(failure, problemType.linkNotValid);
      if (notValid) onSpent();
      return notValid || challenge !== null;
    },
  });

  return (
    <ServerForm form={form} submitLabel={t("setup.submit")} pendingLabel={t("setup.pending")}>
      {/* Read-only rather than plain text: password managers save the new password under this name. */}
      <Field
        label={t("fields.email")}
        type="email"
        name="username"
        autoComplete="username"
        readOnly
        value={link.email}
        hint={t("setup.expires", { time: format.dateTime(link.expires_at) })}
      />
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
