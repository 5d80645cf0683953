// @vitest-environment jsdom
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HttpRequest } from "@/api/http";
import type { Preferences } from "@/api/types";
import { queryClient } from "@/app/queryClient";
import { useTheme } from "@/app/theme";
import { useAuth } from "@/features/account/authStore";
import { client } from "@/features/account/session";
import { discardEverything } from "@/features/account/session/discard";
import { sessionOf } from "@/features/account/session/testing";
import { i18n } from "@/i18n";
import { useTimeZone } from "@/i18n/timeZone";
import { applyPreferences, noteChoice } from "./preferences";
import { settingsKeys } from "./queries";
import { timeZones } from "./timeZones";

const system: Preferences = { language: "system", theme: "system", time_zone: "system" };
let sent: HttpRequest[] = [];
let fails = false;

client.defaults.adapter = async (config) => {
  sent.push(config);
  if (fails) throw new Error("no network");
  const stored = queryClient.getQueryData<Preferences>(settingsKeys.preferences);
  const data = { ...stored, ...JSON.parse(String(config.data)) };
  return { status: 200, data, headers: new Headers() };
};

beforeEach(async () => {
  sent = [];
  fails = false;
  await i18n.changeLanguage("en");
  useTheme.getState().setTheme("system");
  useAuth.setState({ state: { phase: "in", session: sessionOf("ann", 1, Date.now()) } });
});
afterEach(() => discardEverything());

describe("the account's preferences", () => {
  it("hold on this device", async () => {
    applyPreferences({ language: "de", theme: "dark", time_zone: "Asia/Tokyo" });
    await expect.poll(() => i18n.language).toBe("de");
    expect(useTheme.getState().theme).toBe("dark");
    expect(useTimeZone.getState().timeZone).toBe("Asia/Tokyo");
  });

  it("leave a device to itself where they say nothing", () => {
    useTheme.getState().setTheme("dark");
    applyPreferences(system);
    expect(i18n.language).toBe("en");
    expect(useTheme.getState().theme).toBe("dark");
    expect(useTimeZone.getState().timeZone).toBeUndefined();
  });

  it("name a zone that this browser does not know: then the computer's holds, and the choice is still offered", () => {
    applyPreferences({ ...system, time_zone: "Mars/Olympus_Mons" });
    expect(useTimeZone.getState().timeZone).toBeUndefined();
    expect(timeZones("Mars/Olympus_Mons")[0]).toBe("Mars/Olympus_Mons");
    expect(timeZones("system")).toEqual(timeZones("Europe/Berlin"));
  });

  it("of one user do not reach the next", () => {
    applyPreferences({ ...system, time_zone: "Asia/Tokyo" });
    discardEverything();
    expect(useTimeZone.getState().timeZone).toBeUndefined();
  });
});

describe("a choice below the page", () => {
  it("is told to the account only where the account decides", async () => {
    queryClient.setQueryData(settingsKeys.preferences, { ...system, theme: "light" } satisfies Preferences);
    await noteChoice({ language: "de" });
    expect(sent).toHaveLength(0);
    await noteChoice({ theme: "dark" });
    expect(sent.map(({ url, data }) => [url, data])).toEqual([["/settings/preferences", '{"theme":"dark"}']]);
    expect(queryClient.getQueryData<Preferences>(settingsKeys.preferences)?.theme).toBe("dark");
  });

  it("of somebody who is not signed in is the device's own", async () => {
    queryClient.clear();
    await noteChoice({ theme: "dark" });
    expect(sent).toHaveLength(0);
  });

  it("that cannot be told holds on this page", async () => {
    fails = true;
    queryClient.setQueryData(settingsKeys.preferences, { ...system, theme: "light" } satisfies Preferences);
    await expect(noteChoice({ theme: "dark" })).resolves.toBeUndefined();
  });
});
