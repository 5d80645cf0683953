#include "sql/prepared_statement.hpp"

#include <algorithm>

namespace kontor::sql {
namespace {

// A long text is not worth keeping until the next execution.
constexpr std::size_t kept_bytes = 4096;

const parameter* find(parameters given, std::string_view name, std::size_t guess) noexcept {
  if (guess < given.size() && given.begin()[guess].name == name) return given.begin() + guess;
  const auto found = std::find_if(given.begin(), given.end(), [name](const parameter& p) { return p.name == name; });
  return found == given.end() ? nullptr : found;
}

}  // namespace

prepared_statement::prepared_statement(connection& on, std::string_view text, parameters given,
                                       std::span<const detail::column_type> columns)
    : on_(on), text_(text), row_(columns.size()), statement_(on.driver()) {
  inputs_.reserve(given.size());
  for (const auto& [name, bound] : given)
    inputs_.push_back({.name = std::string(name), .type = bound.which(), .text = {}});
  outputs_.reserve(columns.size());
  for (const auto type : columns)
    outputs_.push_back({.type = type, .text = {}});

  for (auto& out : outputs_) {
    if (out.type == detail::column_type::text) {
      statement_.exchange(soci::into(out.text, out.state));
    } else {
      statement_.exchange(soci::into(out.number, out.state));
    }
  }
  for (auto& in : inputs_) {
    if (in.type == value::type::integer) {
      statement_.exchange(soci::use(in.number, in.state, in.name));
    } else {
      statement_.exchange(soci::use(in.text, in.state, in.name));
    }
  }
  statement_.alloc();
  statement_.prepare(text_);
  on_.check_parameters(statement_, given.size());
  statement_.define_and_bind();
}

bool prepared_statement::takes(parameters given, std::span<const detail::column_type> columns) const noexcept {
  if (given.size() != inputs_.size() || columns.size() != outputs_.size()) return false;
  for (std::size_t i = 0; i < columns.size(); ++i)
    if (columns[i] != outputs_[i].type) return false;
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    const auto* const p = find(given, inputs_[i].name, i);
    if (p == nullptr) return false;
    const bool bound_as_integer = inputs_[i].type == value::type::integer;
    if (p->bound.which() != value::type::null && (p->bound.which() == value::type::integer) != bound_as_integer)
      return false;
  }
  return true;
}

void prepared_statement::bind(parameters given) {
  for (std::size_t i = 0; i < inputs_.size(); ++i) {
    auto& in = inputs_[i];
    const auto* const p = find(given, in.name, i);
    if (p == nullptr) throw sql_error(failure::other, "the parameter " + in.name + " was not given");
    in.state = p->bound.which() == value::type::null ? soci::i_null : soci::i_ok;
    if (p->bound.which() == value::type::integer) in.number = p->bound.number();
    if (p->bound.which() == value::type::text) in.text = p->bound.text();
  }
}

bool prepared_statement::execute() {
  const bool found = statement_.execute(true);
  if (!outputs_.empty() && on_.columns(statement_) != outputs_.size()) {
    throw sql_error(failure::other, "the statement returns " + std::to_string(on_.columns(statement_)) +
                                        " columns, the query names " + std::to_string(outputs_.size()));
  }
  return found;
}

bool prepared_statement::fetch() {
  return statement_.fetch();
}

std::span<detail::cell> prepared_statement::row() {
  for (std::size_t i = 0; i < outputs_.size(); ++i) {
    row_[i].is_null = outputs_[i].state == soci::i_null;
    row_[i].number = outputs_[i].number;
    if (outputs_[i].type == detail::column_type::text)
      row_[i].text = row_[i].is_null ? std::string() : std::move(outputs_[i].text);
  }
  return row_;
}

void prepared_statement::bind_anew() {
  // SOCI's PostgreSQL back end frees the text of its parameters after an execution that worked, and leaks it after one
  // that did not.
  statement_.undefine_and_bind();
  statement_.define_and_bind();
}

void prepared_statement::finish() noexcept {
  on_.finish(statement_);
  for (auto& in : inputs_)
    if (in.text.capacity() > kept_bytes) in.text = {};
}

}  // namespace kontor::sql
