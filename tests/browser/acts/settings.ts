/** Keys and preferences. */
import { confirmed, press, says, type } from "../support/acts";
import { tabTo } from "../support/keyboard";
import { type Rows } from "./row";

export const settingsRows: Rows = {
  ExchangePage: {
    path: "/settings/exchange",
    title: "Exchange",
    act: async (page, _person, desk) => {
      const key = desk.exchange.newKey({ authorities: ["readonly"] });
      await type(page, "API key", key.api_key);
      await type(page, "API secret", key.api_secret);
      await type(page, "Passphrase", key.passphrase);
      await page.keyboard.press("Enter");
      await says(page, "The exchange accepts the key; it is saved.");
      await press(page, "Test connection");
      await says(page, "The connection works");
      await confirmed(page, "Remove", "Remove");
      await says(page, "No key is stored yet.");
    },
  },
  LlmPage: {
    path: "/settings/llm",
    title: "Language model",
    given: (_page, person, desk) => desk.setUpModel(person),
    act: async (page) => {
      await press(page, "Test connection");
      await says(page, "The connection works");
      await confirmed(page, "Remove", "Remove");
      await says(page, "No language model is set up yet.");
    },
  },
  SecretsPage: {
    path: "/settings/secrets",
    title: "Secrets",
    act: async (page) => {
      await press(page, "New secret");
      await type(page, "Name", "ledger");
      await type(page, "Value", "the north sea");
      await press(page, "Save");
      await says(page, "Saved: ledger.");
      await press(page, "Show: ledger");
      await says(page, "the north sea");
      await press(page, "Hide");
      await press(page, "Delete: ledger");
      await says(page, "Deleted: ledger.");
      await press(page, "Undo");
      await says(page, "ledger is back.");
    },
  },
  PreferencesPage: {
    path: "/settings/preferences",
    title: "Preferences",
    act: async (page) => {
      await tabTo(page, "Time zone");
      await page.keyboard.press("End");
      await press(page, "Save");
      await says(page, "Your preferences are saved.");
    },
  },
};
