#include "sql/postgresql_connection.hpp"

#include "base/text.hpp"
#include "sql/failures.hpp"

#include <libpq-fe.h>
#include <soci/postgresql/soci-postgresql.h>

#include <array>
#include <map>
#include <memory>
#include <set>
#include <utility>

namespace kontor::sql {
namespace {

struct clear_result {
  void operator()(PGresult* result) const noexcept { PQclear(result); }
};
struct free_options {
  void operator()(PQconninfoOption* options) const noexcept { PQconninfoFree(options); }
};

PGconn* connection_of(const soci::session& driver) {
  // SOCI has no const access to its back end.
  return static_cast<soci::postgresql_session_backend*>(const_cast<soci::session&>(driver).get_backend())->conn_;
}

soci::postgresql_statement_backend& back_end_of(soci::statement& statement) {
  return *static_cast<soci::postgresql_statement_backend*>(statement.get_backend());
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (base::is_letter_or_digit(c)) {
      out += c;
    } else {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    }
  }
  return out;
}

// The same place with our settings where it names none. As a URL whose values are all encoded, because SOCI splits what
// it is given at spaces and reads a key before the first `=`.
std::string complete(const std::string& url) {
  char* why = nullptr;
  const std::unique_ptr<PQconninfoOption, free_options> options(PQconninfoParse(url.c_str(), &why));
  if (!options) {
    // libpq quotes what it could not read, and that may be the password.
    PQfreemem(why);
    throw sql_error(failure::unavailable, "DATABASE_URL cannot be read");
  }
  std::map<std::string, std::string> chosen = {
      {"application_name", "kontor"}, {"connect_timeout", "5"},  {"keepalives_idle", "5"},
      {"keepalives_interval", "2"},   {"keepalives_count", "3"}, {"tcp_user_timeout", "10000"},
  };
  for (const auto* option = options.get(); option->keyword != nullptr; ++option) {
    if (option->val != nullptr) chosen[option->keyword] = option->val;
  }
  // Ours is UTF-8 throughout, whatever the database or the environment says.
  chosen["client_encoding"] = "UTF8";
  std::string text = "postgresql://";
  char separator = '?';
  for (const auto& [name, value] : chosen) {
    text += (separator == '?' ? "/" : "");
    text += separator;
    text += name + "=" + percent_encoded(value);
    separator = '&';
  }
  return text;
}

std::string settings_of(postgresql_connection::purpose use, std::chrono::milliseconds statement_timeout) {
  const auto limit = use == postgresql_connection::purpose::migrate ? "0" : std::to_string(statement_timeout.count());
  std::string text =
      "SET statement_timeout=" + limit + "; SET standard_conforming_strings=on; SET client_min_messages=warning;";
  text += "SET SESSION CHARACTERISTICS AS TRANSACTION ";
  text += use == postgresql_connection::purpose::read ? "ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                                                      : "ISOLATION LEVEL READ COMMITTED, READ WRITE";
  return text;
}

// The first line says which rule was broken. What follows (DETAIL, CONTEXT), and the messages of class 22, quote
// values.
std::string description(std::string_view state, std::string_view message) {
  std::string text = "PostgreSQL " + std::string(state);
  if (state.substr(0, 2) == "22") return text;
  // SOCI puts words of its own in front.
  if (const auto own = message.find("ERROR:"); own != std::string_view::npos) message.remove_prefix(own);
  while (!message.empty() && (message.front() == ' ' || message.front() == '\n'))
    message.remove_prefix(1);
  return text + ": " + std::string(message.substr(0, message.find('\n')));
}

}  // namespace

postgresql_connection::postgresql_connection(const std::string& url, purpose use,
                                             std::chrono::milliseconds statement_timeout) {
  const auto target = complete(url);
  try {
    driver().open(soci::postgresql, target);
  } catch (const soci::soci_error& refused) {
    const auto message = refused.get_error_message();
    const auto line = message.find('\n');
    throw sql_error(failure::unavailable,
                    description("connect", line == std::string::npos ? std::string_view(message)
                                                                     : std::string_view(message).substr(line)));
  }
  PQsetNoticeProcessor(connection_of(driver()), [](void*, const char*) {}, nullptr);
  run(settings_of(use, statement_timeout));
  // Without it a statement of a program that died goes on, with its locks. Servers before 14 do not know it.
  run("SELECT set_config(name, '1s', false) FROM pg_settings WHERE name = 'client_connection_check_interval'");
}

void postgresql_connection::run(const std::string& statements) {
  const auto handle = connection_of(driver());
  const std::unique_ptr<PGresult, clear_result> result(PQexec(handle, statements.c_str()));
  const auto status = PQresultStatus(result.get());
  if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
  const char* const state = PQresultErrorField(result.get(), PG_DIAG_SQLSTATE);
  if (state == nullptr) throw sql_error(failure::unavailable, description("08000", PQerrorMessage(handle)));
  throw sql_error(is_dead() ? failure::unavailable : of_sqlstate(state),
                  description(state, PQresultErrorMessage(result.get())));
}

bool postgresql_connection::in_transaction() const noexcept {
  return PQtransactionStatus(connection_of(driver())) != PQTRANS_IDLE;
}

int postgresql_connection::socket() const noexcept {
  return PQsocket(connection_of(driver()));
}

bool postgresql_connection::is_dead() const noexcept {
  return PQstatus(connection_of(driver())) != CONNECTION_OK;
}

sql_error postgresql_connection::translate(const soci::soci_error& what) const {
  const auto message = what.get_error_message();
  if (const auto* native = dynamic_cast<const soci::postgresql_soci_error*>(&what)) {
    const auto state = native->sqlstate();
    return {is_dead() ? failure::unavailable : of_sqlstate(state), description(state, message)};
  }
  return {is_dead() ? failure::unavailable : failure::other, description("driver", message)};
}

void postgresql_connection::check_parameters(soci::statement& prepared, std::size_t given) const {
  // SOCI ignores one that the statement does not name; one that is missing it finds itself when it executes.
  const auto& names = back_end_of(prepared).names_;
  const auto wanted = std::set<std::string>(names.begin(), names.end()).size();
  if (wanted != given) {
    throw sql_error(failure::other, "the statement has " + std::to_string(wanted) + " parameters, " +
                                        std::to_string(given) + " were given");
  }
}

std::size_t postgresql_connection::columns(soci::statement& executed) const {
  return static_cast<std::size_t>(PQnfields(back_end_of(executed).result_));
}

void postgresql_connection::finish(soci::statement& executed) const noexcept {
  back_end_of(executed).result_.reset();
}

}  // namespace kontor::sql
