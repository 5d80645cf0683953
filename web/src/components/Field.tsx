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
  return (
    <ConcealedField
      {...props}
      texts={{
        show: t("fields.showPassword"),
        hide: t("fields.hidePassword"),
        isShown: t("fields.passwordShown"),
        isHidden: t("fields.passwordHidden"),
      }}
    />
  );
}

/** A key or another secret of one line, which is no password of this desk: browsers are asked to leave it alone. */
export function SecretField(props: Omit<FieldProps, "type" | "trailing" | "autoComplete">) {
  const texts = useSecretTexts(props.label);
  return <ConcealedField {...props} autoComplete="off" texts={texts} />;
}

export interface ConcealTexts {
  show: string;
  hide: string;
  isShown: string;
  isHidden: string;
}

/** Several such fields stand on one page, so their buttons name them. */
export function useSecretTexts(label: string): ConcealTexts {
  const { t } = useTranslation();
  return {
    show: t("fields.showValue", { label }),
    hide: t("fields.hideValue", { label }),
    isShown: t("fields.valueShown", { label }),
    isHidden: t("fields.valueHidden", { label }),
  };
}

function ConcealedField({ texts, ...props }: Omit<FieldProps, "type" | "trailing"> & { texts: ConcealTexts }) {
  const [shown, setShown] = useState<boolean | null>(null);
  return (
    <Field
      {...props}
      type={shown ? "text" : "password"}
      autoCapitalize="none"
      autoCorrect="off"
      spellCheck={false}
      trailing={<ConcealButton shown={shown} texts={texts} onChange={setShown} />}
    />
  );
}

interface ConcealButtonProps {
  /** Null as long as nobody pressed it: nothing has to be announced. */
  shown: boolean | null;
  texts: ConcealTexts;
  onChange(shown: boolean): void;
}

export function ConcealButton({ shown, texts, onChange }: ConcealButtonProps) {
  const { t } = useTranslation();
  return (
    <>
      <button
        type="button"
        className="field-button"
        aria-label={shown ? texts.hide : texts.show}
        onClick={() => onChange(!shown)}
      >
        {shown ? t("fields.hide") : t("fields.show")}
      </button>
      <span role="status" className="visually-hidden">
        {shown === null ? "" : shown ? texts.isShown : texts.isHidden}
      </span>
    </>
  );
}
