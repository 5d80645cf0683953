/** The texts of the conversations come with their pages, so that the way in stays light. */
import { i18n } from "@/i18n";
import { chatDe } from "@/i18n/chat.de";
import { chatEn } from "@/i18n/chat.en";

i18n.addResourceBundle("de", "chat", chatDe);
i18n.addResourceBundle("en", "chat", chatEn);
