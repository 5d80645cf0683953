#include "sql/soci_session.hpp"

namespace kontor::sql {
namespace {

// Texts are constants of repositories, so there are far fewer. Should somebody build them after all, memory stays
// bounded.
constexpr std::size_t most_statements = 1000;

void refuse_nul(parameters given) {
  for (const auto& [name, bound] : given) {
    if (bound.which() == value::type::text && bound.text().find('\0') != std::string::npos) {
      throw sql_error(failure::constraint, "the parameter " + std::string(name) + " contains NUL");
    }
  }
}

}  // namespace

std::int64_t soci_session::execute(std::string_view statement, parameters bound) {
  std::int64_t changed = 0;
  with_statement(statement, bound, {}, [&changed](prepared_statement& ready) {
    ready.execute();
    changed = ready.affected_rows();
  });
  return changed;
}

void soci_session::select(std::string_view statement, parameters bound, std::span<const detail::column_type> types,
                          std::size_t limit, row_sink& sink) {
  with_statement(statement, bound, types, [limit, &sink](prepared_statement& ready) {
    std::size_t rows = 0;
    for (bool found = ready.execute(); found && rows < limit; found = ready.fetch()) {
      sink.take(ready.row());
      if (++rows == limit) return;
    }
  });
}

template <class Body>
void soci_session::with_statement(std::string_view text, parameters bound, std::span<const detail::column_type> types,
                                  Body&& body) {
  if (failed_) throw *failed_;
  prepared_statement* ready = nullptr;
  try {
    refuse_nul(bound);
    ready = &prepared(text, bound, types);
    ready->bind(bound);
    body(*ready);
    ready->finish();
    return;
  } catch (const soci::soci_error& what) {
    failed_ = on_->translate(what);
  } catch (const sql_error& what) {
    failed_ = what;
  } catch (...) {
    if (ready != nullptr) ready->finish();
    throw;
  }
  if (ready != nullptr) {
    ready->finish();
    // SOCI finalises an SQLite statement that failed; what is kept would be an empty shell.
    if (on_->survives_failure()) {
      ready->bind_anew();
    } else {
      forget(text);
    }
  }
  throw *failed_;
}

prepared_statement& soci_session::prepared(std::string_view text, parameters bound,
                                           std::span<const detail::column_type> types) {
  const auto known = statements_.find(text);
  if (known != statements_.end()) {
    if (known->second->takes(bound, types)) return *known->second;
    forget(text);
  }
  if (statements_.size() >= most_statements) statements_.clear();
  auto made = std::make_unique<prepared_statement>(*on_, text, bound, types);
  const std::string_view key = made->text();
  return *statements_.emplace(key, std::move(made)).first->second;
}

void soci_session::forget(std::string_view text) noexcept {
  const auto known = statements_.find(text);
  if (known == statements_.end()) return;
  // The key lives in the statement: the entry has to go first.
  const auto statement = std::move(known->second);
  statements_.erase(known);
}

}  // namespace kontor::sql
