// The log: one line per event, as text or JSON, on standard error. A redactor stands in front of the sink.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace kontor::base {

enum class log_level { trace, debug, info, warning, error, off };
enum class log_format { text, json };

struct log_settings {
  log_level level = log_level::info;
  log_format format = log_format::text;
};

/// One `name=value` of an event. Never pass a secret; `redact` is the second line of defence, not the first.
struct log_field {
  std::string_view name;
  std::string value;
};

/// Starts the log. Before it is called, events go to standard error as text from `info` on.
void start_log(const log_settings& settings);

/// Would an event of this level be written? Ask before building costly fields.
bool log_enabled(log_level level) noexcept;

/// Writes one event; thread-safe. `event` is a text of our own such as `login refused`; what comes from outside belongs
/// into fields, whose values are made printable, so that no value can start or fake a line.
void log(log_level level, std::string_view event, std::initializer_list<log_field> fields = {});

/// Replaces what looks like a secret: JWTs, personal tokens, bearer values, `password=`/`token=`/`secret=`/`…key=`
/// values, URL user info. A field whose own name says that it holds a secret is replaced whole.
std::string redact(std::string_view text);

/// The line that `log` would write, without its time; for tests.
std::string format_event(log_format format, log_level level, std::string_view event,
                         std::initializer_list<log_field> fields);

}  // namespace kontor::base
