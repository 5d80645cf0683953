/** A formula, set by KaTeX, which is fetched when the first one is met. */
import { memo, useEffect, useRef, useState } from "react";

interface FormulaProps {
  source: string;
  display?: boolean;
}

const longest = 4000;

export const Formula = memo(function Formula({ source, display = false }: FormulaProps) {
  const place = useRef<HTMLSpanElement>(null);
  /** Until it is set, and where it cannot be: as it was written. */
  const [asWritten, setAsWritten] = useState(true);

  useEffect(() => {
    let wanted = true;
    void setFormula(source, display).then((formula) => {
      if (!wanted) return;
      setAsWritten(formula === null);
      place.current?.replaceChildren(...(formula ? [formula] : []));
    });
    return () => {
      wanted = false;
    };
  }, [source, display]);

  return (
    <span className={display ? "formula formula-display" : "formula"} {...(display && { tabIndex: 0, role: "group" })}>
      {asWritten && <code>{source}</code>}
      <span ref={place} />
    </span>
  );
});

async function setFormula(source: string, display: boolean): Promise<Node | null> {
  if (source.length > longest) return null;
  try {
    return (await import("./katex")).elementOf(source, display);
  } catch {
    // Not a formula after all, or not finished yet.
    return null;
  }
}
