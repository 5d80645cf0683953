import "i18next";
import type { accountEn } from "./account.en";
import type { adminEn } from "./admin.en";
import type { chartsEn } from "./charts.en";
import type { chatEn } from "./chat.en";
import type { deskEn } from "./desk.en";
import type { en } from "./en";
import type { settingsEn } from "./settings.en";

declare module "i18next" {
  interface CustomTypeOptions {
    defaultNS: "translation";
    resources: {
      translation: typeof en & typeof accountEn & typeof settingsEn;
      admin: typeof adminEn;
      charts: typeof chartsEn;
      chat: typeof chatEn;
      desk: typeof deskEn;
    };
  }
}
