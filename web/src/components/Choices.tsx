/** Fields with a given set of answers; the text fields are in Field.tsx. */
import { type ComponentProps, type ReactNode, useId } from "react";

interface CheckboxProps extends ComponentProps<"input"> {
  label: string;
  hint?: ReactNode;
  error?: string | undefined;
}

export function Checkbox({ label, hint, error, ...input }: CheckboxProps) {
  const id = useId();
  const hintId = `${id}-hint`;
  return (
    <div className="check">
      <input id={id} type="checkbox" aria-describedby={hint ? hintId : undefined} {...input} />
      <label htmlFor={id}>{label}</label>
      {hint && (
        <p id={hintId} className="field-hint">
          {hint}
        </p>
      )}
      {error && <p className="field-error">{error}</p>}
    </div>
  );
}

interface Option<Value extends string> {
  value: Value;
  text: string;
  hint?: string;
}

interface ChoicesProps<Value extends string> {
  value: Value;
  options: readonly Option<Value>[];
  onChange(value: Value): void;
}

interface SelectProps<Value extends string> extends ChoicesProps<Value> {
  label: string;
  hint?: string | undefined;
  /** For whoever leads here. */
  id?: string;
}

export function Select<Value extends string>({ label, hint, id: given, value, options, onChange }: SelectProps<Value>) {
  const own = useId();
  const id = given ?? own;
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="field-frame">
        <select
          id={id}
          value={value}
          aria-describedby={hint ? `${id}-hint` : undefined}
          onChange={(event) => {
            const chosen = options.find((option) => option.value === event.target.value);
            if (chosen) onChange(chosen.value);
          }}
        >
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.text}
            </option>
          ))}
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

/** The radio buttons of a fieldset, which the caller draws: it names the question. */
export function Radios<Value extends string>({ value, options, onChange }: ChoicesProps<Value>) {
  const name = useId();
  return options.map((option) => (
    <div key={option.value} className="check">
      <input
        id={`${name}-${option.value}`}
        type="radio"
        name={name}
        value={option.value}
        checked={option.value === value}
        aria-describedby={option.hint ? `${name}-${option.value}-hint` : undefined}
        onChange={() => onChange(option.value)}
      />
      <label htmlFor={`${name}-${option.value}`}>{option.text}</label>
      {option.hint && (
        <p id={`${name}-${option.value}-hint`} className="field-hint">
          {option.hint}
        </p>
      )}
    </div>
  ));
}
