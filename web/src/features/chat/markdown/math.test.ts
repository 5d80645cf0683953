import { expect, it } from "vitest";
import { effort } from "../testing/effort";
import { withOneKindOfMath } from "./math";

it.each([
  ["nothing", "nothing"],
  ["$x^2$ and \\(y\\)", "$$x^2$$ and $$y$$"],
  ["\\( a + b \\)", "$$a + b$$"],
  ["\\[\na\n\\]", "\n$$\na\n$$\n"],
  ["$$a$$", "$$a$$"],
  ["$$\na\n$$", "$$\na\n$$"],
  ["from $5 to $10", "from $5 to $10"],
  ["$5–$10", "$5–$10"],
  ["US$, A$ and C$", "US$, A$ and C$"],
  ["5$ and 6$", "5$ and 6$"],
  ["costs \\$5 and $x$", "costs \\$5 and $$x$$"],
  ["`$x$` and ``a ` $y$`` and $z$", "`$x$` and ``a ` $y$`` and $$z$$"],
  ["` alone, $x$", "` alone, $$x$$"],
  ["($x$), „$y$“", "($$x$$), „$$y$$“"],
])("%j → %j", (markdown, out) => {
  expect(withOneKindOfMath(markdown)).toBe(out);
});

it.each([
  ["dollars", "$".repeat(200_000)],
  ["prices", "$5 ".repeat(60_000)],
  ["openings", "\\(".repeat(100_000)],
  ["brackets", "\\[".repeat(20_000)],
  ["backticks of all lengths", Array.from({ length: 600 }, (_, length) => `${"`".repeat(length + 1)} $a$`).join("")],
])("is quick with many %s", (_, markdown) => {
  expect(effort(() => withOneKindOfMath(markdown))).toBeLessThan(2000);
});
