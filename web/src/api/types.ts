/** Short names for the schemas generated from api/openapi.yaml. Nothing is described here a second time. */
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Credentials = Schemas["Credentials"];
export type Registration = Schemas["Registration"];
export type RegistrationPending = Schemas["RegistrationPending"];
export type LoginCode = Schemas["LoginCode"];
export type SignedIn = Schemas["SignedIn"];
export type User = Schemas["User"];
export type Me = Schemas["Me"];
export type EmailAddress = Schemas["EmailAddress"];
export type StepUp = Schemas["StepUp"];
export type SecondFactor = Schemas["SecondFactor"];
export type TotpSecret = Schemas["TotpSetup"];
export type Code = Schemas["Code"];
export type RecoveryCodes = Schemas["RecoveryCodes"];
export type PersonalToken = Schemas["PersonalToken"];
export type PersonalTokenList = Schemas["PersonalTokenList"];
export type NewPersonalToken = Schemas["NewPersonalToken"];
export type IssuedPersonalToken = Schemas["IssuedPersonalToken"];
export type TokenScope = Schemas["TokenScope"];
export type Timeline = Schemas["Timeline"];
export type TimelineEvent = Schemas["TimelineEvent"];
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
