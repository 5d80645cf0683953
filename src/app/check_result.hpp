// One line of `kontor doctor`.
#pragma once

#include <string>
#include <utility>

namespace kontor::app {

struct check_result {
  enum class state {
    good,
    noted,    ///< Worth knowing, and perhaps as it is meant to be; the installation works.
    bad,      ///< Something is wrong, or will be.
    skipped,  ///< It rests on something that another line calls bad, or does not apply here.
  } is = state::good;
  std::string what;         ///< `data folder`
  std::string found;        ///< One sentence. Never a secret.
  std::string advice = {};  ///< What to do, in sentences; of a bad or noted one only.

  static check_result good(std::string what, std::string found) {
    return {state::good, std::move(what), std::move(found)};
  }
  static check_result noted(std::string what, std::string found, std::string advice) {
    return {state::noted, std::move(what), std::move(found), std::move(advice)};
  }
  static check_result bad(std::string what, std::string found, std::string advice) {
    return {state::bad, std::move(what), std::move(found), std::move(advice)};
  }
  static check_result skipped(std::string what, std::string why) {
    return {state::skipped, std::move(what), std::move(why)};
  }
};

}  // namespace kontor::app
