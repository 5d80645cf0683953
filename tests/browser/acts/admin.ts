/** What administrators see. */
import { expect } from "vitest";
import { choose, confirmed, press, says, shown, type } from "../support/acts";
import { outOfReach } from "../support/keyboard";
import { boss, type Rows } from "./row";

export const adminRows: Rows = {
  UsersPage: {
    path: "/admin/users",
    title: "Users",
    who: "boss",
    act: async (page) => {
      await press(page, "Invite somebody");
      await type(page, "E-mail address", "dora@example.com");
      await page.keyboard.press("Enter");
      await page.getByRole("textbox", { name: "One-time link" }).waitFor();
      await press(page, "I have kept it");
      await type(page, "Search by address", "dora");
      await expect.poll(() => page.getByRole("row").count()).toBe(2);
      await press(page, "dora@example.com");
      await shown(page, "dora@example.com");
    },
  },
  UserPage: {
    path: "/admin/users",
    title: "Users",
    who: "boss",
    given: async (_page, _person, desk) => desk.server.createAccount("emil@example.com", "emil of the north sea"),
    act: async (page) => {
      await press(page, "emil@example.com");
      await shown(page, "emil@example.com");
      expect(await outOfReach(page)).toEqual([]);
      await confirmed(page, /^Deactivate: /, "Deactivate");
      await says(page, "The account is deactivated.");
      await confirmed(page, /^Activate: /, "Activate");
      await says(page, "The account is active.");
      await press(page, /^Account menu/);
      await choose(page, "Administration");
      await shown(page, "Users");
    },
  },
  PolicyPage: {
    path: "/admin/policy",
    title: "Rules",
    who: "boss",
    act: async (page) => {
      await type(page, "Shortest password", "9");
      await press(page, "Save the rules");
      await says(page, "The rules are saved.");
    },
  },
  AuditPage: {
    path: "/admin/audit",
    title: "Audit log",
    who: "boss",
    act: async (page) => {
      await page.getByRole("row").nth(1).waitFor();
      await type(page, "Done by", boss.email);
      await page.waitForURL(/actor=/);
      await press(page, "Clear the filters");
      await page.waitForURL((url) => !url.searchParams.has("actor"));
      await page.getByRole("row").nth(1).waitFor();
    },
  },
};
