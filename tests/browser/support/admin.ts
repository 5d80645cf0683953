/** Administrators, and what they do without a browser. */
import type { Page } from "playwright-core";
import { heading, logIn } from "./browser";
import type { Server } from "./server";

export interface Person {
  email: string;
  password: string;
}

export class AdminClient {
  private constructor(
    private readonly server: Server,
    private readonly token: string,
  ) {}

  /** The first administrator of a server that was started with ADMIN_EMAIL: takes the link from the console. */
  static async claim(server: Server, { password }: Person): Promise<AdminClient> {
    const token = decodeURIComponent((await server.setupPath()).split("token=")[1] ?? "");
    const answer = await send(server, "POST", "/auth/setup", { token, password });
    return new AdminClient(server, ((await answer.json()) as { access_token: string }).access_token);
  }

  async idOf(email: string): Promise<string> {
    const answer = await send(this.server, "GET", `/admin/users?q=${encodeURIComponent(email)}`, undefined, this.token);
    const { users } = (await answer.json()) as { users: { id: string; email: string }[] };
    const found = users.find((user) => user.email === email);
    if (!found) throw new Error(`There is no account ${email}.`);
    return found.id;
  }
  async change(email: string, change: { is_active?: boolean; is_admin?: boolean }): Promise<void> {
    await send(this.server, "PATCH", `/admin/users/${await this.idOf(email)}`, change, this.token);
  }
  async changePolicy(change: object): Promise<void> {
    await send(this.server, "PATCH", "/admin/policy", change, this.token);
  }
  async deleteUser(email: string): Promise<void> {
    await send(this.server, "DELETE", `/admin/users/${await this.idOf(email)}`, undefined, this.token);
  }
}

async function send(server: Server, method: string, path: string, body?: object, token?: string): Promise<Response> {
  const answer = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      ...(body ? { "Content-Type": "application/json" } : {}),
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer;
}

/** Logs in and goes to the administration by the menu. */
export async function openAdministration(page: Page, { email, password }: Person): Promise<void> {
  await page.goto("/login");
  await logIn(page, email, password);
  await page.getByRole("button", { name: /^Account menu/ }).click();
  await page.getByRole("menuitem", { name: "Administration" }).click();
  await heading(page, "Users").waitFor();
}

export async function openSection(page: Page, name: string): Promise<void> {
  await page.getByRole("navigation", { name: "Administration sections" }).getByRole("link", { name }).click();
  await heading(page, name).waitFor();
}

/** Finds an account by its address and opens its page. */
export async function openUser(page: Page, email: string): Promise<void> {
  await openSection(page, "Users");
  await page.getByRole("searchbox", { name: "Search by address" }).fill(email);
  await page.getByRole("link", { name: email }).click();
  await heading(page, email).waitFor();
}

/** Presses the button of an act, and the same words in its dialog. */
export async function act(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name: new RegExp(`^${name}: `) }).click();
  await page.getByRole("alertdialog").getByRole("button", { name, exact: true }).click();
}
