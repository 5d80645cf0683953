import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Link, useLocation, useNavigate } from "react-router";
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
import { setupSchema } from "./credentials";
import { setupToken } from "./setupToken";
import { usePolicy } from "./usePolicy";

/**
 * Sets the first password with a one-time link. The token stands in the fragment, which browsers send to nobody; it is
 * taken out of the address bar at once and kept in this page's memory.
 */
export function SetupPage() {
  const { t } = useTranslation();
  const token = useTokenFromFragment();
  const [spent, setSpent] = useState<string | null>(null);
  const link = useQuery({
    queryKey: ["setup", token],
    queryFn: ({ signal }) => authService.inspectSetupLink(token ?? "", signal),
    enabled: token !== null && token !== spent,
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const failure = link.isError ? failureOf(link.error) : null;

  if (token === null) return <DeadEnd title={t("setup.missing.title")} lead={t("setup.missing.text")} />;
  if (
    token === spent ||
    (failure && (isProblem(failure, problemType.linkNotValid) || isProblem(failure, problemType.invalidInput)))
  ) {
    return (
      <DeadEnd
        title={t("setup.invalid.title")}
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
      {link.data && <SetupForm key={token} token={token} link={link.data} onSpent={() => setSpent(token)} />}
    </Page>
  );
}

function SetupForm({ token, link, onSpent }: { token: string; link: SetupLink; onSpent(): void }) {
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
      const notValid = isProblem(failure, problemType.linkNotValid);
      if (notValid) onSpent();
      return notValid;
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

function DeadEnd({ title, lead }: { title: string; lead: React.ReactNode }) {
  const { t } = useTranslation();
  return (
    <Page title={title} lead={lead}>
      <p className="page-aside">
        <Link to="/login">{t("setup.login")}</Link>
      </p>
    </Page>
  );
}

function useTokenFromFragment(): string | null {
  const { hash } = useLocation();
  const navigate = useNavigate();
  const [token, setToken] = useState(() => setupToken(hash));
  useEffect(() => {
    if (hash === "") return;
    // A second link opened in the same tab arrives here as a mere change of the fragment.
    const next = setupToken(hash);
    if (next !== null) setToken(next);
    void navigate("/setup", { replace: true });
  }, [hash, navigate]);
  return token;
}
