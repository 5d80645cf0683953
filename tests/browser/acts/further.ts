/** Lists that are longer than a page: what is below is asked for by keys, and reading goes on at the first of it. */
import type { Person } from "../support/account";
import type { Desk } from "../support/desk";

interface Further {
  path: string;
  title: string;
  who: "member" | "boss";
  /** Of the rows. */
  rows: string;
  /** How many rows a page has. */
  page: number;
  given(person: Person, desk: Desk): Promise<unknown>;
}

const times = <Made>(count: number, make: (at: number) => Made): Made[] =>
  Array.from({ length: count }, (_, at) => make(at));

let crowded: Promise<void> | undefined;

/** More accounts than a page has, and what the audit log says of them; made once. */
function crowd(desk: Desk): Promise<void> {
  crowded ??= (async () => {
    for (const email of times(27, (at) => `reader${at}@example.com`))
      await desk.server.createAccount(email, "ledger of the north sea");
  })();
  return crowded;
}

export const furtherRows: Record<string, Further> = {
  conversations: {
    path: "/chat",
    title: "Conversations",
    who: "member",
    rows: ".chat-rows > li",
    page: 30,
    given: async (person, desk) => {
      await desk.setUpModel(person);
      await desk.sendAll(
        person,
        "/chat/",
        times(31, (at) => ({ message: `Question ${at}` })),
      );
    },
  },
  charts: {
    path: "/charts",
    title: "Charts",
    who: "member",
    rows: ".chart-rows > li",
    page: 30,
    given: (person, desk) =>
      desk.sendAll(
        person,
        "/charts",
        times(31, () => ({ market: "spot", symbol: "BTCUSDT", interval: "1H", days: 7 })),
      ),
  },
  users: {
    path: "/admin/users",
    title: "Users",
    who: "boss",
    rows: "tbody tr",
    page: 25,
    given: (_person, desk) => crowd(desk),
  },
  "the audit log": {
    path: "/admin/audit",
    title: "Audit log",
    who: "boss",
    rows: "tbody tr",
    page: 25,
    given: (_person, desk) => crowd(desk),
  },
};
