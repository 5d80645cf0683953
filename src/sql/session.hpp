// One conversation with the database, inside one transaction. Plain synchronous code: it runs on a pool thread, never
// on a loop.
#pragma once

#include "base/id.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace kontor::sql {

enum class kind { sqlite, postgresql };

/// Why a statement failed, in terms every database shares.
enum class failure {
  conflict,     ///< A unique constraint.
  constraint,   ///< Another constraint: a defect of ours.
  busy,         ///< Locked, deadlocked or serialisation failure: may be tried again.
  full,         ///< No room on disk.
  unavailable,  ///< No connection, or a file that cannot be read or written.
  other,
};

/// Thrown by session; `database` turns it into a result (conflict → errc::conflict, busy and unavailable →
/// errc::unavailable, full → errc::storage_full, the rest → an exception).
class sql_error : public std::runtime_error {
 public:
  sql_error(failure why, const std::string& what) : std::runtime_error(what), why_(why) {}
  failure why() const noexcept { return why_; }

 private:
  failure why_;
};

/// One bound value. Text must not contain NUL (PostgreSQL cannot store it); session throws failure::constraint when it
/// does.
class value {
 public:
  value(std::string_view text) : type_(type::text), text_(text) {}
  value(const std::string& text) : type_(type::text), text_(text) {}
  value(const char* text) : type_(type::text), text_(text) {}
  value(std::int64_t number) : type_(type::integer), number_(number) {}
  value(int number) : type_(type::integer), number_(number) {}
  value(bool flag) : type_(type::integer), number_(flag ? 1 : 0) {}
  value(base::timestamp at) : type_(type::integer), number_(base::to_microseconds(at)) {}
  template <class Tag>
  value(const base::id<Tag>& id) : type_(type::text), text_(id.str()) {}
  value(std::nullopt_t) {}
  template <class T>
  value(const std::optional<T>& maybe) : value(maybe ? value(*maybe) : value(std::nullopt)) {}

  enum class type { null, text, integer };
  type which() const noexcept { return type_; }
  const std::string& text() const noexcept { return text_; }
  std::int64_t number() const noexcept { return number_; }

 private:
  type type_ = type::null;
  std::string text_;
  std::int64_t number_ = 0;
};

/// `{"email", normal_form}` for `:email` in the statement. Every named parameter must be given, in any order.
struct parameter {
  std::string_view name;
  value bound;
};
using parameters = std::initializer_list<parameter>;

/// A SELECT with the types of its columns: std::string, std::int64_t, bool, base::timestamp, base::id<…>, or
/// std::optional of them (a NULL in a column that is not optional is an error). Make it a constant of the repository:
///   constexpr query<user_id, std::string, bool> find{"SELECT id, email, is_active FROM users WHERE email = :email"};
template <class... Columns>
struct query {
  std::string_view text;
};

namespace detail {

struct cell {
  bool is_null = true;
  std::string text;
  std::int64_t number = 0;
};
enum class column_type { text, integer };

template <class T>
struct column {
  static_assert(sizeof(T) == 0, "not a column type");
};
template <>
struct column<std::string> {
  static constexpr auto type = column_type::text;
  static std::string read(cell& c) { return std::move(c.text); }
};
template <>
struct column<std::int64_t> {
  static constexpr auto type = column_type::integer;
  static std::int64_t read(cell& c) { return c.number; }
};
template <>
struct column<bool> {
  static constexpr auto type = column_type::integer;
  static bool read(cell& c) { return c.number != 0; }
};
template <>
struct column<base::timestamp> {
  static constexpr auto type = column_type::integer;
  static base::timestamp read(cell& c) { return base::from_microseconds(c.number); }
};
template <class Tag>
struct column<base::id<Tag>> {
  static constexpr auto type = column_type::text;
  static base::id<Tag> read(cell& c) {
    if (const auto id = base::id<Tag>::parse(c.text)) return *id;
    throw sql_error(failure::other, "a stored id is not a UUID");
  }
};
template <class T>
struct column<std::optional<T>> {
  static constexpr auto type = column<T>::type;
  static std::optional<T> read(cell& c) {
    if (c.is_null) return std::nullopt;
    return column<T>::read(c);
  }
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
T read_cell(cell& c) {
  if (c.is_null && !is_optional<T>) throw sql_error(failure::other, "an unexpected NULL");
  return column<T>::read(c);
}

template <class... Columns, std::size_t... I>
std::tuple<Columns...> read_row(std::span<cell> cells, std::index_sequence<I...>) {
  return std::tuple<Columns...>{read_cell<Columns>(cells[I])...};
}

}  // namespace detail

/// Statements are prepared once per session and kept by their text, so texts must be constants. After a statement has
/// failed the session refuses every further one, and the job cannot succeed any more: that is what PostgreSQL does, so
/// it holds everywhere. A job may still catch the failure to answer with an error of its own.
class session {
 public:
  virtual ~session() = default;

  /// INSERT, UPDATE, DELETE; returns the number of rows it changed.
  virtual std::int64_t execute(std::string_view statement, parameters bound = {}) = 0;

  /// All rows of a SELECT.
  template <class... Columns>
  std::vector<std::tuple<Columns...>> all(const query<Columns...>& select, parameters bound = {}) {
    std::vector<std::tuple<Columns...>> rows;
    read<Columns...>(select, bound, no_limit, rows);
    return rows;
  }

  /// The first row of a SELECT, if there is one.
  template <class... Columns>
  std::optional<std::tuple<Columns...>> first(const query<Columns...>& select, parameters bound = {}) {
    std::vector<std::tuple<Columns...>> rows;
    read<Columns...>(select, bound, 1, rows);
    if (rows.empty()) return std::nullopt;
    return std::move(rows.front());
  }

  virtual kind database_kind() const noexcept = 0;

 protected:
  static constexpr std::size_t no_limit = static_cast<std::size_t>(-1);

  class row_sink {
   public:
    virtual void take(std::span<detail::cell> row) = 0;

   protected:
    ~row_sink() = default;
  };

  virtual void select(std::string_view statement, parameters bound, std::span<const detail::column_type> types,
                      std::size_t limit, row_sink& sink) = 0;

 private:
  template <class... Columns>
  void read(const query<Columns...>& statement, parameters bound, std::size_t limit,
            std::vector<std::tuple<Columns...>>& rows) {
    struct sink final : row_sink {
      explicit sink(std::vector<std::tuple<Columns...>>& r) : rows(r) {}
      void take(std::span<detail::cell> cells) override {
        rows.push_back(detail::read_row<Columns...>(cells, std::index_sequence_for<Columns...>{}));
      }
      std::vector<std::tuple<Columns...>>& rows;
    } into(rows);
    static constexpr std::array<detail::column_type, sizeof...(Columns)> types = {detail::column<Columns>::type...};
    select(statement.text, bound, types, limit, into);
  }
};

}  // namespace kontor::sql
