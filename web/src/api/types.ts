/** Short names for the schemas generated from api/openapi.yaml. Nothing is described here a second time. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Credentials = Schemas["Credentials"];
export type SignedIn = Schemas["SignedIn"];
export type User = Schemas["User"];
export type DeviceSession = Schemas["Session"];
export type DeviceSessions = Schemas["SessionList"];
export type LogoutAll = Schemas["LogoutAll"];
export type PasswordChange = Schemas["PasswordChange"];
export type Policy = Schemas["Policy"];
export type SetupToken = Schemas["SetupToken"];
export type SetupClaim = Schemas["SetupClaim"];
export type SetupLink = Schemas["SetupLink"];
export type Problem = Schemas["Problem"];
export type FieldError = Schemas["FieldError"];
export type FieldErrorCode = FieldError["code"];

export type AdminUser = Schemas["AdminUser"];
export type AdminUserList = Schemas["AdminUserList"];
export type UserChange = Schemas["UserChange"];
export type Invitation = Schemas["Invitation"];
export type Invited = Schemas["Invited"];
export type OneTimeLink = Schemas["OneTimeLink"];
export type AdminPolicy = Schemas["AdminPolicy"];
export type AdminPolicyChange = Schemas["AdminPolicyChange"];
export type AuditEvent = Schemas["AuditEvent"];
export type AuditPage = Schemas["AuditPage"];
