/**
 * KaTeX with its styles and fonts, in one piece that is fetched when it is needed. Elements are made from its tree, not from its
 * text: the Content-Security-Policy lets nobody write style attributes, but it does let a script set styles. The few that KaTeX
 * would write as attributes are set by hand.
 */
import "katex/dist/katex.min.css";
import katex, { type KatexOptions } from "katex";

interface TreeNode {
  attributes?: Record<string, string>;
  children?: TreeNode[];
  toNode(): Node;
}

interface TreeMaker {
  __renderToDomTree(source: string, options: KatexOptions): TreeNode;
}

/** Throws where it is no formula. */
export function elementOf(source: string, displayMode: boolean): DocumentFragment {
  const tree = (katex as unknown as TreeMaker).__renderToDomTree(source, {
    displayMode,
    throwOnError: true,
    strict: "ignore",
    // No \href, \includegraphics, \htmlStyle.
    trust: false,
    // No box that covers the page, no macro that never ends.
    maxSize: 40,
    maxExpand: 200,
  });
  setAside(tree);
  const made = document.createDocumentFragment();
  made.append(tree.toNode());
  for (const element of made.querySelectorAll(`[${aside}]`)) {
    // Elements of MathML have styles in browsers, but not in their types.
    const { style } = element as Partial<ElementCSSInlineStyle>;
    if (style) style.cssText = element.getAttribute(aside) ?? "";
    element.removeAttribute(aside);
  }
  return made;
}

const aside = "data-style";

function setAside(node: TreeNode): void {
  const style = node.attributes?.style;
  if (node.attributes && style !== undefined) {
    node.attributes[aside] = style;
    delete node.attributes.style;
  }
  for (const child of node.children ?? []) setAside(child);
}
