/**
 * A form whose answer comes from the server: checks, sends once, sorts the failure into fields and form, moves the focus
 * to where help is needed, and keeps to the wait the server asks for. Messages are made when they are shown, so a change
 * of language reaches them too. `ServerForm` draws it.
 */
import { type ChangeEvent, type FormEvent, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { safeParse, type $ZodType } from "zod/v4/core";
import { type Failure, failureOf } from "@/api/failure";
import { longestTokenName } from "@/features/account/credentials";
import { defaultLimits, formMessages, type Limits } from "@/i18n/problemText";
import type { Check } from "./checks";
import { throttledUntil, useSecondsUntil } from "./wait";

type FieldValues = Record<string, unknown>;
type Path<Values> = keyof Values & string;

type Control = HTMLInputElement | HTMLTextAreaElement;

interface ServerFormOptions<Values extends FieldValues> {
  schema: $ZodType<Values, Values>;
  defaultValues: Values;
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
  const fieldsOfForm = useFields<Values>(defaultValues);
  const { values, controls } = fieldsOfForm;
  // Of each field: what is missing there by our own check, or that the server has something to say about it.
  const [errors, setErrors] = useState<Partial<Record<Path<Values>, Check | "server">>>({});
  const [submitted, setSubmitted] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [notBefore, setNotBefore] = useState<number | null>(null);
  const [pending, setPending] = useState(false);
  const underWay = useRef(false);
  const summary = useRef<HTMLDivElement>(null);
  const secondsLeft = useSecondsUntil(notBefore);
  const messages = failure ? formMessages(failure, fields, t, limits) : null;

  useEffect(() => {
    if (failure && messages?.fields.length === 0) summary.current?.focus();
    // Once per failure, not again when the language changes.
  }, [failure]);

  /** What is missing, each in the order of the page. */
  function checked(entered: Values): Partial<Record<Path<Values>, Check>> {
    const { success, error } = safeParse(schema, entered);
    if (success) return {};
    const missing: Partial<Record<Path<Values>, Check>> = {};
    for (const { path, message } of error.issues) {
      const name = path[0] as Path<Values>;
      missing[name] ??= message as Check;
    }
    return missing;
  }

  function focusFirst(wrong: Partial<Record<string, unknown>>): void {
    const first = fields.find((name) => wrong[name] !== undefined && controls.current.get(name));
    if (first) controls.current.get(first)?.focus();
  }

  async function send(): Promise<void> {
    const entered = fieldsOfForm.read();
    const missing = checked(entered);
    setSubmitted(true);
    setErrors(missing);
    if (Object.keys(missing).length > 0) return focusFirst(missing);
    setPending(true);
    try {
      await submit(entered);
    } catch (error) {
      const failed = failureOf(error);
      if (intercept?.(failed)) return;
      setFailure(failed);
      setNotBefore(throttledUntil(failed, Date.now()));
      const blamed: Partial<Record<Path<Values>, "server">> = {};
      for (const { name } of formMessages(failed, fields, t, limits).fields) blamed[name] = "server";
      setErrors(blamed);
      focusFirst(blamed);
    } finally {
      setPending(false);
    }
  }

  /** Something else stands in a field: what was wrong with it may be right now. */
  function changed(name: Path<Values>): void {
    if (!submitted) return;
    const missing = checked(fieldsOfForm.current());
    setErrors((before) => {
      const { [name]: _old, ...others } = before;
      const now = missing[name];
      return (now ? { ...others, [name]: now } : others) as typeof before;
    });
  }

  return {
    pending,
    /** For the notice above the fields. */
    summary,
    formError: messages?.form ?? null,
    /** Seconds until the server takes another attempt; null when it asked for no wait, 0 when the wait is over. */
    secondsLeft,
    /** What a field component needs: what stands in it, how it changes, and its message. */
    field(name: Path<Values>) {
      const value = values[name];
      return {
        name,
        ...(typeof value === "string" && { value }),
        ...(typeof value === "boolean" && { checked: value }),
        ref: (control: Control | null) => {
          if (control) controls.current.set(name, control);
        },
        onChange: ({ target }: ChangeEvent<Control>) => {
          fieldsOfForm.set(name, enteredIn(target, value));
          changed(name);
        },
        error: fieldError(name),
      };
    },
    /** One of several boxes, each of which stands for a value of a list. */
    box(name: Path<Values>, value: string) {
      const list = values[name] as readonly string[];
      return {
        name,
        value,
        checked: list.includes(value),
        onChange: ({ target }: ChangeEvent<HTMLInputElement>) => {
          const others = list.filter((each) => each !== value);
          fieldsOfForm.set(name, target.checked ? [...others, value] : others);
          changed(name);
        },
      };
    },
    error: (name: Path<Values>) => fieldError(name),
    /** Something stands in it that it did not begin with. */
    dirty: fieldsOfForm.dirty,
    /** What stands in a field now; the page is drawn anew whenever that changes. */
    value<Name extends Path<Values>>(name: Name): Values[Name] {
      return values[name];
    },
    /** What stands in all of them. */
    values(): Values {
      return values;
    },
    /** As if it had been entered. */
    set<Name extends Path<Values>>(name: Name, value: Values[Name]) {
      fieldsOfForm.set(name, value);
      changed(name);
    },
    /** Empties the form, or begins anew with `values`; its messages go too. */
    reset(next: Values = fieldsOfForm.begun()) {
      fieldsOfForm.begin(next);
      setErrors({});
      setSubmitted(false);
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
        await send();
      } finally {
        underWay.current = false;
      }
    },
  };

  function fieldError(name: Path<Values>): string | undefined {
    const error = errors[name];
    if (error === undefined) return undefined;
    if (error === "server") return messages?.fields.find((field) => field.name === name)?.message;
    return checkText(error);
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

/** What stands in the fields, and what did at the beginning. */
function useFields<Values extends FieldValues>(defaultValues: Values) {
  const [begun, setBegun] = useState(defaultValues);
  const [values, setValues] = useState(defaultValues);
  // As it is between two drawings, too: what is sent is what was typed last.
  const latest = useRef(values);
  const controls = useRef(new Map<string, Control>());
  return {
    values,
    controls,
    dirty: !isSame(values, begun),
    begun: () => begun,
    current: () => latest.current,
    /** Also what a password manager has put into a field without a word about it. */
    read(): Values {
      for (const [name, control] of controls.current) {
        if (!control.isConnected) continue;
        latest.current = { ...latest.current, [name]: enteredIn(control, latest.current[name]) };
      }
      setValues(latest.current);
      return latest.current;
    },
    set(name: Path<Values>, value: unknown): void {
      latest.current = { ...latest.current, [name]: value };
      setValues(latest.current);
    },
    begin(next: Values): void {
      latest.current = next;
      setBegun(next);
      setValues(next);
    },
  };
}

function enteredIn(control: Control, before: unknown): unknown {
  return typeof before === "boolean" && "checked" in control ? control.checked : control.value;
}

/** Lists count as the same in another order. */
function isSame(a: FieldValues, b: FieldValues): boolean {
  return Object.keys({ ...a, ...b }).every((name) => {
    const [one, other] = [a[name], b[name]];
    if (!Array.isArray(one) || !Array.isArray(other)) return one === other;
    return one.length === other.length && one.every((each) => other.includes(each));
  });
}
