import { describe, expect, it } from "vitest";
import type { AdminUser } from "@/api/types";
import { type Act, actsFor } from "./acts";
import { type BadgeName, badgesOf } from "./badges";

const at = "2026-01-01T00:00:00Z";
const member: AdminUser = {
  id: "a",
  email: "ann@example.com",
  is_admin: false,
  is_active: true,
  has_password: true,
  second_factor: false,
  sessions: 0,
  created_at: at,
  updated_at: at,
};

describe("what is offered", () => {
  it.each<[string, Partial<AdminUser>, Act[]]>([
    ["for a member", {}, ["promote", "deactivate", "resetLink", "delete"]],
    ["for an administrator", { is_admin: true }, ["demote", "deactivate", "resetLink", "delete"]],
    ["with sessions", { sessions: 2 }, ["promote", "deactivate", "endSessions", "resetLink", "delete"]],
    ["with a second factor", { second_factor: true }, ["promote", "deactivate", "resetLink", "removeFactor", "delete"]],
    ["for a deactivated account: no link", { is_active: false }, ["promote", "activate", "delete"]],
    ["for an open invitation: a new link", { has_password: false }, ["promote", "deactivate", "resetLink", "delete"]],
  ])("%s", (_, change, acts) => {
    expect(actsFor({ ...member, ...change }).map(({ act }) => act)).toEqual(acts);
  });

  it("keeps the place of an act for the one that undoes it", () => {
    const slot = (user: AdminUser, act: Act) => actsFor(user).find((offered) => offered.act === act)?.slot;
    expect(slot(member, "deactivate")).toBe(slot({ ...member, is_active: false }, "activate"));
    expect(slot(member, "promote")).toBe(slot({ ...member, is_admin: true }, "demote"));
  });
});

describe("badges", () => {
  it.each<[Partial<AdminUser>, BadgeName[]]>([
    [{}, ["active"]],
    [{ id: "me" }, ["you", "active"]],
    [{ is_admin: true, second_factor: true }, ["active", "admin", "factor"]],
    [{ has_password: false }, ["invited"]],
    [{ has_password: false, is_active: false, is_admin: true }, ["inactive", "admin"]],
  ])("%j: %j", (change, badges) => {
    expect(badgesOf({ ...member, ...change }, "me")).toEqual(badges);
  });
});
