/** Everything behind the door that no area of its own fetches, in one piece: the way in stays light (DeskRoute.tsx). */
import "@/features/account/texts";
import "@/features/start/start.css";
import "@/features/palette/palette.css";
import "@/features/palette/texts";

export { AccountLayout } from "@/features/account/AccountLayout";
export { AccountPage } from "@/features/account/AccountPage";
export { ActivityPage } from "@/features/account/ActivityPage";
export { EmailPage } from "@/features/account/EmailPage";
export { LeavePage } from "@/features/account/LeavePage";
export { PasswordPage } from "@/features/account/PasswordPage";
export { SecondFactorPage } from "@/features/account/SecondFactorPage";
export { SessionsPage } from "@/features/account/SessionsPage";
export { TokensPage } from "@/features/account/TokensPage";
export { Overlays } from "@/features/palette/Overlays";
export { ExchangePage } from "@/features/settings/ExchangePage";
export { LlmPage } from "@/features/settings/LlmPage";
export { PreferencesPage } from "@/features/settings/PreferencesPage";
export { SettingsLayout } from "@/features/settings/SettingsLayout";
export { StartPage } from "@/features/start/StartPage";
export { SecretsPage } from "@/features/vault/SecretsPage";
export { Desk } from "./Desk";
export { DeskHeader } from "./DeskHeader";
