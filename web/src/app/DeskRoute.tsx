/** The pages of an account. Their code is fetched behind this door, as soon as somebody is signed in or about to be. */
import { type ComponentType, lazy } from "react";

type Parts = typeof import("./desk");

const parts = () => import("./desk");

function page<Name extends keyof Parts>(name: Name) {
  return lazy(async () => ({ default: (await parts())[name] as ComponentType<object> }));
}

export const AccountLayout = page("AccountLayout");
export const AccountPage = page("AccountPage");
export const ActivityPage = page("ActivityPage");
export const EmailPage = page("EmailPage");
export const LeavePage = page("LeavePage");
export const PasswordPage = page("PasswordPage");
export const SecondFactorPage = page("SecondFactorPage");
export const SessionsPage = page("SessionsPage");
export const TokensPage = page("TokensPage");
export const ExchangePage = page("ExchangePage");
export const LlmPage = page("LlmPage");
export const PreferencesPage = page("PreferencesPage");
export const SettingsLayout = page("SettingsLayout");
export const StartPage = page("StartPage");
export const SecretsPage = page("SecretsPage");
export const Desk = lazy(async () => ({ default: (await parts()).Desk }));
export const DeskHeader = lazy(async () => ({ default: (await parts()).DeskHeader }));
