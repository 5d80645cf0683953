/** Signing in, one step or two: address and password, then the code where the account asks for one. */
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { isProblem, problemType } from "@/api/failure";
import { Button } from "@/components/Button";
import { Field, PasswordField } from "@/components/Field";
import { Notice } from "@/components/Notice";
import { ServerForm } from "@/forms/ServerForm";
import { useServerForm } from "@/forms/useServerForm";
import { authService } from "./authService";
import { codeSchema, loginSchema } from "./credentials";
import { type Challenge, readChallenge, tidyCode } from "./secondFactor";

interface LoginStepsProps {
  /** Who is expected; another address may be typed. */
  email?: string;
  /** Said above the first step, until something went wrong. */
  notice?: string | null;
}

export function LoginSteps({ email = "", notice = null }: LoginStepsProps) {
  const { t } = useTranslation();
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const [expired, setExpired] = useState(false);
  if (challenge) {
    return (
      <CodeStep
        challenge={challenge}
        onBack={(why) => {
          setChallenge(null);
          setExpired(why === "expired");
        }}
      />
    );
  }
  return (
    <PasswordStep
      email={email}
      notice={expired ? t("login.code.expired") : notice}
      onChallenge={(asked) => {
        setExpired(false);
        setChallenge(asked);
      }}
    />
  );
}

interface PasswordStepProps {
  email: string;
  notice: string | null;
  onChallenge(challenge: Challenge): void;
}

function PasswordStep({ email, notice, onChallenge }: PasswordStepProps) {
  const { t } = useTranslation();
  const form = useServerForm({
    schema: loginSchema,
    defaultValues: { email, password: "" },
    fields: ["email", "password"],
    submit: (values) => authService.login(values),
    intercept: (failure) => {
      const challenge = readChallenge(failure, Date.now());
      if (challenge) onChallenge(challenge);
      return challenge !== null;
    },
  });
  return (
    <>
      {notice && !form.formError && <Notice tone="info">{notice}</Notice>}
      <ServerForm form={form} submitLabel={t("login.submit")} pendingLabel={t("login.pending")}>
        <Field
          label={t("fields.email")}
          type="email"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          {...form.field("email")}
        />
        <PasswordField
          label={t("fields.password")}
          autoComplete="current-password"
          required
          {...form.field("password")}
        />
      </ServerForm>
    </>
  );
}

interface CodeStepProps {
  challenge: Challenge;
  onBack(why: "expired" | "chosen"): void;
}

function CodeStep({ challenge, onBack }: CodeStepProps) {
  const { t } = useTranslation();
  const [recovery, setRecovery] = useState(false);
  const form = useServerForm({
    schema: codeSchema,
    defaultValues: { code: "" },
    fields: ["code"],
    submit: ({ code }) => authService.loginWithCode({ mfa_token: challenge.token, code: tidyCode(code) }),
    intercept: (failure) => {
      const over = isProblem(failure, problemType.secondFactorExpired) || isProblem(failure, problemType.invalidToken);
      if (over) onBack("expired");
      return over;
    },
  });
  useEffect(() => {
    const id = setTimeout(() => onBack("expired"), Math.max(0, challenge.expiresAt - Date.now()));
    return () => clearTimeout(id);
    // The clock starts with the challenge, not with each drawing.
  }, [challenge]);

  return (
    <>
      <ServerForm form={form} submitLabel={t("login.code.submit")} pendingLabel={t("login.pending")}>
        <Field
          // Another field, not the same one changed: on-screen keyboards only look when it gets the focus.
          key={recovery ? "recovery" : "code"}
          autoFocus
          label={recovery ? t("login.code.recoveryLabel") : t("login.code.label")}
          hint={recovery ? t("login.code.recoveryHint") : t("login.code.hint")}
          autoComplete={recovery ? "off" : "one-time-code"}
          inputMode={recovery ? "text" : "numeric"}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          required
          {...form.field("code")}
        />
      </ServerForm>
      <div className="actions">
        <Button
          onClick={() => {
            form.reset();
            setRecovery(!recovery);
          }}
        >
          {recovery ? t("login.code.useApp") : t("login.code.useRecovery")}
        </Button>
        <Button onClick={() => onBack("chosen")}>{t("login.code.back")}</Button>
      </div>
    </>
  );
}
