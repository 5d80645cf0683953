/** Search and commands: a combobox whose list says where one can go and what one can do. */
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { failureOf } from "@/api/failure";
import { Dialog } from "@/components/Dialog";
import { Keys } from "@/components/Keys";
import { SearchSign } from "@/components/SearchSign";
import { Notice } from "@/components/Notice";
import { failureText } from "@/i18n/problemText";
import { type Result, useResults } from "./useResults";

export function Palette({ onClose }: { onClose(): void }) {
  const { t } = useTranslation("desk");
  const { t: tAll } = useTranslation();
  const id = useId();
  const [typed, setTyped] = useState("");
  // Of the thing, not of its place: more may be found above it.
  const [active, setActive] = useState<string | null>(null);
  const [failure, setFailure] = useState<string | null>(null);
  const [preparing, setPreparing] = useState(false);
  const chosen = useRef<(() => unknown) | null>(null);
  const list = useRef<HTMLDivElement>(null);
  const { groups, searching, failed } = useResults(typed);

  const all = groups.flatMap(({ results }) => results);
  const at = Math.max(
    0,
    all.findIndex((result) => result.id === active),
  );
  const optionId = (result: Result) => `${id}-${result.id}`;

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at, all.length]);

  async function choose(result: Result | undefined): Promise<void> {
    if (!result || preparing) return;
    setFailure(null);
    try {
      setPreparing(true);
      chosen.current = result.prepare ? await result.prepare() : () => result.act();
      // The page that comes takes the focus, once it is not held here any more.
      onClose();
    } catch (error) {
      setFailure(failureText(failureOf(error), tAll));
      setPreparing(false);
    }
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 6, PageUp: -6 };
    const step = steps[event.key];
    if (step !== undefined) {
      event.preventDefault();
      const next = at + step;
      // By single steps the end leads to the beginning.
      const place =
        Math.abs(step) === 1 ? (next + all.length) % all.length : Math.min(all.length - 1, Math.max(0, next));
      setActive(all[place]?.id ?? null);
    } else if (event.key === "Enter") {
      event.preventDefault();
      void choose(all[at]);
    }
  }

  return (
    <Dialog
      title={t("palette.title")}
      description={t("palette.description")}
      quiet
      className="palette"
      initialFocus="input[role=combobox]"
      onDismiss={onClose}
      onClosed={() => chosen.current?.()}
    >
      <div className="palette-field">
        <SearchSign />
        <input
          role="combobox"
          type="text"
          aria-label={t("palette.field")}
          placeholder={t("palette.placeholder")}
          autoComplete="off"
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="go"
          maxLength={200}
          value={typed}
          aria-expanded={all.length > 0}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={all[at] ? optionId(all[at]) : undefined}
          onChange={({ target }) => {
            setTyped(target.value);
            setActive(null);
            setFailure(null);
          }}
          onKeyDown={onKeyDown}
        />
        <button type="button" className="palette-close" onClick={onClose}>
          {t("palette.close")}
        </button>
      </div>
      <p role="status" className="visually-hidden">
        {searching || preparing
          ? t("palette.searching")
          : all.length > 0
            ? t("palette.found", { count: all.length })
            : ""}
      </p>
      {failure !== null && (
        <div className="palette-failure">
          <Notice tone="error">{failure}</Notice>
        </div>
      )}
      <div ref={list} id={`${id}-list`} role="listbox" aria-label={t("palette.results")} className="palette-list">
        {groups.map(({ group, results }) => (
          <div key={group} role="group" aria-labelledby={`${id}-${group}`}>
            <p id={`${id}-${group}`} role="presentation" className="palette-group">
              {t(`palette.groups.${group}`)}
            </p>
            {results.map((result) => (
              // The keys are those of the field above.
              <div
                key={result.id}
                id={optionId(result)}
                role="option"
                aria-selected={result === all[at]}
                lang={result.lang}
                className="palette-row"
                onPointerMove={() => setActive(result.id)}
                onPointerDown={(event) => event.preventDefault()}
                onClick={() => void choose(result)}
              >
                <span className="palette-name">{result.name}</span>
                {result.about && <span className="palette-about">{result.about}</span>}
                {result.keys && <Keys of={result.keys} />}
              </div>
            ))}
          </div>
        ))}
      </div>
      {all.length === 0 && (
        <div className="palette-none">
          {searching ? (
            <p>{t("palette.searching")}</p>
          ) : (
            <>
              <p className="font-semibold">{t("palette.none")}</p>
              <p className="text-muted">{t("palette.noneNext")}</p>
            </>
          )}
        </div>
      )}
      {failed.length > 0 && (
        <p role="status" className="palette-failed">
          {t("palette.failed", { what: failed.map((group) => t(`palette.groups.${group}`)).join(", ") })}
        </p>
      )}
    </Dialog>
  );
}
