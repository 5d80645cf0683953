/** The routes of the API that only administrators may use. */
import { failureOf, isProblem, problemType } from "@/api/failure";
import type { HttpAnswer } from "@/api/http";
import type {
  AdminPolicy,
  AdminPolicyChange,
  AdminUser,
  UserChange,
  AdminUserList,
  AuditPage,
  Invitation,
  Invited,
  OneTimeLink,
} from "@/api/types";
import { authService } from "@/features/account/authService";
import { client } from "@/features/account/session";
import type { AuditFilters } from "./auditFilters";

export const userStates = ["active", "inactive", "admin"] as const;
export type UserState = (typeof userStates)[number];

export interface UserFilters {
  q: string;
  state: UserState | null;
}

const pageSize = 25;

export const adminService = {
  users(filters: UserFilters, cursor: string | null, signal?: AbortSignal, limit = pageSize): Promise<AdminUserList> {
    const params = given({ limit, cursor, q: filters.q.trim(), state: filters.state });
    return answerOf(client.get<AdminUserList>("/admin/users", { params, signal }));
  },
  user(id: string, signal?: AbortSignal): Promise<AdminUser> {
    return answerOf(client.get<AdminUser>(userPath(id), { signal }));
  },
  invite({ email, is_admin = false }: Invitation): Promise<Invited> {
    return answerOf(client.post<Invited>("/admin/users", { email: email.trim(), is_admin } satisfies Invitation));
  },
  change(id: string, change: UserChange): Promise<AdminUser> {
    return answerOf(client.patch<AdminUser>(userPath(id), change));
  },
  endSessions(id: string): Promise<void> {
    return answerOf(client.post<void>(`${userPath(id)}/end-sessions`));
  },
  makeResetLink(id: string): Promise<OneTimeLink> {
    return answerOf(client.post<OneTimeLink>(`${userPath(id)}/reset-link`));
  },
  removeSecondFactor(id: string): Promise<void> {
    return answerOf(client.delete<void>(`${userPath(id)}/second-factor`));
  },
  deleteUser(id: string): Promise<void> {
    return answerOf(client.delete<void>(userPath(id)));
  },
  policy(signal?: AbortSignal): Promise<AdminPolicy> {
    return answerOf(client.get<AdminPolicy>("/admin/policy", { signal }));
  },
  changePolicy(change: AdminPolicyChange): Promise<AdminPolicy> {
    return answerOf(client.patch<AdminPolicy>("/admin/policy", change));
  },
  audit(filters: AuditFilters, cursor: string | null, signal?: AbortSignal): Promise<AuditPage> {
    return answerOf(
      client.get<AuditPage>("/admin/audit", { params: given({ limit: pageSize, cursor, ...filters }), signal }),
    );
  },
};

/** Somebody who lost the rights is told so by the first refusal, whatever was asked: their session learns of it. */
async function answerOf<Data>(call: Promise<HttpAnswer<Data>>): Promise<Data> {
  try {
    return (await call).data;
  } catch (error) {
    if (isProblem(failureOf(error), problemType.forbidden)) authService.rightsChanged();
    throw error;
  }
}

function userPath(id: string): string {
  return `/admin/users/${encodeURIComponent(id)}`;
}

/** An empty filter is left out, not sent empty. */
function given(params: Record<string, string | number | null | undefined>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(params).flatMap(([name, value]) =>
      value === null || value === undefined || value === "" ? [] : [[name, value]],
    ),
  );
}
