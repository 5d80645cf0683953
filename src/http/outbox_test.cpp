#include "http/outbox.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace kontor::http {
namespace {

using outcome = outbox::outcome;

socket_frame frame(std::string data) {
  return {std::make_shared<const std::string>(std::move(data)), message_kind::text};
}
socket_frame sized(std::size_t size) {
  return frame(std::string(size, 'x'));
}

// What the writer would get, one after the other.
std::string drain(outbox& box) {
  std::string all;
  while (const auto next = box.next())
    all += *next->data + " ";
  return all;
}

}  // namespace

TEST(Outbox, GivesBackInOrder) {
  outbox box(100, 10);
  for (const auto* word : {"a", "b", "c"})
    EXPECT_EQ(box.add(frame(word)).what, outcome::taken);
  EXPECT_EQ(box.next()->data->front(), 'a');
  box.add(frame("d"));
  EXPECT_EQ(drain(box), "b c d ");
  EXPECT_TRUE(box.is_empty());
  EXPECT_FALSE(box.next().has_value());
}

TEST(Outbox, IsInOrderHoweverFullItEverWas) {
  outbox box(1'000'000, 10'000);
  int added = 0;
  int taken = 0;
  for (int round = 0; round < 200; ++round) {
    for (int i = 0; i < round; ++i)
      box.add(frame(std::to_string(added++)));
    for (int i = 0; i < round - round % 7; ++i)
      ASSERT_EQ(*box.next()->data, std::to_string(taken++));
  }
  while (const auto next = box.next())
    ASSERT_EQ(*next->data, std::to_string(taken++));
  EXPECT_EQ(taken, added);
}

TEST(Outbox, LimitOfFrames) {
  outbox box(1'000, 3);
  EXPECT_EQ(box.add(sized(1)).what, outcome::taken);
  EXPECT_EQ(box.add(sized(1)).what, outcome::taken);
  EXPECT_EQ(box.add(sized(1)).what, outcome::taken);
  // The one that is being written counts.
  EXPECT_TRUE(box.next().has_value());
  EXPECT_EQ(box.add(sized(1)).what, outcome::full);
}

TEST(Outbox, LimitOfBytes) {
  outbox box(10, 100);
  EXPECT_EQ(box.add(sized(6)).what, outcome::taken);
  EXPECT_TRUE(box.next().has_value());
  EXPECT_EQ(box.add(sized(4)).what, outcome::taken);
  EXPECT_TRUE(box.next().has_value());
  // The first one is written.
  EXPECT_EQ(box.add(sized(6)).what, outcome::taken);
  EXPECT_EQ(box.add(sized(0)).what, outcome::taken);
  EXPECT_EQ(box.add(sized(1)).what, outcome::full);
  outbox other(10, 100);
  EXPECT_EQ(other.add(sized(11)).what, outcome::full);
}

TEST(Outbox, AFullOneForgetsWhatWaitsAndIsClosed) {
  const auto kept = std::make_shared<const std::string>("kept");
  outbox box(1'000, 2);
  box.add({kept, message_kind::text});
  box.add({kept, message_kind::text});
  EXPECT_EQ(kept.use_count(), 3);
  EXPECT_EQ(box.add({kept, message_kind::text}).what, outcome::full);
  EXPECT_EQ(kept.use_count(), 1);
  EXPECT_TRUE(box.is_closed());
  EXPECT_EQ(box.order()->code, close_code::try_again_later);
  EXPECT_EQ(box.add(sized(1)).what, outcome::closed);
  EXPECT_EQ(box.close({close_code::normal, ""}).what, outcome::closed);
  EXPECT_EQ(box.order()->code, close_code::try_again_later);
  EXPECT_FALSE(box.next().has_value());
}

TEST(Outbox, WhatWaitsGoesBeforeTheClosing) {
  outbox box(100, 10);
  box.add(frame("a"));
  EXPECT_EQ(box.close({close_code::going_away, "why"}).what, outcome::taken);
  EXPECT_EQ(box.close({close_code::normal, "late"}).what, outcome::closed);
  EXPECT_EQ(box.add(frame("b")).what, outcome::closed);
  EXPECT_EQ(drain(box), "a ");
  EXPECT_EQ(box.order()->code, close_code::going_away);
  EXPECT_EQ(box.order()->reason, "why");
}

TEST(Outbox, WakesTheWriterOnceAndNotWhileItWrites) {
  outbox box(100, 10);
  EXPECT_TRUE(box.add(frame("a")).wakes_writer);
  EXPECT_FALSE(box.add(frame("b")).wakes_writer);
  box.woken();
  EXPECT_TRUE(box.next().has_value());
  EXPECT_FALSE(box.add(frame("c")).wakes_writer);
  // Closing has a time limit, which must begin at once.
  EXPECT_TRUE(box.close({close_code::normal, ""}).wakes_writer);
  EXPECT_EQ(drain(box), "b c ");

  outbox idle(100, 10);
  idle.add(frame("a"));
  idle.woken();
  drain(idle);
  EXPECT_TRUE(idle.add(frame("b")).wakes_writer);
  EXPECT_FALSE(idle.close({close_code::normal, ""}).wakes_writer);

  outbox full(1, 1);
  full.add(frame("a"));
  full.woken();
  full.next();
  EXPECT_TRUE(full.add(frame("b")).wakes_writer);
}

TEST(Outbox, AShutOneKeepsNothing) {
  const auto kept = std::make_shared<const std::string>("kept");
  outbox box(100, 10);
  box.add({kept, message_kind::text});
  box.shut();
  EXPECT_EQ(kept.use_count(), 1);
  EXPECT_TRUE(box.is_closed());
  EXPECT_FALSE(box.order().has_value());
  EXPECT_EQ(box.add(frame("a")).what, outcome::closed);
}

// RFC 6455 section 5.5.1: what remains must be UTF-8 still.
TEST(Outbox, CutsReasonsToWhatAFrameHolds) {
  const auto reason_of = [](std::string reason) {
    outbox box(1, 1);
    box.close({close_code::normal, std::move(reason)});
    return box.order()->reason;
  };
  EXPECT_EQ(reason_of(std::string(123, 'r')).size(), 123u);
  EXPECT_EQ(reason_of(std::string(124, 'r')).size(), 123u);
  EXPECT_EQ(reason_of(std::string(122, 'r') + "\xc3\xbc"), std::string(122, 'r'));
  EXPECT_EQ(reason_of(std::string(121, 'r') + "\xc3\xbc"), std::string(121, 'r') + "\xc3\xbc");
  EXPECT_EQ(reason_of(std::string(120, 'r') + "\xf0\x9f\x93\x88"), std::string(120, 'r'));
}

}  // namespace kontor::http
