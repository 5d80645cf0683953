#include "audit/chain_check.hpp"

#include <gtest/gtest.h>

#include <set>
#include <utility>
#include <vector>

namespace kontor::audit {
namespace {

struct ChainCheck : testing::Test {
  ChainCheck() {
    std::string before(hash_before_first);
    for (std::int64_t number = 1; number <= 5; ++number) {
      stored_entry entry;
      entry.number = number;
      entry.action = "session.created";
      entry.outcome = "ok";
      entry.key_id = keys.key_id();
      entry.subject.fields = {"owner", "{}"};
      entry.actor.fields = {"actor", "192.0.2.7", std::nullopt};
      seal(entry.subject);
      seal(entry.actor);
      entry.hash = keys.hash_of(entry, before);
      before = entry.hash;
      entries.push_back(std::move(entry));
    }
    head = signed_head({5, before});
  }

  stored_head signed_head(chain_head last) { return {last, keys.key_id(), keys.mac_of(last)}; }

  verification follow(std::optional<chain_head> remembered = std::nullopt) {
    chain_check check(keys, std::move(remembered));
    for (const auto& entry : entries)
      check.take(entry);
    return check.finish(head);
  }
  void erase(stored_entry& entry, side which) {
    auto& personal = which == side::subject ? entry.subject : entry.actor;
    for (auto& field : personal.fields)
      field.reset();
    personal.salt.reset();
    personal.erasure = keys.erasure_mark(entry.number, entry.hash, which);
  }

  chain keys{base::secret_bytes(std::string(32, 'k'))};
  std::vector<stored_entry> entries;
  std::optional<stored_head> head;
};

TEST_F(ChainCheck, AnEmptyLogHolds) {
  entries.clear();
  head = signed_head({0, std::string(hash_before_first)});
  const auto found = follow();
  EXPECT_FALSE(found.broken);
  EXPECT_EQ(found.entries, 0);
  EXPECT_EQ(found.last, head->last);
}

TEST_F(ChainCheck, AWholeLogHolds) {
  const auto found = follow(chain_head{3, entries[2].hash});
  EXPECT_FALSE(found.broken);
  EXPECT_EQ(found.entries, 5);
  EXPECT_EQ(found.erased, 0);
  EXPECT_EQ(found.last, head->last);
}

TEST_F(ChainCheck, WhatWasErasedIsCountedAndHolds) {
  erase(entries[1], side::subject);
  erase(entries[3], side::subject);
  erase(entries[3], side::actor);
  const auto found = follow();
  EXPECT_FALSE(found.broken);
  EXPECT_EQ(found.erased, 2);
}

TEST_F(ChainCheck, CountsOnlyUpToTheBreak) {
  entries[3].action = "session.ended";
  const auto found = follow();
  EXPECT_EQ(found.broken, (broken_link{4, flaw::changed, {}}));
  EXPECT_EQ(found.entries, 3);
  EXPECT_EQ(found.last, (chain_head{3, entries[2].hash}));
}

TEST_F(ChainCheck, AnEmptiedSideIsNotAnErasedOne) {
  erase(entries[1], side::subject);
  for (const auto& mark : {std::optional<std::string>(), std::optional<std::string>(""),
                           std::optional(keys.erasure_mark(2, entries[1].hash, side::actor)),
                           std::optional(keys.erasure_mark(3, entries[2].hash, side::subject))}) {
    entries[1].subject.erasure = mark;
    EXPECT_EQ(follow().broken, (broken_link{2, flaw::emptied, {}})) << mark.value_or("none");
  }
}

TEST_F(ChainCheck, AnErasedSideHoldsNothing) {
  erase(entries[1], side::actor);
  entries[1].actor.fields[1] = "192.0.2.8";
  EXPECT_EQ(follow().broken, (broken_link{2, flaw::changed, {}}));
}

TEST_F(ChainCheck, NamesWhereTheMissingOneStands) {
  auto moved = entries[1];
  entries.erase(entries.begin() + 1);
  EXPECT_EQ(follow().broken, (broken_link{2, flaw::missing, {}}));
  moved.number = 900;
  entries.push_back(moved);
  EXPECT_EQ(follow().broken, (broken_link{2, flaw::order, 900}));
}

TEST_F(ChainCheck, NothingStandsBeforeTheFirst) {
  auto extra = entries[0];
  extra.number = 0;
  entries.insert(entries.begin(), extra);
  EXPECT_EQ(follow().broken, (broken_link{0, flaw::order, {}}));
}

TEST_F(ChainCheck, AnotherKeyIsSaidToBeOne) {
  const chain other(base::secret_bytes(std::string(32, 'o')));
  chain_check check(other);
  for (const auto& entry : entries)
    check.take(entry);
  EXPECT_EQ(check.finish(head).broken, (broken_link{1, flaw::other_key, {}}));
}

TEST_F(ChainCheck, TheHeadNamesTheLast) {
  head = signed_head({6, entries[4].hash});
  EXPECT_EQ(follow().broken, (broken_link{6, flaw::missing, {}}));
  head = signed_head({4, entries[3].hash});
  EXPECT_EQ(follow().broken, (broken_link{5, flaw::head, {}}));
  head = signed_head({5, entries[3].hash});
  EXPECT_EQ(follow().broken, (broken_link{5, flaw::head, {}}));
  head.reset();
  EXPECT_EQ(follow().broken, (broken_link{5, flaw::head, {}}));
}

TEST_F(ChainCheck, ACutEndNeedsASignature) {
  // With the entry goes the head, whose signature was made for another end.
  const auto before = head.value();
  entries.pop_back();
  head->last = {4, entries[3].hash};
  EXPECT_EQ(follow().broken, (broken_link{4, flaw::unsigned_head, {}}));
  head->mac = "";
  EXPECT_EQ(follow().broken, (broken_link{4, flaw::unsigned_head, {}}));
  const chain other(base::secret_bytes(std::string(32, 'o')));
  head->mac = other.mac_of(head->last);
  EXPECT_EQ(follow().broken, (broken_link{4, flaw::unsigned_head, {}}));
  head->key_id = other.key_id();
  EXPECT_EQ(follow().broken, (broken_link{4, flaw::unsigned_head, {}}));
  head = before;
  EXPECT_EQ(follow().broken, (broken_link{5, flaw::missing, {}}));
  head = signed_head({4, entries[3].hash});
  EXPECT_FALSE(follow().broken);
}

TEST_F(ChainCheck, WhatIsRememberedMustBePartOfIt) {
  EXPECT_EQ(follow(chain_head{6, entries[4].hash}).broken, (broken_link{6, flaw::missing, {}}));
  EXPECT_EQ(follow(chain_head{4, entries[4].hash}).broken, (broken_link{4, flaw::rewritten, {}}));
}

TEST(BrokenLink, EveryFlawHasASentence) {
  std::set<std::string> sentences;
  for (const auto why : {flaw::changed, flaw::missing, flaw::order, flaw::emptied, flaw::other_key, flaw::head,
                         flaw::unsigned_head, flaw::rewritten}) {
    const auto sentence = describe({17, why, {}});
    EXPECT_NE(sentence.find("audit entry 17 "), std::string::npos) << sentence;
    EXPECT_TRUE(sentences.insert(sentence).second) << sentence;
  }
  EXPECT_EQ(describe({17, flaw::order, 900}), "audit entry 17 was moved: it stands under number 900");
}

}  // namespace
}  // namespace kontor::audit
