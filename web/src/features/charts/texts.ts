/** The texts of the charts come with their pages, so that the way in stays light. */
import { i18n } from "@/i18n";
import { chartsDe } from "@/i18n/charts.de";
import { chartsEn } from "@/i18n/charts.en";

i18n.addResourceBundle("de", "charts", chartsDe);
i18n.addResourceBundle("en", "charts", chartsEn);
