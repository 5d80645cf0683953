/** Before the first message: what a model can do here, and questions to begin with. */
import { useTranslation } from "react-i18next";

const examples = ["week", "chart", "explain"] as const;

export function Examples({ onChoose }: { onChoose(text: string): void }) {
  const { t } = useTranslation("chat");
  return (
    <>
      <p className="mt-3">{t("new.can")}</p>
      <ul className="chat-examples">
        {examples.map((name) => (
          <li key={name}>
            <button type="button" onClick={() => onChoose(t(`new.examples.${name}`))}>
              {t(`new.examples.${name}`)}
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}
