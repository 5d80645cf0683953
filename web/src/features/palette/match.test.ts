import { expect, it } from "vitest";
import { fit, fitting } from "./match";

it.each([
  ["", "Sessions", "", 0],
  ["se", "Sessions", "", 0],
  ["SES", "Sessions", "", 0],
  ["step", "Second step", "", 1],
  ["sec st", "Second step", "", 1],
  ["uber", "Über", "", 0],
  ["über", "Über", "", 0],
  ["btc", "BTCUSDT 1H", "", 0],
  ["usdt", "BTCUSDT 1H", "", 3],
  ["dark", "Darstellung", "dark night", 3],
  ["x", "Sessions", "", null],
  ["se x", "Sessions", "", null],
])("%j in %j (%j): %j", (wanted, name, also, how) => {
  expect(fit(wanted, name, also)).toBe(how);
});

it("the best comes first, equals stay as they stood, and no more than wanted", () => {
  const things = ["Your sessions", "Sessions", "Settings", "Sea"].map((name) => ({ name }));
  expect(fitting("se", things, 3).map(({ name }) => name)).toEqual(["Sessions", "Settings", "Sea"]);
  expect(fitting("ses", things).map(({ name }) => name)).toEqual(["Sessions", "Your sessions"]);
});
