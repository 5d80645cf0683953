#include "http/request_log.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

#include <string>

namespace kontor::http {
namespace {

struct description {
  std::string method;
  std::string path;
  std::string microseconds;
  std::string client;
};

description describe(const logged_request& of) {
  const auto spent = std::chrono::duration_cast<std::chrono::microseconds>(of.took);
  return {base::printable(of.method, 20), base::printable(of.asked.path, 200), std::to_string(spent.count()),
          of.asked.client.to_string()};
}

}  // namespace

void log_answer(const logged_request& of, unsigned status) {
  const auto level = status >= 500   ? base::log_level::warning
                     : status >= 400 ? base::log_level::info
                                     : base::log_level::debug;
  if (!base::log_enabled(level)) return;
  const auto line = describe(of);
  base::log(level, "request",
            {{"request_id", of.asked.id},
             {"method", line.method},
             {"path", line.path},
             {"status", std::to_string(status)},
             {"microseconds", line.microseconds},
             {"client", line.client}});
}

// Seldom, and what was asked may have been done without the client knowing: worth a line at every status.
void log_cut(const logged_request& of, std::optional<unsigned> status) {
  const auto level = status && *status >= 500 ? base::log_level::warning : base::log_level::info;
  if (!base::log_enabled(level)) return;
  const auto line = describe(of);
  base::log(level, "request",
            {{"request_id", of.asked.id},
             {"method", line.method},
             {"path", line.path},
             {"status", status ? std::to_string(*status) : "none"},
             {"cut", "true"},
             {"microseconds", line.microseconds},
             {"client", line.client}});
}

void log_breakage(const request& asked, const std::exception_ptr& breakage) {
  std::string what = "an exception of unknown type";
  try {
    std::rethrow_exception(breakage);
  } catch (const std::exception& e) {
    what = e.what();
  } catch (...) {
  }
  base::log(
      base::log_level::error, "a handler failed",
      {{"request_id", asked.id}, {"method", std::string(name_of(asked.verb))}, {"path", asked.path}, {"what", what}});
}

}  // namespace kontor::http
