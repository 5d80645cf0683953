import * as z from "zod/mini";
import type { NewSecret, Secret } from "@/api/types";
import { rules } from "@/forms/checks";
import { isDeleted } from "./secretList";

/** Bytes in UTF-8, by api/openapi.yaml. */
export const longestValue = 65_536;

const bytesOf = (text: string) => new TextEncoder().encode(text).length;

/** `taken`: the names of secrets that are there, and are not to be replaced by accident. */
export function secretSchema(taken: readonly string[]) {
  return z.object({
    name: rules(
      [(text) => text.trim() !== "", "secret_name.required"],
      [(text) => /^[a-z0-9][a-z0-9_.-]{0,63}$/.test(text.trim()), "secret_name.wrong"],
      [(text) => !taken.includes(text.trim()), "secret_name.taken"],
    ),
    // Taken as it was entered: a blank or a line end may belong to it.
    value: rules(
      [(text) => text !== "", "secret_value.required"],
      [(text) => bytesOf(text) <= longestValue, "secret_value.too_long"],
    ),
  });
}

/** What a new value takes the place of: nothing (or something deleted), or the version that the page shows. */
export function requestOf(values: { name: string; value: string }, before: Secret | null): NewSecret {
  const name = values.name.trim();
  if (before && !before.readable) return { name, value: values.value, replace_unreadable: true };
  const expected_version = before === null || isDeleted(before) ? 0 : before.version;
  return { name, value: values.value, expected_version };
}
