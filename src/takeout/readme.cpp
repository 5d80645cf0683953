#include "takeout/readme.hpp"

namespace kontor::takeout {
namespace {

std::string list_of(std::span<const export_source* const> sources, std::string_view (export_source::*say)() const) {
  std::string lines;
  for (const auto* source : sources)
    lines.append("  ").append(source->name()).append(": ").append((source->*say)()).append("\n");
  return lines;
}

}  // namespace

std::string make_readme(std::span<const export_source* const> sources, base::timestamp at) {
  const auto moment = base::to_rfc3339(std::chrono::floor<std::chrono::seconds>(at));
  return "DEUTSCH\n\n"
         "Alles, was Kontor über dieses Konto gespeichert hat. Stand: " +
         moment + "\n\n" + list_of(sources, &export_source::in_german) +
         "\nJede Liste gibt es zweimal: als JSON (genau, für Programme) und als CSV (für Tabellenprogramme, UTF-8).\n"
         "In den CSV-Dateien steht ein Apostroph vor Texten, die eine Tabelle für eine Formel halten könnte.\n"
         "Zeiten sind in UTC. Passwörter, Schlüssel, Token und deren Prüfwerte sind nicht enthalten: Wer die Datei\n"
         "findet, kann sich damit nicht anmelden. Sie enthält trotzdem persönliche Daten; bewahren Sie sie sicher "
         "auf.\n"
         "\n\nENGLISH\n\n"
         "Everything that Kontor has stored about this account, as of " +
         moment + "\n\n" + list_of(sources, &export_source::in_english) +
         "\nEach list comes twice: as JSON (exact, for programs) and as CSV (for spreadsheets, UTF-8).\n"
         "In the CSV files an apostrophe stands in front of texts that a spreadsheet could take for a formula.\n"
         "Times are in UTC. Passwords, keys, tokens and their hashes are not included: whoever finds the file cannot\n"
         "sign in with it. It holds personal data all the same; keep it safe.\n";
}

}  // namespace kontor::takeout
