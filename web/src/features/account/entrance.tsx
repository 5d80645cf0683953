/** Everything that app/EntranceRoute.tsx fetches, in one piece. */
import { QueryClientProvider } from "@tanstack/react-query";
import { queryClient } from "@/app/queryClient";
import { SetupPage as Setup } from "./SetupPage";

export { ConfirmPage } from "./ConfirmPage";
export { ForgotPage } from "./ForgotPage";
export { RegisterPage } from "./RegisterPage";
export { ResetPage } from "./ResetPage";

export function SetupPage() {
  return (
    <QueryClientProvider client={queryClient}>
      <Setup />
    </QueryClientProvider>
  );
}
