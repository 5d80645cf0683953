/** Taking everything along, and going. */
import { client, coordinator } from "./session";

export interface ExportFile {
  name: string;
  content: Blob;
}

export const leavingService = {
  /** The archive as the browser keeps it: a blob may lie on disk, so a big one costs the page nothing. */
  async export(onProgress: (bytes: number) => void, signal: AbortSignal): Promise<ExportFile> {
    const answer = await client.get<Blob>("/auth/export", {
      responseType: "blob",
      // It is made while it is sent, however long that takes.
      timeout: 0,
      signal,
      onProgress: (loaded) => onProgress(loaded),
    });
    return { name: fileName(answer.headers.get("content-disposition")), content: answer.data };
  },
  /** The server has taken the cookies out of the browser; here and in the other tabs the session is over. */
  async deleteAccount(): Promise<void> {
    await client.delete("/auth/me");
    coordinator.accountDeleted();
  },
};

/** The name the server gives, when it is one; never a path. */
export function fileName(disposition: unknown): string {
  const name = typeof disposition === "string" ? /filename="([\w.-]+)"/.exec(disposition)?.[1] : undefined;
  return name ?? "kontor-export.zip";
}
