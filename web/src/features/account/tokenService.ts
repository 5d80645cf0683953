/** Access tokens for programs. */
import type { PersonalToken, PersonalTokenCreated, PersonalTokenList, PersonalTokenRequest } from "@/api/types";
import { client } from "./session";

export const tokenService = {
  async list(signal?: AbortSignal): Promise<PersonalToken[]> {
    return (await client.get<PersonalTokenList>("/auth/tokens", { signal })).data.tokens;
  },
  /** The only answer that holds the token itself. */
  async create(request: PersonalTokenRequest): Promise<PersonalTokenCreated> {
    return (await client.post<PersonalTokenCreated>("/auth/tokens", request)).data;
  },
  async revoke(id: string): Promise<void> {
    await client.delete(`/auth/tokens/${encodeURIComponent(id)}`);
  },
};
