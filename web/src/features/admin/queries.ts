/** Names of the cached answers to administrators. */
import type { UserFilters } from "./adminService";
import type { AuditFilters } from "./auditFilters";

export const adminKeys = {
  all: ["admin"] as const,
  lists: ["admin", "users"] as const,
  users: (filters: UserFilters) => ["admin", "users", filters] as const,
  user: (id: string) => ["admin", "user", id] as const,
  policy: ["admin", "policy"] as const,
  audit: (filters: AuditFilters) => ["admin", "audit", filters] as const,
};
