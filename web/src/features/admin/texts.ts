/** The texts of the administrators' pages come with these pages, so that nobody else loads them. */
import { i18n } from "@/i18n";
import { adminDe } from "@/i18n/admin.de";
import { adminEn } from "@/i18n/admin.en";

i18n.addResourceBundle("de", "admin", adminDe);
i18n.addResourceBundle("en", "admin", adminEn);
