/**
 * A form whose answer comes from the server: checks, sends once, sorts the failure into fields and form, moves the focus
 * to where help is needed, and keeps to the wait the server asks for. Messages are made when they are shown, so a change
 * of language reaches them too. `ServerForm` draws it.
 */
import { zodResolver } from "@hookform/resolvers/zod";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { type DefaultValues, type FieldValues, type Path, type PathValue, useForm } from "react-hook-form";
import { useTranslation } from "react-i18next";
import type { $ZodType } from "zod/v4/core";
import { type Failure, failureOf } from "@/api/failure";
import { longestTokenName } from "@/features/account/credentials";
import { defaultLimits, formMessages, type Limits } from "@/i18n/problemText";
import type { Check } from "./checks";
import { throttledUntil, useSecondsUntil } from "./wait";

interface ServerFormOptions<Values extends FieldValues> {
  schema: $ZodType<Values, Values>;
  defaultValues: DefaultValues<Values>;
  /** In the order in which they stand on the page. */
  fields: readonly Path<Values>[];
  limits?: Limits;
  submit(values: Values): Promise<void>;
  /** Called with each failure before it is shown; true means that the page deals with it in another way. */
  intercept?(failure: Failure): boolean;
}

export function useServerForm<Values extends FieldValues>(options: ServerFormOptions<Values>) {
  const { schema, defaultValues, fields, limits = defaultLimits, submit, intercept } = options;
  const { t } = useTranslation();
  const form = useForm<Values>({ resolver: zodResolver(schema), defaultValues, mode: "onSubmit" });
  const [failure, setFailure] = useState<Failure | null>(null);
  const [notBefore, setNotBefore] = useState<number | null>(null);
  const [pending, setPending] = useState(false);
  const underWay = useRef(false);
  const summary = useRef<HTMLDivElement>(null);
  const secondsLeft = useSecondsUntil(notBefore);
  const { isDirty } = form.formState;
  const messages = failure ? formMessages(failure, fields, t, limits) : null;

  useEffect(() => {
    if (failure && messages?.fields.length === 0) summary.current?.focus();
    // Once per failure, not again when the language changes.
  }, [failure]);

  const send = form.handleSubmit(async (values) => {
    setPending(true);
    try {
      await submit(values);
    } catch (error) {
      const failed = failureOf(error);
      if (intercept?.(failed)) return;
      setFailure(failed);
      setNotBefore(throttledUntil(failed, Date.now()));
      formMessages(failed, fields, t, limits).fields.forEach(({ name }, index) => {
        form.setError(name, { type: "server" }, { shouldFocus: index === 0 });
      });
    } finally {
      setPending(false);
    }
  });

  return {
    pending,
    /** For the notice above the fields. */
    summary,
    formError: messages?.form ?? null,
    /** Seconds until the server takes another attempt; null when it asked for no wait, 0 when the wait is over. */
    secondsLeft,
    /** What a field component needs: registration and message. */
    field(name: Path<Values>) {
      return { ...form.register(name), error: fieldError(name) };
    },
    /** Something stands in it that it did not begin with. */
    dirty: isDirty,
    /** What stands in a field now; the page is drawn anew whenever that changes. */
    value<Name extends Path<Values>>(name: Name): PathValue<Values, Name> {
      return form.watch(name);
    },
    /** What stands in all of them. */
    values(): Values {
      return form.watch();
    },
    /** As if it had been entered. */
    set<Name extends Path<Values>>(name: Name, value: PathValue<Values, Name>) {
      form.setValue(name, value, { shouldDirty: true, shouldValidate: form.formState.isSubmitted });
    },
    /** Empties the form, or begins anew with `values`; its messages go too. */
    reset(values?: Values) {
      form.reset(values);
      setFailure(null);
      setNotBefore(null);
    },
    async onSubmit(event: FormEvent) {
      event.preventDefault();
      if (underWay.current) return;
      if (secondsLeft) return summary.current?.focus();
      underWay.current = true;
      setFailure(null);
      setNotBefore(null);
      try {
        await send(event);
      } finally {
        underWay.current = false;
      }
    },
  };

  function fieldError(name: Path<Values>): string | undefined {
    const error = form.getFieldState(name, form.formState).error;
    if (!error) return undefined;
    if (error.type === "server") return messages?.fields.find((field) => field.name === name)?.message;
    return checkText(error.message as Check);
  }

  function checkText(check: Check): string {
    switch (check) {
      case "password.too_short":
        return t("fieldError.password.too_short", { count: limits.passwordMin });
      case "password.too_long":
        return t("fieldError.password.too_long", { count: limits.passwordMax });
      case "token_name.too_long":
        return t("fieldError.token_name.too_long", { count: longestTokenName });
      default:
        return t(`fieldError.${check}`);
    }
  }
}
