#include "mail/courier.hpp"

#include "mail/mail_fixture.hpp"

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>

namespace kontor::mail {
namespace {

using namespace std::chrono_literals;

/// Takes mails, or not, as it is told.
class scripted_sender final : public mail_sender {
 public:
  enum class answer { take, refuse, break_ };

  async::awaitable<base::result<void>> send(outgoing_mail what) override {
    answer now = answer::take;
    {
      const std::lock_guard lock(mutex_);
      if (!script_.empty()) {
        now = script_.front();
        script_.pop_front();
      }
      seen_.push_back(std::move(what));
    }
    changed_.notify_all();
    if (now == answer::break_) throw std::runtime_error("a sender that breaks");
    if (now == answer::refuse) co_return base::error{base::errc::unavailable, "", "", "told to refuse"};
    co_return base::result<void>();
  }
  void abandon() override {}

  void then(answer next) {
    const std::lock_guard lock(mutex_);
    script_.push_back(next);
  }
  /// Waits until so many mails were handed over in all.
  std::vector<outgoing_mail> await(std::size_t count) {
    std::unique_lock lock(mutex_);
    EXPECT_TRUE(changed_.wait_for(lock, 20s, [&] { return seen_.size() >= count; }));
    return seen_;
  }
  std::vector<outgoing_mail> seen() { return await(0); }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<answer> script_;
  std::vector<outgoing_mail> seen_;
};

struct Courier : on_mails {
  Courier() : courier_(*store, box, sender, {"desk@example.org", "https://desk.example"}, clock, quick()) {}
  ~Courier() override { courier_.stop(); }

  // A lease is not as long as any wait, so that the tests can tell which of them a row has.
  static courier_settings quick() { return {.poll = 20ms, .settle = 1ms, .lease = 50s, .batch = 3}; }
  void start() { courier_.start(loops.at(0)); }
  void await_rows(std::int64_t wanted) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    while (count("mail_outbox") != wanted && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(5ms);
    EXPECT_EQ(count("mail_outbox"), wanted);
  }

  scripted_sender sender;
  courier courier_;
};
INSTANTIATE_TEST_SUITE_P(Databases, Courier, tests::each_database, tests::database_name);

}  // namespace

TEST_P(Courier, SendsWhatIsThereAndWhatComes) {
  for (int i = 0; i < 7; ++i)
    put(some_mail());
  start();
  EXPECT_EQ(sender.await(7).at(0).to, "anna@example.org");
  put(some_mail());
  box.ring();
  sender.await(8);
  await_rows(0);
}

TEST_P(Courier, NothingIsNotSentButGoes) {
  auto nothing = some_mail();
  nothing.kind = mail_kind::nothing;
  put(std::move(nothing));
  start();
  await_rows(0);
  put(some_mail());
  EXPECT_EQ(sender.await(1).size(), 1u);
}

TEST_P(Courier, TriesAgainAfterTheWait) {
  sender.then(scripted_sender::answer::refuse);
  sender.then(scripted_sender::answer::refuse);
  put(some_mail());
  start();
  const auto first = sender.await(1);
  await_rows(1);
  const auto waits_until = [this](base::timestamp at) {
    const auto end = std::chrono::steady_clock::now() + 20s;
    constexpr sql::query<base::timestamp> next{"SELECT next_try_at FROM mail_outbox"};
    const auto read = [&] {
      return std::get<0>(store->read_now([&next](sql::session& in) { return in.first(next); }).value().value());
    };
    while (read() != at && std::chrono::steady_clock::now() < end)
      std::this_thread::sleep_for(5ms);
    EXPECT_EQ(read(), at);
  };
  waits_until(noon + 1min);
  clock.advance(1min);
  sender.await(2);
  waits_until(noon + 3min);
  clock.advance(2min);
  const auto all = sender.await(3);
  await_rows(0);
  // The same mail each time.
  const auto id_of = [](const std::string& text) { return text.substr(text.find("Message-ID"), 60); };
  EXPECT_EQ(id_of(all.at(2).message), id_of(first.at(0).message));
}

TEST_P(Courier, IsGivenUpWhenTheLinkIsOfNoUse) {
  put(some_mail());
  clock.advance(30min);
  start();
  await_rows(0);
  EXPECT_TRUE(sender.seen().empty());
}

TEST_P(Courier, IsSentUntilTheLinkIsOfNoUse) {
  put(some_mail());
  clock.advance(30min - 1us);
  start();
  await_rows(0);
  EXPECT_EQ(sender.seen().size(), 1u);
}

// incident: PocketBase #7762
TEST_P(Courier, GoesOnAfterAnException) {
  sender.then(scripted_sender::answer::break_);
  put(some_mail());
  start();
  sender.await(1);
  put(some_mail());
  sender.await(2);
  // The broken one comes again when its lease is over.
  clock.advance(60s);
  sender.await(3);
  await_rows(0);
}

TEST_P(Courier, StopsAtOnceAndTwice) {
  start();
  courier_.stop();
  courier_.stop();
  put(some_mail());
  box.ring();
  EXPECT_EQ(count("mail_outbox"), 1);
}

}  // namespace kontor::mail
