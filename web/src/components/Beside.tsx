/** Two things at once: beside each other where there is room, otherwise one of them, chosen by tabs. Both stay drawn. */
import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { classes } from "./classes";
import { useMedia } from "./useMedia";

interface Part {
  name: string;
  content: ReactNode;
}

interface BesideProps {
  label: string;
  first: Part;
  /** Null: the first has all the room. */
  second: Part | null;
  /** Where only one can be seen. */
  shown: "first" | "second";
  onShow(part: "first" | "second"): void;
  className?: string;
}

export function Beside({ label, first, second, shown, onShow, className }: BesideProps) {
  const id = useId();
  const tabs = useRef<HTMLDivElement>(null);
  const wide = useMedia("(min-width: 80rem)");
  const both = wide || second === null;
  const isTabs = !both;
  const isOpen = second !== null;
  const firstPanel = useRef<HTMLDivElement>(null);
  const before = useRef({ shown, isOpen });
  /** What was pressed to open the second part. */
  const opener = useRef<HTMLElement | null>(null);

  // What had the focus may be hidden now, or gone: reading goes on at what is shown instead.
  useLayoutEffect(() => {
    const was = before.current;
    before.current = { shown, isOpen };
    if (was.isOpen === isOpen && was.shown === shown) return;
    const here = document.activeElement;
    if (isOpen && !was.isOpen) opener.current = here instanceof HTMLElement && here !== document.body ? here : null;
    const isLost = here === null || here === document.body || here.closest("[hidden]") !== null;
    if (!isLost) return;
    if (isOpen) tabs.current?.querySelector<HTMLElement>(`[data-part="${shown}"]`)?.focus();
    else if (was.isOpen) (opener.current?.isConnected ? opener.current : firstPanel.current)?.focus();
  }, [shown, isOpen]);

  const parts = [{ key: "first" as const, part: first }, ...(second ? [{ key: "second" as const, part: second }] : [])];

  function onKeyDown(event: KeyboardEvent) {
    if (!["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    const next =
      event.key === "Home" ? "first" : event.key === "End" ? "second" : shown === "first" ? "second" : "first";
    onShow(next);
    tabs.current?.querySelector<HTMLElement>(`[data-part="${next}"]`)?.focus();
  }

  return (
    <div className={classes("beside", className)} data-both={both && second !== null ? "" : undefined}>
      {isTabs && (
        <div ref={tabs} role="tablist" aria-label={label} className="beside-tabs" onKeyDown={onKeyDown}>
          {parts.map(({ key, part }) => (
            <button
              key={key}
              type="button"
              role="tab"
              id={`${id}-${key}`}
              data-part={key}
              className="beside-tab"
              aria-selected={shown === key}
              aria-controls={`${id}-${key}-panel`}
              tabIndex={shown === key ? 0 : -1}
              onClick={() => onShow(key)}
            >
              {part.name}
            </button>
          ))}
        </div>
      )}
      {parts.map(({ key, part }) => (
        <div
          key={key}
          id={`${id}-${key}-panel`}
          ref={key === "first" ? firstPanel : undefined}
          tabIndex={-1}
          className={`beside-part beside-${key}`}
          hidden={isTabs && shown !== key}
          role={isTabs ? "tabpanel" : undefined}
          aria-labelledby={isTabs ? `${id}-${key}` : undefined}
        >
          {part.content}
        </div>
      ))}
    </div>
  );
}
