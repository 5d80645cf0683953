/** The texts of account and settings come behind the door, so that the way in stays light. */
import { addTexts } from "@/i18n";
import { accountDe } from "@/i18n/account.de";
import { accountEn } from "@/i18n/account.en";
import { settingsDe } from "@/i18n/settings.de";
import { settingsEn } from "@/i18n/settings.en";

addTexts({ de: { ...accountDe, ...settingsDe }, en: { ...accountEn, ...settingsEn } });
