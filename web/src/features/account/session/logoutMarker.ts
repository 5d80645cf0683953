/**
 * Remembers a logout that the server has not confirmed. The refresh cookie cannot be deleted by the page, so without
 * this a reload after a logout without connection would sign the same person in again. The mark says nothing about whom.
 */
import { readStored, writeStored } from "@/app/stored";

const key = "kontor.logout";

export const logoutMarker = {
  set: () => writeStored(key, "unconfirmed"),
  clear: () => writeStored(key, null),
  isSet: () => readStored(key) !== null,
};
