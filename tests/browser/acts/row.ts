/** What is done by keys alone on a page. */
import type { Page } from "playwright-core";
import type { Person } from "../support/account";
import type { Desk } from "../support/desk";

export interface Row {
  path: string;
  title: string;
  who?: "nobody" | "member" | "boss";
  /** What has to be there before; the path, where that is known only then. */
  given?(page: Page, person: Person, desk: Desk): Promise<string | void>;
  act?(page: Page, person: Person, desk: Desk): Promise<void>;
}

/** By the component of the page, as `router.tsx` names it. */
export type Rows = Record<string, Row>;

export const boss: Person = { email: "boss@example.com", password: "keeper of the counting house" };
