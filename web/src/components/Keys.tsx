/** Keys as they stand on the keyboard: those that are held together side by side, those that follow each other with a word between. */
import { Fragment } from "react";
import { useTranslation } from "react-i18next";
import { keysOf, type shortcuts, type ShortcutScope } from "@/app/shortcuts";

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);

export function Keys({ of }: { of: (typeof shortcuts)[ShortcutScope][number] }) {
  const { t } = useTranslation("desk");
  const keys = keysOf(of);
  const inTurn = "after" in of.presses[0];
  return (
    <span className="keys">
      {keys.map((key, place) => (
        <Fragment key={key}>
          {place > 0 && (inTurn ? <span className="keys-then"> {t("keys.then")} </span> : " ")}
          <kbd>{isNamed(key) ? (key === "Mod" && isApple ? "⌘" : t(`keys.names.${key}`)) : key.toUpperCase()}</kbd>
        </Fragment>
      ))}
    </span>
  );
}

const named = [
  "Mod",
  "Shift",
  "ArrowLeft",
  "ArrowRight",
  "Home",
  "End",
  "PageUp",
  "PageDown",
  "Escape",
  "Enter",
] as const;

function isNamed(key: string): key is (typeof named)[number] {
  return (named as readonly string[]).includes(key);
}
