/** The second factor's routes, and the proof that acts of consequence want. */
import type { RecoveryCodes, SecondFactor, SignedIn, StepUp, Code, TotpSecret } from "@/api/types";
import { client, coordinator } from "./session";

export const factorService = {
  async get(signal?: AbortSignal): Promise<SecondFactor> {
    return (await client.get<SecondFactor>("/auth/second-factor", { signal })).data;
  },
  async begin(): Promise<TotpSecret> {
    return (await client.post<TotpSecret>("/auth/second-factor/totp")).data;
  },
  /** Every other session ends; the codes are shown this once. */
  async confirm(body: Code): Promise<string[]> {
    return (await client.post<RecoveryCodes>("/auth/second-factor/totp/confirm", body)).data.recovery_codes;
  },
  async turnOff(): Promise<void> {
    await client.delete("/auth/second-factor/totp");
  },
  async renewRecoveryCodes(): Promise<string[]> {
    return (await client.post<RecoveryCodes>("/auth/second-factor/recovery-codes")).data.recovery_codes;
  },
  /** The session goes on with the token of the answer. */
  async prove(proof: StepUp): Promise<void> {
    coordinator.signedIn((await client.post<SignedIn>("/auth/step-up", proof)).data);
  },
};
