import { type ComponentProps, type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import { classes } from "./classes";

interface FieldProps extends ComponentProps<"input"> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
  /** Stands inside the frame, after the input. */
  trailing?: ReactNode;
}

/** A labelled input with its hint and its error, tied together for assistive technology. */
export function Field({ label, hint, error, trailing, className, ...input }: FieldProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  const errorId = `${id}-error`;
  const describedBy = [error ? errorId : null, hint ? hintId : null].filter(Boolean).join(" ");
  return (
    <div className={classes("field", className)}>
      <label htmlFor={id}>{label}</label>
      <div
        className="field-frame"
        data-invalid={error ? "" : undefined}
        data-readonly={input.readOnly ? "" : undefined}
      >
        <input
          id={id}
          aria-invalid={error !== undefined}
          aria-describedby={describedBy === "" ? undefined : describedBy}
          {...input}
        />
        {trailing}
      </div>
      {/* Always there, so that a text appearing in it is announced. */}
      <p id={errorId} className="field-error" aria-live="polite">
        {error}
      </p>
      {hint && (
        <p id={hintId} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}

type PasswordFieldProps = Omit<FieldProps, "type" | "trailing" | "autoComplete"> & {
  autoComplete: "current-password" | "new-password";
};

export function PasswordField(props: PasswordFieldProps) {
  const { t } = useTranslation();
  const [shown, setShown] = useState<boolean | null>(null);
  return (
    <Field
      {...props}
      type={shown ? "text" : "password"}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      trailing={
        <>
          <button
            type="button"
            className="field-button"
            aria-label={shown ? t("fields.hidePassword") : t("fields.showPassword")}
            onClick={() => setShown(!shown)}
          >
            {shown ? t("fields.hide") : t("fields.show")}
          </button>
          <span role="status" className="visually-hidden">
            {shown === null ? "" : shown ? t("fields.passwordShown") : t("fields.passwordHidden")}
          </span>
        </>
      }
    />
  );
}
