import { useId } from "react";
import { useTranslation } from "react-i18next";

interface AddressListProps {
  value: string;
  count: number;
  errors: string[] | undefined;
  onChange(value: string): void;
}

/** Many addresses in one field, a line each: what is longer than a handful is pasted, searched and sorted elsewhere. */
export function AddressList({ value, count, errors, onChange }: AddressListProps) {
  const { t } = useTranslation("admin");
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{t("policy.allowedEmails.label")}</label>
      <div className="field-frame" data-invalid={errors ? "" : undefined}>
        <textarea
          id={id}
          rows={6}
          value={value}
          aria-invalid={errors !== undefined}
          aria-describedby={errors ? `${id}-errors ${id}-hint` : `${id}-hint`}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          wrap="off"
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
      <div id={`${id}-errors`} aria-live="polite">
        {errors?.slice(0, shownAtMost).map((text) => (
          <p key={text} className="field-error">
            {text}
          </p>
        ))}
        {errors && errors.length > shownAtMost && <p className="field-error">…</p>}
      </div>
      <p id={`${id}-hint`} className="field-hint">
        {t("policy.allowedEmails.hint")} {t("policy.allowedEmails.count", { count })}
      </p>
    </div>
  );
}

const shownAtMost = 8;
