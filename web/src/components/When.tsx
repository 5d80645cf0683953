import { useEffect, useState } from "react";
import { useFormat } from "@/i18n/useFormat";

/** A point in time, first as people say it, then exactly. Counts on by itself. */
export function When({ at }: { at: string }) {
  const format = useFormat();
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    const id = setInterval(() => setNow(Date.now()), 30_000);
    return () => clearInterval(id);
  }, []);
  return (
    <time dateTime={at}>
      {format.relative(at, now)} <span className="when-exact">({format.dateTime(at)})</span>
    </time>
  );
}
