#include "legacy/report.hpp"

namespace kontor::legacy {
namespace {

void add_skipped(const std::vector<left_behind>& skipped, std::string& out) {
  for (const auto& [what, why] : skipped)
    out += "  " + what + ": " + why + "\n";
}

}  // namespace

std::string write_report(const moving_plan& plan, const import_outcome& outcome, report_of what) {
  std::string out = what == report_of::import ? "taken:" : "would be taken:";
  out += " users " + std::to_string(outcome.users) + ", conversations " + std::to_string(outcome.conversations) +
         ", messages " + std::to_string(outcome.messages) + ", secrets " + std::to_string(outcome.secrets) + "\n";
  out += "settings of language models among these secrets: " + std::to_string(outcome.models) + "\n";
  out += "here already, left as they are: users " + std::to_string(outcome.already_here) + "\n";
  const auto skipped = plan.skipped.size() + outcome.skipped.size();
  out += "not taken: " + std::to_string(skipped) + "\n";
  add_skipped(plan.skipped, out);
  add_skipped(outcome.skipped, out);
  if (!plan.notes.empty()) out += "to look at: " + std::to_string(plan.notes.size()) + "\n";
  for (const auto& sentence : plan.notes)
    out += "  " + sentence + "\n";
  if (what == report_of::dry_run) return out + "Nothing was changed.\n";
  if (outcome.secrets != 0)
    out +=
        "Let everybody make new keys at their exchange and model provider: programs that a model wrote could read the "
        "old "
        "folder, and one user's request could go out with another's key.\n";
  return out;
}

}  // namespace kontor::legacy
