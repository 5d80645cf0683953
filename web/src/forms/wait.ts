/** The wait after too many attempts, counted down where everybody can see it. */
import { useEffect, useState } from "react";
import { type Failure, retryAfterOf } from "@/api/failure";

/** When the server takes another attempt, in milliseconds since 1970; null when it did not say, or asked for no wait. */
export function throttledUntil(failure: Failure, now: number): number | null {
  if (failure.kind !== "problem" && failure.kind !== "unexpected") return null;
  const status = failure.kind === "problem" ? failure.problem.status : failure.status;
  const seconds = retryAfterOf(failure);
  return status === 429 && seconds !== null && seconds > 0 ? now + seconds * 1000 : null;
}

export function secondsUntil(end: number, now: number): number {
  return Math.max(0, Math.ceil((end - now) / 1000));
}

export function useSecondsUntil(end: number | null): number | null {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    if (end === null) return;
    setNow(Date.now());
    const id = setInterval(() => {
      setNow(Date.now());
      if (Date.now() >= end) clearInterval(id);
    }, 250);
    return () => clearInterval(id);
  }, [end]);
  return end === null ? null : secondsUntil(end, now);
}
