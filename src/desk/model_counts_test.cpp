#include "desk/model_counts.hpp"

#include <gtest/gtest.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>

#include <utility>
#include <vector>

namespace kontor::desk {
namespace {

class written_answer final : public chat::answer_stream {
 public:
  explicit written_answer(std::vector<chat::model_event> events) : events_(std::move(events)) {}
  async::awaitable<chat::model_event> next() override { co_return std::move(events_.at(at_++)); }

 private:
  std::vector<chat::model_event> events_;
  std::size_t at_ = 0;
};

void read_all(model_counts& into, provider_kind kind, std::vector<chat::model_event> events) {
  const auto count = events.size();
  auto stream = counted(std::make_unique<written_answer>(std::move(events)), into, kind);
  for (std::size_t i = 0; i < count; ++i) {
    boost::asio::io_context loop;
    auto next = boost::asio::co_spawn(loop.get_executor(), stream->next(), boost::asio::use_future);
    loop.run();
    (void)next.get();
  }
}

chat::model_done done(std::optional<chat::model_usage> usage) {
  chat::model_done out;
  out.usage = usage;
  return out;
}

}  // namespace

TEST(ModelCounts, AnswersFailuresAndTokensByTheKindOfTheProvider) {
  model_counts counts;
  read_all(counts, provider_kind::openai, {chat::text_delta{"a"}, done(chat::model_usage{100, 20})});
  read_all(counts, provider_kind::openai, {done(chat::model_usage{1, 2})});
  read_all(counts, provider_kind::ollama, {chat::text_delta{"a"}, done(std::nullopt)});
  read_all(counts, provider_kind::azure, {chat::model_failed{}});
  read_all(counts, provider_kind::azure, {done(chat::model_usage{-5, 7})});
  EXPECT_EQ(counts.of(provider_kind::openai).answered.value(), 2u);
  EXPECT_EQ(counts.of(provider_kind::openai).input_tokens.value(), 101u);
  EXPECT_EQ(counts.of(provider_kind::openai).output_tokens.value(), 22u);
  EXPECT_EQ(counts.of(provider_kind::openai).failed.value(), 0u);
  EXPECT_EQ(counts.of(provider_kind::ollama).answered.value(), 1u);
  EXPECT_EQ(counts.of(provider_kind::ollama).output_tokens.value(), 0u);
  EXPECT_EQ(counts.of(provider_kind::azure).failed.value(), 1u);
  EXPECT_EQ(counts.of(provider_kind::azure).input_tokens.value(), 0u);
  EXPECT_EQ(counts.of(provider_kind::azure).output_tokens.value(), 7u);
}

TEST(ModelCounts, WhatIsNotReadToItsEndIsNoAnswer) {
  model_counts counts;
  read_all(counts, provider_kind::openai, {chat::text_delta{"a"}});
  EXPECT_EQ(counts.of(provider_kind::openai).answered.value(), 0u);
}

}  // namespace kontor::desk
