// Generated from the database's own schema: a new table of users without its row here fails.
#include "app/own_data.hpp"

#include "app/migrations.hpp"
#include "tests/support/databases.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <string>

namespace kontor::app {
namespace {

struct OwnData : testing::Test {
  OwnData() {
    sql::migrate(empty.settings(), all_migrations());
    store = sql::open_database(empty.settings());
  }

  template <class... Columns>
  std::vector<std::tuple<Columns...>> all(const sql::query<Columns...>& select) {
    return store->read_now([&select](sql::session& in) { return in.all(select); }).value();
  }

  struct reference {
    std::string to;
    std::string on_delete;
  };
  std::multimap<std::string, reference> references() {
    constexpr sql::query<std::string, std::string, std::string> select{
        "SELECT m.name, f.\"table\", f.on_delete FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f"
        " WHERE m.type = 'table'"};
    std::multimap<std::string, reference> found;
    for (auto& [from, to, on_delete] : all(select))
      found.emplace(from, reference{to, on_delete});
    return found;
  }

  // Tables with a column that names a user, and those whose rows belong to a row of such a table.
  std::set<std::string> tables_of_users() {
    constexpr sql::query<std::string> select{
        "SELECT DISTINCT m.name FROM sqlite_master m JOIN pragma_table_info(m.name) c"
        " WHERE m.type = 'table' AND c.name IN ('user_id', 'owner_id', 'actor_id')"};
    std::set<std::string> found = {"users"};
    for (auto& [name] : all(select))
      found.insert(name);
    const auto all_references = references();
    for (std::size_t before = 0; before != found.size();) {
      before = found.size();
      for (const auto& [from, reference] : all_references)
        if (found.contains(reference.to)) found.insert(from);
    }
    return found;
  }

  tests::test_database empty{sql::kind::sqlite};
  std::unique_ptr<sql::database> store;
};

}  // namespace

TEST_F(OwnData, EveryTableOfUsersIsInTheArchiveOrLeftOutForAReason) {
  std::multiset<std::string> listed;
  for (const auto* source : own_data())
    for (const auto table : source->tables())
      listed.emplace(table);
  for (const auto& [table, why] : not_in_archive()) {
    listed.emplace(table);
    EXPECT_FALSE(why.empty()) << table;
  }
  const std::set<std::string> once(listed.begin(), listed.end());
  EXPECT_EQ(listed.size(), once.size()) << "a table stands on both lists";
  EXPECT_EQ(once, tables_of_users());
}

TEST_F(OwnData, EveryTableOfUsersButTheLogGoesWithTheAccount) {
  const auto all_references = references();
  for (const auto& table : tables_of_users()) {
    if (table == "users" || table == "audit_log") continue;
    const auto [from, to] = all_references.equal_range(table);
    ASSERT_NE(from, to) << table << " refers to nothing";
    EXPECT_TRUE(std::any_of(from, to, [](const auto& row) { return row.second.on_delete == "CASCADE"; })) << table;
  }
}

TEST_F(OwnData, EachSourceCanBeReadAndFitsItsColumns) {
  std::set<std::string_view> names;
  for (const auto* source : own_data()) {
    EXPECT_TRUE(names.insert(source->name()).second) << source->name();
    auto job = [source](sql::session& in) { return source->read(in, {}, std::nullopt); };
    const auto page = store->read_now(std::move(job));
    ASSERT_TRUE(page.has_value()) << source->name();
    EXPECT_TRUE(page->rows.empty());
    EXPECT_FALSE(source->in_german().empty() || source->in_english().empty());
  }
}

}  // namespace kontor::app
