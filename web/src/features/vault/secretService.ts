/** The routes of the vault. A value is in the hands of whoever asked for it, and nowhere else: no cache, no store. */
import type { NewSecret, RevealedSecret, Secret, SecretList } from "@/api/types";
import { client } from "@/features/account/session";

export const secretService = {
  async list(signal?: AbortSignal): Promise<Secret[]> {
    return (await client.get<SecretList>("/secrets", { signal })).data.secrets;
  },
  async save(secret: NewSecret): Promise<Secret> {
    return (await client.post<Secret>("/secrets", secret)).data;
  },
  /** It can be brought back. */
  async remove(name: string): Promise<void> {
    await client.delete(pathOf(name));
  },
  async restore(name: string): Promise<Secret> {
    return (await client.post<Secret>(`${pathOf(name)}/undelete`)).data;
  },
  /** With all versions, for good. */
  async destroy(name: string): Promise<void> {
    await client.delete(pathOf(name), { params: { permanently: true } });
  },
  async destroyAll(): Promise<void> {
    await client.delete("/secrets");
  },
  async reveal(name: string, version: number): Promise<RevealedSecret> {
    return (await client.post<RevealedSecret>(`${pathOf(name)}/reveal`, { version })).data;
  },
};

function pathOf(name: string): string {
  return `/secrets/${encodeURIComponent(name)}`;
}
