/** A program with an exchange and models outside of it, and what the load may expect of it at present. */
import { Desk, type DeskPlace } from "../blackbox/support/charts";
import type { DatabaseKind } from "../blackbox/support/environment";
import { Models, type Chat, type Script } from "../blackbox/support/models";
import type { Program, Settings } from "../blackbox/support/program";

/** What the model says to a question: always the same. */
export const answerTo = (question: string): string => Array.from({ length: 24 }, (_, i) => `To “${question}” belongs word ${i}, ${(question.length * (i + 7)) % 97}. `).join("");

const piecesOf = (text: string): string[] => text.match(/.{1,60}/gsu) ?? [];

export class World {
  /** Answers with these codes are no faults at present; whether the act was done is not known then. */
  refusals = new Set<number>();
  /** How often each came. */
  readonly refused = new Map<number, number>();
  /** Acts that were acknowledged. */
  acknowledged = 0;
  /** Acts that were cut off before their answer. */
  cut = 0;
  /** The load ends when this is set. */
  isOver = false;

  private constructor(
    readonly database: DatabaseKind,
    readonly desk: Desk,
    readonly models: Models,
  ) {}

  static async open(database: DatabaseKind, settings: Settings = {}, where: DeskPlace = {}): Promise<World> {
    let models: Models | undefined;
    const desk = await Desk.open(
      database,
      async (authority) => {
        models = await Models.start(authority);
        models.script = World.script;
        return { EGRESS_ALLOW: models.place, CHAT_RUNS_AT_ONCE: "20", ...settings };
      },
      where,
    );
    return new World(database, desk, models as Models);
  }

  /** A piece every few milliseconds, so that answers are on their way most of the time. */
  static script(chat: Chat): Script {
    return { text: piecesOf(answerTo(chat.messages.at(-1)?.content ?? "")), pace: 8 };
  }

  get program(): Program {
    return this.desk.program;
  }

  /** Forgets what the servers outside wrote down; over many minutes it would fill our own memory. */
  forget(): void {
    this.models.asked.length = 0;
    this.models.chats.length = 0;
    this.desk.exchange.asked.length = 0;
  }

  async integrity(): Promise<void> {
    const { installation } = this.desk;
    if (this.database === "sqlite") {
      const said = await installation.query("PRAGMA integrity_check; PRAGMA foreign_key_check;");
      if (said !== "ok") throw new Error(`SQLite finds: ${said}`);
      return;
    }
    // Every index has exactly the rows of its table, and every foreign key its row.
    await installation.query("CREATE EXTENSION IF NOT EXISTS amcheck");
    await installation.query(
      "SELECT bt_index_check(c.oid, true) FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid JOIN pg_am a ON a.oid = c.relam" +
        " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE a.amname = 'btree' AND n.nspname = 'public' AND i.indisvalid",
    );
  }

  /** Tables whose rows belong to an account. */
  async ownedTables(): Promise<string[]> {
    const { installation } = this.desk;
    const sql =
      this.database === "sqlite"
        ? "SELECT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND c.name = 'user_id'"
        : "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'user_id'";
    return (await installation.query(sql)).split("\n").filter((name) => name !== "");
  }

  /** Ends the program as it should end, and asks the program itself whether all is well. */
  async close(): Promise<void> {
    const doctor = await this.desk.installation.command(["doctor"], { settings: this.desk.settings });
    await this.models.goDown();
    await this.desk.close();
    // How much room the disk has is not what is tested.
    const failed = doctor.stdout.split("\n").filter((line) => line.startsWith("FAIL ") && !line.startsWith("FAIL disk:"));
    if (failed.length > 0 || (doctor.code !== 0 && !doctor.stdout.includes("FAIL disk:"))) throw new Error(`kontor doctor: ${doctor.stdout}`);
  }
}
