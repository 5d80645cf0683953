import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { type Failure, failureOf } from "@/api/failure";
import type { AdminPolicy } from "@/api/types";
import { Button, SubmitButton } from "@/components/Button";
import { Radios } from "@/components/Choices";
import { Field } from "@/components/Field";
import { Notice } from "@/components/Notice";
import { policyChanged } from "@/features/account/usePolicy";
import { LeaveGuard } from "@/forms/LeaveGuard";
import { useFormat } from "@/i18n/useFormat";
import { AddressList } from "./AddressList";
import { adminService } from "./adminService";
import {
  addressesOf,
  bounds,
  changesOf,
  check,
  type Edits,
  isChanged,
  type Mistake,
  noLimit,
  type NumberRule,
  type RuleName,
  ruleNames,
  shown,
} from "./policyDraft";
import { mistakeTexts, refusalTexts, textsOf } from "./policyText";
import { adminKeys } from "./queries";

export function PolicyForm({ policy }: { policy: AdminPolicy }) {
  const { t } = useTranslation("admin");
  const { t: common } = useTranslation();
  const format = useFormat();
  const cache = useQueryClient();
  const [edits, setEdits] = useState<Edits>({});
  const [mistakes, setMistakes] = useState<Mistake[]>([]);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, setPending] = useState(false);
  const [said, setSaid] = useState<"saved" | "clean" | null>(null);
  const form = useRef<HTMLFormElement>(null);

  const values = shown(policy, edits);
  const dirty = ruleNames.some((name) => isChanged(policy, edits, name));
  const messages = mistakeTexts(mistakes, t);
  const refused = failure ? refusalTexts(failure, values.allowed_emails, t, common) : null;
  const errorOf = (rule: RuleName) => messages[rule] ?? refused?.rules[rule];

  useEffect(() => {
    // Where help is needed: the first field that complains, or what is said above all of them.
    if (mistakes.length === 0 && !failure) return;
    const first = form.current?.querySelector<HTMLElement>("[aria-invalid=true], .notice[role=alert]");
    first?.focus();
  }, [mistakes, failure]);

  function edit(change: Edits) {
    setEdits((before) => ({ ...before, ...change }));
    setSaid(null);
    setMistakes([]);
    setFailure(null);
  }

  async function save(event: FormEvent) {
    event.preventDefault();
    if (pending) return;
    const found = check(policy, edits);
    setMistakes(found);
    setFailure(null);
    setSaid(null);
    if (found.length > 0) return;
    if (!dirty) return setSaid("clean");
    setPending(true);
    try {
      cache.setQueryData(adminKeys.policy, await adminService.changePolicy(changesOf(policy, edits)));
      setEdits({});
      setSaid("saved");
      // The entrance and the conversations show these rules too, and the log the change.
      policyChanged();
      void cache.invalidateQueries({ queryKey: ["chat", "limits"] });
      void cache.invalidateQueries({ queryKey: ["admin", "audit"] });
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setPending(false);
    }
  }

  const rule = (name: RuleName, defaultText: string) =>
    ({
      state: isChanged(policy, edits, name) ? "isChanged" : policy[name].overridden ? "isOverridden" : "isDefault",
      // Nothing to go back from: it is the default, or will be.
      reset: (edits[name] === undefined ? policy[name].overridden : edits[name] !== null)
        ? () => edit({ [name]: null })
        : null,
      defaultText,
    }) as const;

  const numberRule = (name: NumberRule, defaultText: string) => {
    const label = t(`policy.${textsOf[name]}.label`);
    return (
      <Rule title={label} {...rule(name, defaultText)}>
        <Field
          label={label}
          hint={t(`policy.${textsOf[name]}.hint`, bounds[name])}
          error={errorOf(name)?.join(" ")}
          inputMode="numeric"
          autoComplete="off"
          value={values[name]}
          onChange={(event) => edit({ [name]: event.target.value })}
        />
      </Rule>
    );
  };
  const tokensByDefault = policy.tokens_per_day.default;

  return (
    <form ref={form} method="post" noValidate onSubmit={save} className="mt-10">
      <LeaveGuard active={dirty && !pending} />
      {refused?.form && <Notice tone="error">{refused.form}</Notice>}
      {said && <Notice tone="info">{t(`policy.${said}`)}</Notice>}
      <Rule
        title={t("policy.registration.label")}
        {...rule("registration", t(`policy.registration.${policy.registration.default}`))}
      >
        <Radios
          value={values.registration}
          options={(["open", "allowlist", "closed"] as const).map((value) => ({
            value,
            text: t(`policy.registration.${value}`),
            hint: t(`policy.registration.${value}Hint`),
          }))}
          onChange={(registration) => edit({ registration })}
        />
      </Rule>
      <Rule
        title={t("policy.allowedEmails.label")}
        {...rule("allowed_emails", t("policy.allowedEmails.count", { count: policy.allowed_emails.default.length }))}
      >
        <AddressList
          value={values.allowed_emails}
          count={addressesOf(values.allowed_emails).length}
          errors={errorOf("allowed_emails")}
          onChange={(allowed_emails) => edit({ allowed_emails })}
        />
      </Rule>
      {numberRule(
        "password_min_length",
        t("policy.passwordMinLength.unit", { count: policy.password_min_length.default }),
      )}
      <Rule
        title={t("policy.secondFactorFor.label")}
        {...rule("second_factor_for", t(`policy.secondFactorFor.${policy.second_factor_for.default}`))}
      >
        <Radios
          value={values.second_factor_for}
          options={(["nobody", "admins", "everybody"] as const).map((value) => ({
            value,
            text: t(`policy.secondFactorFor.${value}`),
            hint: t(`policy.secondFactorFor.${value}Hint`),
          }))}
          onChange={(second_factor_for) => edit({ second_factor_for })}
        />
      </Rule>
      {numberRule("runs_at_once", t("policy.runsAtOnce.unit", { count: policy.runs_at_once.default }))}
      {numberRule(
        "tokens_per_day",
        tokensByDefault === noLimit
          ? t("policy.tokensPerDay.none")
          : t("policy.tokensPerDay.unit", { count: tokensByDefault, number: format.count(tokensByDefault) }),
      )}
      <div className="actions">
        <div>
          <SubmitButton pending={pending} pendingLabel={t("policy.pending")}>
            {t("policy.submit")}
          </SubmitButton>
        </div>
        {dirty && !pending && (
          <Button
            onClick={() => {
              edit({});
              setEdits({});
            }}
          >
            {t("policy.discard")}
          </Button>
        )}
      </div>
    </form>
  );
}

interface RuleProps {
  title: string;
  state: "isDefault" | "isOverridden" | "isChanged";
  defaultText: string;
  reset: (() => void) | null;
  children: ReactNode;
}

/** One rule: its question, whether it is the default, its field, the way back. */
function Rule({ title, state, defaultText, reset, children }: RuleProps) {
  const { t } = useTranslation("admin");
  const id = useId();
  return (
    <fieldset className="rule" aria-describedby={id}>
      <legend className="section-title">{title}</legend>
      <p id={id} className="badge" data-tone={state === "isDefault" ? "quiet" : undefined}>
        {t(`policy.${state}`)}
      </p>
      <div className="rule-field">{children}</div>
      {reset && (
        <Button className="mt-4" onClick={reset}>
          {t("policy.reset", { value: defaultText })}
        </Button>
      )}
    </fieldset>
  );
}
