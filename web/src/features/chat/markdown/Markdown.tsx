/**
 * An answer, drawn block by block. Its Markdown comes from outside: no HTML of it is ever made (react-markdown shows tags as text),
 * pictures are not fetched, links lead out or nowhere. A block that is too large or too tangled to be drawn quickly is shown as it
 * was written.
 */
import { type ComponentProps, memo, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import ReactMarkdown, { type Components } from "react-markdown";
import remarkGfm from "remark-gfm";
import remarkMath from "remark-math";
import { type Block, blocksOf } from "./blocks";
import { CodeBlock } from "./CodeBlock";
import { Formula } from "./Formula";
import { safeAddress } from "./links";
import { withOneKindOfMath } from "./math";
import { isTooMuch } from "./tooMuch";
import { withVisibleDirections } from "./visible";

interface MarkdownProps {
  text: string;
}

export const Markdown = memo(function Markdown({ text }: MarkdownProps) {
  return (
    <div className="markdown">
      {blocksOf(text).map((block, index) => (
        // Blocks never move while an answer grows.
        <OneBlock key={index} {...block} />
      ))}
    </div>
  );
});

/** Drawn again only when it changed: its parts are plain values. */
const OneBlock = memo(function OneBlock(block: Block) {
  if (block.kind === "code") return <CodeBlock text={block.text} language={block.language} />;
  if (isTooMuch(block.text)) return <div className="markdown-plain">{withVisibleDirections(block.text)}</div>;
  return (
    <ReactMarkdown remarkPlugins={plugins} components={components} urlTransform={addressOf}>
      {withOneKindOfMath(block.text)}
    </ReactMarkdown>
  );
});

const plugins: ComponentProps<typeof ReactMarkdown>["remarkPlugins"] = [
  [remarkGfm, { singleTilde: false }],
  [remarkMath, { singleDollarTextMath: false }],
];

function addressOf(raw: string, key: string): string | null {
  // Links within the answer: the parser makes them for footnotes.
  if (key === "href" && /^#user-content-fn/.test(raw)) return raw;
  return safeAddress(raw);
}

const components: Components = {
  a: ({ href, children, ...rest }) => (
    <OutLink href={href} label={(rest as { "aria-label"?: string })["aria-label"]}>
      {children}
    </OutLink>
  ),
  img: ({ src, alt }) => <Picture src={src} alt={alt} />,
  pre: ({ children }) => <>{children}</>,
  code: ({ className = "", children }) => {
    const text = String(children ?? "");
    if (className.includes("math-display")) return <Formula source={text} display />;
    if (className.includes("math-inline")) return <Formula source={text} />;
    // The parser ends every block of code with a line break, and no code in a line.
    if (!text.endsWith("\n")) return <code>{withVisibleDirections(text)}</code>;
    return <CodeBlock text={text.slice(0, -1)} language={/language-(\S+)/.exec(className)?.[1] ?? ""} />;
  },
  // Without the names that the parser gives to footnotes: other messages have the same.
  li: ({ className, children }) => <li className={className}>{children}</li>,
  input: ({ checked }) => <Task done={checked === true} />,
  table: ({ children }) => (
    <div className="markdown-table" tabIndex={0} role="group">
      <table>{children}</table>
    </div>
  ),
  // The title of the conversation stands above them.
  h1: ({ children }) => <h2>{children}</h2>,
  h2: ({ children }) => <h3>{children}</h3>,
  h3: ({ children }) => <h4>{children}</h4>,
  h4: ({ children }) => <h5>{children}</h5>,
  h5: ({ children }) => <h6>{children}</h6>,
  h6: ({ children }) => <h6>{children}</h6>,
};

interface OutLinkProps {
  href: unknown;
  label?: string | undefined;
  children: ReactNode;
}

function OutLink({ href, label, children }: OutLinkProps) {
  const { t } = useTranslation();
  // Footnotes of other messages have the same names; a jump could end anywhere.
  if (typeof href !== "string" || href === "" || href.startsWith("#")) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noreferrer noopener" title={href} aria-label={label}>
      {children}
      <span className="visually-hidden"> {t("app.opensNewTab")}</span>
    </a>
  );
}

/** An entry of a list of tasks. Nobody can press it. */
function Task({ done }: { done: boolean }) {
  const { t } = useTranslation("chat");
  return (
    <span role="img" aria-label={t(done ? "markdown.done" : "markdown.open")} className="markdown-task">
      {done ? "☑" : "☐"}
    </span>
  );
}

/** A picture is an address that somebody else may have written: asking for it would tell them who reads. */
function Picture({ src, alt }: { src: unknown; alt: string | undefined }) {
  const { t } = useTranslation("chat");
  return <OutLink href={src}>{t("markdown.picture", { name: alt || (typeof src === "string" ? src : "") })}</OutLink>;
}
