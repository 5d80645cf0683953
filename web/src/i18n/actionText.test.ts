// @vitest-environment jsdom
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TimelineEvent } from "@/api/sessionTypes";
import { i18n } from ".";
import { actionText, detailText, isAlarming, knownActions } from "./actionText";

const initial = i18n.language;
beforeAll(() => i18n.changeLanguage("en"));
afterAll(() => i18n.changeLanguage(initial));

function event(change: Partial<TimelineEvent>): TimelineEvent {
  const at = "2026-01-01T00:00:00Z";
  return { id: "1", action: "login.succeeded", outcome: "ok", address: "::1", at, by: "you", ...change };
}

describe("an action", () => {
  it.each(["de", "en"])("has a text of its own in %s", async (language) => {
    await i18n.changeLanguage(language);
    const texts = knownActions.map((action) => actionText(action, i18n.t));
    for (const text of texts) expect(text).not.toMatch(/timeline|{{|\w\.\w/);
    expect(new Set(texts).size).toBe(knownActions.length);
    await i18n.changeLanguage("en");
  });

  it.each(["vault.opened", "account", "login", "constructor", "__proto__", "", "login.succeeded.twice", "<b>x</b>"])(
    "nobody knows, %j, shows its name",
    (action) => {
      expect(actionText(action, i18n.t)).toBe(action);
    },
  );
});

describe("a detail", () => {
  it.each<[TimelineEvent["detail"], string | null]>([
    [undefined, null],
    [{}, null],
    [{ device: "Firefox on Linux" }, "Firefox on Linux"],
    [{ name: "Backup script", device: "curl" }, "curl, Backup script"],
    [{ device: "", name: 7, method: null, secret: "s" }, null],
  ])("%j → %s", (detail, text) => {
    expect(detailText(detail)).toBe(text);
  });
});

describe("what to look at twice", () => {
  it.each<[Partial<TimelineEvent>, boolean]>([
    [{}, false],
    [{ action: "password.refused", outcome: "refused" }, false], // one's own slip
    [{ action: "login.refused", outcome: "refused", by: "nobody" }, true],
    [{ action: "refresh.reused", by: "system" }, true],
    [{ action: "factor.recovery_used" }, true],
    [{ action: "user.promoted", by: "administrator" }, false],
  ])("%j: %s", (change, alarming) => {
    expect(isAlarming(event(change))).toBe(alarming);
  });
});
