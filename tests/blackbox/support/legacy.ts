/** Data folders of the Python predecessor: the sample, and its vault opened as any Fernet library would. */
import { createDecipheriv, createHmac } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { readVectorJson, vectorsFolder } from "./environment";

export interface ExpectedUser {
  id: string;
  email: string;
  password: string;
  is_admin: boolean;
  is_active: boolean;
  secrets: Record<string, string>;
}

export const sampleFolder = path.join(vectorsFolder, "legacy-data");
export const expectedUsers = readVectorJson<ExpectedUser[]>("legacy-data/expected.json");

/** A copy that a test may change, in a folder of its own. */
export function copySample(): string {
  const folder = path.join(mkdtempSync(path.join(os.tmpdir(), "kontor-legacy-")), "data");
  cpSync(sampleFolder, folder, { recursive: true });
  return folder;
}

/** Every file of a folder with its bytes, to see that nothing was touched. */
export function bytesOf(folder: string): Record<string, string> {
  return Object.fromEntries(readdirSync(folder).sort().map((name) => [name, readFileSync(path.join(folder, name)).toString("base64")]));
}

export function openVault(folder: string): Record<string, string> {
  const key = Buffer.from(readFileSync(path.join(folder, ".key"), "utf8"), "base64url");
  const token = Buffer.from(readFileSync(path.join(folder, ".secrets.enc"), "utf8"), "base64url");
  const signed = token.subarray(0, -32);
  if (!createHmac("sha256", key.subarray(0, 16)).update(signed).digest().equals(token.subarray(-32))) throw new Error("the key does not fit the vault");
  const cipher = createDecipheriv("aes-128-cbc", key.subarray(16), signed.subarray(9, 25));
  const text = Buffer.concat([cipher.update(signed.subarray(25)), cipher.final()]).toString("utf8");
  return JSON.parse(text) as Record<string, string>;
}
