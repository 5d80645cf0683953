/** Access tokens for programs. */
import type { PersonalToken, IssuedPersonalToken, PersonalTokenList, NewPersonalToken } from "@/api/types";
import { client } from "./session";

export const tokenService = {
  async list(signal?: AbortSignal): Promise<PersonalToken[]> {
    return (await client.get<PersonalTokenList>("/auth/tokens", { signal })).data.tokens;
  },
  /** The only answer that holds the token itself. */
  async create(request: NewPersonalToken): Promise<IssuedPersonalToken> {
    return (await client.post<IssuedPersonalToken>("/auth/tokens", request)).data;
  },
  async revoke(id: string): Promise<void> {
    await client.delete(`/auth/tokens/${encodeURIComponent(id)}`);
  },
};
