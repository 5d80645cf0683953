/**
 * Every place of the desk that one can go to, once. The header, the account menu, the sections beside the pages, the command palette
 * and the keys are made of these lists; the paths are also those of router.tsx.
 */
import { accountSections } from "@/features/account/sections";
import { settingsSections } from "@/features/settings/sections";
import { aboutPath, adminHome, chartsHome, chatHome, startPath } from "./paths";
import type { ShortcutId } from "./shortcuts";

/** In the header, and the first of the palette. `whole`: the pages below belong to somebody else; `short`: where there is little room. */
export const areas = [
  { path: startPath, text: "app.start", short: null, whole: true, key: "goStart" },
  { path: chatHome, text: "app.chat", short: "app.chatShort", whole: false, key: "goChat" },
  { path: chartsHome, text: "app.charts", short: null, whole: false, key: "goCharts" },
] as const satisfies readonly {
  path: string;
  text: string;
  short: string | null;
  whole: boolean;
  key: ShortcutId<"page">;
}[];

/** In the account menu. */
export const menuPlaces = [
  { path: accountSections[0].path, text: "account.menuItem", adminsOnly: false },
  { path: settingsSections[0].path, text: "settings.menuItem", adminsOnly: false },
  { path: adminHome, text: "app.administration", adminsOnly: true },
] as const;

/** In the palette, by the area that they are a section of; null: of none. */
export const places = [
  ...areas.map(({ path, text }) => ({ path, text, area: null, adminsOnly: false }) as const),
  ...accountSections.map(({ path, text }) => ({ path, text, area: "account.menuItem", adminsOnly: false }) as const),
  ...settingsSections.map(({ path, text }) => ({ path, text, area: "settings.menuItem", adminsOnly: false }) as const),
  { path: adminHome, text: "app.administration", area: null, adminsOnly: true },
  { path: aboutPath, text: "app.about", area: null, adminsOnly: false },
] as const;
