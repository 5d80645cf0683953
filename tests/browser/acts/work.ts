/** The desk itself: its start and its conversations. */
import { choose, fetched, press, says, type } from "../support/acts";
import { type Rows } from "./row";

export const workRows: Rows = {
  StartPage: {
    path: "/",
    title: "Your desk",
    act: async (page) => {
      await press(page, "Make a chart");
      await page.getByRole("dialog", { name: "Choose a symbol" }).waitFor();
    },
  },
  ChatRoute: {
    path: "/chat/new",
    title: "New conversation",
    given: (_page, person, desk) => desk.setUpModel(person),
    act: async (page) => {
      await type(page, "Your message", "About copper");
      await page.keyboard.press("Enter");
      await page.getByRole("navigation", { name: "Conversations" }).getByText("About copper").waitFor();
      await page.getByRole("button", { name: "Send" }).waitFor();
      await press(page, "More about “About copper”");
      await choose(page, "Rename");
      await page.getByRole("textbox", { name: "Title" }).waitFor();
      await page.keyboard.press("ControlOrMeta+A");
      await page.keyboard.type("Tin");
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor({ state: "detached" });
      await page.getByRole("button", { name: "More about “Tin”" }).waitFor();
      const pinned = page.getByRole("navigation", { name: "Conversations" }).getByText("Pinned", { exact: true });
      await press(page, "More about “Tin”");
      await choose(page, "Pin");
      await pinned.waitFor();
      await press(page, "More about “Tin”");
      await choose(page, "Unpin");
      await pinned.waitFor({ state: "detached" });
      await fetched(page, "More about “Tin”", "As Markdown, to read", /\.md$/);
      await fetched(page, "More about “Tin”", "As JSON, with all branches", /\.json$/);
      await fetched(page, "Export", "As Markdown, to read", /\.md$/);
      const all = await fetched(page, "Export all", "As JSON, with all branches", /\.json$/);
      const chooser = page.waitForEvent("filechooser");
      await press(page, "Import");
      await (await chooser).setFiles(all);
      await says(page, "No conversation was imported. 1 was there already, or was deleted in the last 30 days.");
      await press(page, "More about “Tin”");
      await choose(page, "Delete");
      await says(page, "“Tin” is deleted.");
      await press(page, "Undo");
      await page.getByRole("navigation", { name: "Conversations" }).getByText("Tin", { exact: true }).waitFor();
    },
  },
};
