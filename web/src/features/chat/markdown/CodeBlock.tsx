import { memo } from "react";
import { useTranslation } from "react-i18next";
import { CopyButton } from "@/components/CopyButton";
import { withVisibleDirections } from "./visible";

interface CodeBlockProps {
  text: string;
  language: string;
}

/** Code, with its language and a button that copies it. Scrolls by itself, and by the keyboard. */
export const CodeBlock = memo(function CodeBlock({ text, language }: CodeBlockProps) {
  const { t } = useTranslation("chat");
  const name = withVisibleDirections(language.slice(0, 40));
  return (
    <figure className="code-block">
      <figcaption className="code-head">
        <span className="code-language">{name || t("markdown.code")}</span>
        <CopyButton text={text} label={t("markdown.copyCode")} />
      </figcaption>
      <pre tabIndex={0} aria-label={name ? t("markdown.codeIn", { language: name }) : t("markdown.code")}>
        <code>{withVisibleDirections(text)}</code>
      </pre>
    </figure>
  );
});
