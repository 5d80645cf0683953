/**
 * For tests, of the renderer and of the whole page in a browser: answers that are attacks (OWASP's filter evasion, CommonMark's corners,
 * CVE-2026-23733, CVE-2025-64496, CVE-2021-42574), by what is in them.
 */

/** What would do something, or lead somewhere, where Markdown becomes HTML. */
export const hostile: Record<string, string> = {
  script: "<script>window.hit = 1</script>",
  "script in a block": "<div>\n<script>window.hit = 1</script>\n</div>\n\n<script\n>window.hit = 1</script>",
  handlers: '<img src=x onerror="window.hit = 1"> <svg/onload=window.hit=1> <b onclick="window.hit=1">b</b>',
  frames: '<iframe src="javascript:window.hit=1"></iframe><object data="x"></object><embed src="x">',
  "styles and bases": '<style>*{display:none}</style><base href="https://evil.example/"><link rel=stylesheet href=x>',
  forms: '<form action="https://evil.example"><input name=p><button>x</button></form>',
  comment: "<!-- --><script>window.hit=1</script> <![CDATA[<script>window.hit=1</script>]]>",
  "javascript links": "[a](javascript:window.hit=1) [b](JaVaScRiPt:window.hit=1) [c](java&#10;script:window.hit=1)",
  "encoded links": "[a](javascript&colon;window.hit=1) [b](&#106;avascript:window.hit=1) [c](\\javascript:x)",
  "data links": "[a](data:text/html,<script>window.hit=1</script>) [b](vbscript:x) [c](file:///etc/passwd)",
  autolinks: "<javascript:window.hit=1> <data:text/html,x> www.example.com javascript:window.hit=1",
  references: "[a]\n\n[a]: javascript:window.hit=1\n\n![b]\n\n[b]: javascript:window.hit=1",
  footnotes: "a[^1]\n\n[^1]: <script>window.hit=1</script> [x](javascript:window.hit=1)",
  "links of ours": "[log out](/account/leave) [x](//evil.example) [y](#main)",
  "a title": '[a](https://example.com "x\\" onmouseover=\\"window.hit=1")',
  pictures: '![a](javascript:window.hit=1) ![b](https://evil.example/a.png"onerror="window.hit=1)',
  "a language": '```"><script>window.hit=1</script>\nx\n```\n```js onload=x\ny\n```',
  "tables of tags": "| <script>window.hit=1</script> |\n|---|\n| [a](javascript:window.hit=1) |",
  formulas:
    "$\\href{javascript:window.hit=1}{x}$ $\\htmlStyle{color:red}{x}$ $\\includegraphics{https://evil.example/a.png}$",
  "unclosed fence": "```js\n<script>window.hit=1</script>",
  "unclosed everything": "**a _b `c [d](e | ~~f <g $h \\(i \\[j",
  "unclosed tag": "<img src=x onerror=window.hit=1 <svg onload=window.hit=1 <a href=javascript:window.hit=1 ",
  "meta and template": '<meta http-equiv=refresh content="0;url=https://evil.example"><template><img src=x></template>',
  "foreign elements":
    "<svg><script>window.hit=1</script></svg><math><mtext><style><img src=x onerror=window.hit=1></style></mtext></math>",
  "a link around a picture":
    "[![a](javascript:window.hit=1)](javascript:window.hit=1) [![b](https://evil.example/b.png)](data:text/html,x)",
  "blanks in links":
    "[a](<java\tscript:window.hit=1>) [b](< javascript:window.hit=1>) [c](&#x6A;avascript&#58;window.hit=1) [d](%6aavascript:window.hit=1)",
  "other ways out":
    "[a](blob:https://evil.example/x) [b](view-source:https://evil.example) [c](intent:x) [d](ms-word:x) [e](\\\\evil.example\\x)",
  "code on a line": "`<script>window.hit=1</script>` `<img src=x onerror=window.hit=1>`",
  "directions turned around":
    "[\u202Emoc.elpmaxe\u202C](https://evil.example) \u2067a\u2066b `\u202E/* x */\u2066`\n\n```\n\u202E if (x) \u2069\n```",
  controls: "a\u0000b\u202Ec\u2066d\u001b[31m [x](\u0000javascript:window.hit=1)",
};

/** What would keep a parser or a browser busy. */
export const heavy: Record<string, string> = {
  "a megabyte of backticks": "`".repeat(1_000_000),
  "backticks of all lengths": Array.from({ length: 300 }, (_, length) => "`".repeat(length + 1)).join(" a "),
  "a megabyte of text": "word ".repeat(200_000),
  "a megabyte of code": `\`\`\`\n${"x = 1\n".repeat(160_000)}`,
  "quotes in quotes": `${">".repeat(10_000)} a`,
  "lists in lists": Array.from({ length: 2_000 }, (_, depth) => `${"  ".repeat(depth)}- a`).join("\n"),
  "entries on one line": `${"- ".repeat(10_000)}a`,
  brackets: "[".repeat(50_000),
  "brackets in pairs": "[a](".repeat(10_000),
  stars: "*a **b ".repeat(10_000),
  underscores: "_".repeat(60_000),
  tags: "<a ".repeat(20_000),
  ampersands: "&".repeat(50_000),
  dollars: "$a $".repeat(15_000),
  "links just under": "[a](".repeat(1_300),
  "pictures in pictures": `${"![".repeat(1_300)}a${"](b)".repeat(1_300)}`,
  "emphasis in emphasis": `${"*a **b _c ".repeat(600)}${"c_ b** a* ".repeat(600)}`,
  "emphasis between brackets": `${"(*(**(_(".repeat(600)}a${")_)**)*)".repeat(600)}`,
  "emphasis under what looks like a table": `a\n---\n${`${"[a](".repeat(900)}\n`.repeat(17)}`,
  "emphasis in a table": `| a |\n|---|\n${`| ${"*a **b ".repeat(500)}|\n`.repeat(17)}`,
  "a table that is filled up": `|${"a|".repeat(900)}\n|${"-|".repeat(900)}\n${"|b\n".repeat(2_900)}`,
  "the same in a quote, behind some text": `a\n> |${"a|".repeat(900)}\n> |${"-|".repeat(900)}\n${"> |b\n".repeat(2_900)}`,
  "rows of one cell": `| a |\n|---|\n${"| b |\n".repeat(8_000)}`,
  addresses: "www.a http://b.example c@d.example ".repeat(1_800),
  entries: "- a\n".repeat(16_000),
  headings: "# a\n".repeat(12_000),
  "footnotes in footnotes": `${Array.from({ length: 900 }, (_, at) => `[^${at}]: [^${at + 1}]`).join("\n")}\n\n[^0]`,
  "one line without a blank": "a".repeat(1_000_000),
  "overrides of the direction": "\u202e\u2066a".repeat(20_000),
  "accents on one letter": `a${"\u0301".repeat(60_000)}`,
  "a large table": `| a | b | c | d |\n|---|---|---|---|\n${"| 1 | 2 | 3 | 4 |\n".repeat(500)}`,
  "a wide table": `${"| a ".repeat(500)}|\n${"|---".repeat(500)}|\n`,
  "many blocks": "a\n\n".repeat(2_000),
  "a formula that grows": `$${"\\def\\a{\\a\\a}\\a".repeat(3)}$`,
};
