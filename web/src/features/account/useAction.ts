import { useState } from "react";
import type { TFunction } from "i18next";
import { useTranslation } from "react-i18next";
import { type Failure, failureOf } from "@/api/failure";
import { failureText } from "@/i18n/problemText";

/** One press, one call: what goes on, and what went wrong, as `say` puts it. A press meanwhile does nothing. */
export function useAction<Given extends unknown[] = []>(
  act: (...given: Given) => Promise<void>,
  say: (failure: Failure, t: TFunction) => string = failureText,
) {
  const { t } = useTranslation();
  const [pending, setPending] = useState(false);
  const [failure, setFailure] = useState<Failure | null>(null);

  async function go(...given: Given) {
    if (pending) return;
    setPending(true);
    setFailure(null);
    try {
      await act(...given);
    } catch (error) {
      setFailure(failureOf(error));
    } finally {
      setPending(false);
    }
  }

  return {
    pending,
    message: failure ? say(failure, t) : null,
    run: (...given: Given) => void go(...given),
  };
}
