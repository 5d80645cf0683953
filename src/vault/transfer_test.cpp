#include "vault/transfer.hpp"
#include "vault/recovery_key.hpp"
#include "vault/vault_fixture.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

namespace kontor::vault {
namespace {

struct VaultTransfer : vault_fixture {
  base::result<transfer_count> take(std::vector<std::string>& lines) {
    return export_secrets(*store, *ring, key, clock, [&lines](std::string_view line) {
      lines.emplace_back(line);
      return true;
    });
  }
  std::vector<std::string> lines_of_all() {
    std::vector<std::string> lines;
    EXPECT_TRUE(take(lines));
    return lines;
  }
  base::result<std::vector<carried_secret>> read(const std::vector<std::string>& lines) const {
    std::string text;
    for (const auto& line : lines)
      text += line + "\n";
    std::istringstream in(text);
    return read_export(in, key);
  }
  base::secret_bytes key = make_recovery_key();
};
INSTANTIATE_TEST_SUITE_P(Databases, VaultTransfer, tests::each_database, tests::database_name);

}  // namespace

TEST_P(VaultTransfer, CarriesThePresentVersionOfEverySecretThatReads) {
  std::vector<base::user_id> people;
  for (int i = 0; i < 120; ++i)
    people.push_back(add_user());
  std::ranges::sort(people);
  for (const auto& owner : people)
    ASSERT_TRUE(save(owner, "a", "of " + owner.str()));
  ASSERT_TRUE(save(people[0], "a", "newer"));
  ASSERT_TRUE(save(people[0], "gone", "deleted"));
  ASSERT_TRUE(await(service->delete_user_secret(people[0], "gone", by(people[0]))));
  ASSERT_TRUE(save(people[1], "broken", "x"));
  write("UPDATE vault_versions SET token = 'x'" + of(people[1], "broken"));
  write("UPDATE vault_user_keys SET wrapped = 'x' WHERE user_id = '" + people[2].str() + "'");

  std::vector<std::string> lines;
  const auto count = take(lines);
  ASSERT_TRUE(count);
  EXPECT_EQ(count->secrets, 119);
  EXPECT_EQ(count->unreadable, 2);
  for (const auto& line : lines)
    EXPECT_EQ(line.find(people[0].str()), std::string::npos);
  const auto carried = read(lines).value();
  ASSERT_EQ(carried.size(), 119u);
  EXPECT_EQ(carried[0].owner, people[0]);
  EXPECT_EQ(carried[0].name, "a");
  EXPECT_EQ(carried[0].value.text(), "newer");
  EXPECT_EQ(carried[2].owner, people[3]);
  EXPECT_EQ(carried.back().value.text(), "of " + people.back().str());
}

TEST_P(VaultTransfer, NothingIsReadFromAFileThatIsNotAsItWasWritten) {
  EXPECT_TRUE(read(lines_of_all()).value().empty());
  const auto owner = add_user();
  for (const auto* name : {"a", "b", "c"})
    ASSERT_TRUE(save(owner, name, "value"));
  const auto good = lines_of_all();
  ASSERT_EQ(good.size(), 5u);
  ASSERT_EQ(read(good).value().size(), 3u);
  for (std::size_t i = 0; i < good.size(); ++i) {
    auto without = good;
    without.erase(without.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_EQ(read(without).error().code, base::errc::malformed) << "without line " << i;
    auto twice = good;
    twice.insert(twice.begin() + static_cast<std::ptrdiff_t>(i), good[i]);
    EXPECT_EQ(read(twice).error().code, base::errc::malformed) << "line " << i << " twice";
    auto changed = good;
    changed[i][changed[i].size() / 2] ^= 1;
    EXPECT_EQ(read(changed).error().code, base::errc::malformed) << "line " << i << " changed";
  }
  auto moved = good;
  std::swap(moved[1], moved[2]);
  EXPECT_EQ(read(moved).error().code, base::errc::malformed);
  EXPECT_EQ(read({}).error().code, base::errc::malformed);
  key = make_recovery_key();
  EXPECT_EQ(read(good).error().code, base::errc::malformed);
}

// The program once ended before it could say what it had done: it saved through a loop, which was gone while a thread
// of the database still came back from it.
TEST_P(VaultTransfer, AnImportSavesWhatIsNotThere) {
  const auto ann = add_user();
  const auto bob = add_user();
  const auto gone = add_user();
  for (const auto* name : {"a", "b", "broken", "deleted"})
    ASSERT_TRUE(save(ann, name, std::string("carried ") + name));
  ASSERT_TRUE(save(bob, "a", "of bob"));
  ASSERT_TRUE(save(gone, "a", "of nobody"));
  const auto carried = read(lines_of_all()).value();
  ASSERT_EQ(carried.size(), 6u);

  ASSERT_TRUE(save(ann, "a", "newer"));
  ASSERT_TRUE(await(service->destroy_user_secret(ann, "b", by(ann))));
  ASSERT_TRUE(await(service->delete_user_secret(ann, "deleted", by(ann))));
  write("UPDATE vault_versions SET token = 'x'" + of(ann, "broken"));
  ASSERT_TRUE(await(service->destroy_all(bob, by(bob))));
  write("DELETE FROM users WHERE id = '" + gone.str() + "'");
  const auto saved_before = acts("secret.saved");
  import_count count;
  ASSERT_TRUE(import_secrets(*store, *service, carried, count));
  EXPECT_EQ(count.saved, 3u);
  EXPECT_EQ(count.there, 1u);
  EXPECT_EQ(count.unreadable, 1u);
  EXPECT_EQ(count.nobody, 1u);
  EXPECT_EQ(acts("secret.saved"), saved_before + 3);
  EXPECT_EQ(acts("secret.unreadable"), 1);
  EXPECT_EQ(text_at("SELECT detail FROM audit_log WHERE action = 'secret.unreadable' AND address = 'console'"),
            R"({"name":"user_)" + ann.str() + R"(_broken"})");
  EXPECT_EQ(get(ann, "a"), "newer");
  EXPECT_EQ(get(ann, "b"), "carried b");
  EXPECT_EQ(get(ann, "deleted"), "carried deleted");
  EXPECT_EQ(get(ann, "broken"), "secret-unreadable");
  EXPECT_EQ(get(bob, "a"), "of bob");

  import_count again;
  ASSERT_TRUE(import_secrets(*store, *service, carried, again));
  EXPECT_EQ(again.saved, 0u);
  EXPECT_EQ(again.there, 4u);
  EXPECT_EQ(again.unreadable, 1u);

  ring->set_state({});
  EXPECT_EQ(outcome_of(import_secrets(*store, *service, carried, again)), "vault-key-missing");
}

TEST_P(VaultTransfer, AFullDiskIsTold) {
  ASSERT_TRUE(save(add_user(), "a", "value"));
  for (int room = 0; room < 3; ++room) {
    int written = 0;
    const auto refused = export_secrets(*store, *ring, key, clock, [&](std::string_view) { return written++ < room; });
    EXPECT_EQ(refused.error().code, base::errc::storage_full) << room;
  }
}

}  // namespace kontor::vault
