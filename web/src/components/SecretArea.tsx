import { type ComponentProps, useId, useState } from "react";
import { classes } from "./classes";
import { ConcealButton, useSecretTexts } from "./Field";

interface SecretAreaProps extends ComponentProps<"textarea"> {
  label: string;
  hint?: string;
  error?: string | undefined;
}

/** A secret that may have several lines, which an input would silently join. */
export function SecretArea({ label, hint, error, ...textarea }: SecretAreaProps) {
  const id = useId();
  const [shown, setShown] = useState<boolean | null>(null);
  const texts = useSecretTexts(label);
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-frame" data-invalid={error ? "" : undefined}>
        <textarea
          id={id}
          rows={3}
          className={classes(!shown && "concealed")}
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-error${hint ? ` ${id}-hint` : ""}`}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          {...textarea}
        />
        <ConcealButton shown={shown} texts={texts} onChange={setShown} />
      </div>
      <p id={`${id}-error`} className="field-error" aria-live="polite">
        {error}
      </p>
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}
