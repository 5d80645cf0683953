/** What stands in the files of an installation, byte by byte. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { query, readWhileInUse } from "./postgres";
import type { Installation } from "./program";

/** The files in which one of the texts stands: the data folder's, and for PostgreSQL those of the tables. */
export async function filesWith(installation: Installation, texts: string[]): Promise<string[]> {
  const folders = [installation.dataFolder];
  if (installation.kind === "postgresql") {
    const { port, name } = installation.database;
    const where = await query(port, name, "CHECKPOINT; SELECT current_setting('data_directory') || '/base/' || oid FROM pg_database WHERE datname = current_database()");
    folders.push(where);
  }
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => {
        const bytes = readWhileInUse(file);
        return texts.some((text) => bytes.includes(text));
      }),
  );
}
