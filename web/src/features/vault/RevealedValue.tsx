import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import type { RevealedSecret } from "@/api/types";
import { Button } from "@/components/Button";
import { CopyButton } from "@/components/CopyButton";
import { Notice } from "@/components/Notice";
import { useFocusOnMount } from "@/components/useFocusOnMount";
import { useSecondsUntil } from "@/forms/wait";

/** Milliseconds: long enough to copy it, too short to be forgotten on the screen. */
const shownFor = 30_000;

interface RevealedValueProps {
  secret: RevealedSecret;
  onHide(): void;
}

/** A value in the open. It stands in this component's properties alone and goes with it. */
export function RevealedValue({ secret, onHide }: RevealedValueProps) {
  const { t } = useTranslation();
  const notice = useFocusOnMount<HTMLDivElement>();
  const [end] = useState(() => Date.now() + shownFor);
  const secondsLeft = useSecondsUntil(end) ?? 0;
  const over = secondsLeft === 0;

  useEffect(() => {
    if (over) onHide();
  }, [over]);

  return (
    <Notice tone="info" ref={notice}>
      {/* Read out once; the count is for the eyes. */}
      <p className="visually-hidden">{t("secrets.revealed", { name: secret.name, version: secret.version })}</p>
      <pre className="secret secret-value" tabIndex={0} aria-label={t("secrets.value")} role="region">
        {secret.value}
      </pre>
      <p className="row-text mt-2" aria-hidden="true">
        {t("secrets.hidesIn", { count: secondsLeft })}
      </p>
      <div className="actions mt-4">
        <CopyButton text={secret.value} label={t("secrets.copy")} />
        <Button onClick={onHide}>{t("secrets.hide")}</Button>
      </div>
    </Notice>
  );
}
