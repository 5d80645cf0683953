import { type ComponentProps, type ReactNode, useId } from "react";

interface SelectFieldProps extends ComponentProps<"select"> {
  label: string;
  hint?: ReactNode;
}

/** A labelled list to choose one entry from. */
export function SelectField({ label, hint, children, ...select }: SelectFieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-frame">
        <select id={id} aria-describedby={hint ? `${id}-hint` : undefined} {...select}>
          {children}
        </select>
      </div>
      {hint && (
        <p id={`${id}-hint`} className="field-hint">
          {hint}
        </p>
      )}
    </div>
  );
}

interface CheckGroupProps {
  legend: string;
  error?: string | undefined;
  children: ReactNode;
}

/** Several boxes that answer one question. */
export function CheckGroup({ legend, error, children }: CheckGroupProps) {
  const id = useId();
  return (
    <fieldset className="checks" aria-describedby={error ? `${id}-error` : undefined}>
      <legend>{legend}</legend>
      {children}
      <p id={`${id}-error`} className="field-error" aria-live="polite">
        {error}
      </p>
    </fieldset>
  );
}

interface CheckProps extends ComponentProps<"input"> {
  label: string;
  hint?: ReactNode;
}

export function Check({ label, hint, ...input }: CheckProps) {
  const id = useId();
  return (
    <div className="check">
      <input id={id} type="checkbox" aria-describedby={hint ? `${id}-hint` : undefined} {...input} />
      <div>
        <label htmlFor={id}>{label}</label>
        {hint && (
          <p id={`${id}-hint`} className="row-text">
            {hint}
          </p>
        )}
      </div>
    </div>
  );
}
