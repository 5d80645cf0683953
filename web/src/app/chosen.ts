/** A language or theme was chosen on a page: where the account decides about it, the account is told. */
import type { PreferencesChange } from "@/api/types";
import { useAuth } from "@/features/account/authStore";
import { ownerOf } from "@/features/account/session/sessionState";

export function chooseForAccount(choice: Pick<PreferencesChange, "language" | "theme">): void {
  if (ownerOf(useAuth.getState().state) === null) return;
  void import("@/features/settings/preferences").then(({ noteChoice }) => noteChoice(choice));
}
