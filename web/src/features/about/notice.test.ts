import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { tradingViewNotice } from "./notice";

it("the page shows the notice that the program carries", () => {
  const notice = readFileSync(join(import.meta.dirname, "../../../../NOTICE"), "utf8");
  expect(notice).toContain(tradingViewNotice.join("\n"));
});
