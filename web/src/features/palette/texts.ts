/** The texts of the start page, the palette and the keys come behind the door, so that the way in stays light. */
import { i18n } from "@/i18n";
import { deskDe } from "@/i18n/desk.de";
import { deskEn } from "@/i18n/desk.en";

i18n.addResourceBundle("de", "desk", deskDe);
i18n.addResourceBundle("en", "desk", deskEn);
