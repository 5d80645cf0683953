#include "mail/courier.hpp"

#include "async/task_group.hpp"
#include "base/log.hpp"
#include "mail/delivery.hpp"
#include "mail/outbox_statements.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_future.hpp>

#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace kontor::mail {

using base::log_level;

/// Lives as long as its coroutine, which may be destroyed with the loop.
struct courier::work {
  work(sql::database& d, const outbox& b, mail_sender& s, letterhead h, const base::clock& c, courier_settings with)
      : database(d), box(b), sender(s), head(std::move(h)), clock(c), settings(with) {}

  /// What needs the loop.
  struct on_loop {
    explicit on_loop(boost::asio::io_context& l) : loop(l), roots(l), timer(l.get_executor()) {}
    boost::asio::io_context& loop;
    async::task_group roots;
    boost::asio::basic_waitable_timer<std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>,
                                      async::executor>
        timer;
    bool rung = false;
  };

  static async::awaitable<void> run(std::shared_ptr<work> self);
  async::awaitable<bool> deliver_due_or_log();
  async::awaitable<bool> deliver_due();
  async::awaitable<void> deliver(statements::claimed_mail ours);
  async::awaitable<attempt_outcome> attempt(const statements::claimed_mail& ours);
  async::awaitable<void> settle(statements::claimed_mail ours, attempt_outcome outcome);
  async::awaitable<void> tidy();
  async::awaitable<void> pause(std::chrono::milliseconds time);
  async::awaitable<void> wait_for_work();

  sql::database& database;
  const outbox& box;
  mail_sender& sender;
  const letterhead head;
  const base::clock& clock;
  const courier_settings settings;
  std::optional<on_loop> here;
  std::atomic<bool> stopping = false;
  std::optional<base::timestamp> tidied_at;
  mail_counts counts;
  bool complained = false;  // about the database, once until it answers again
};

async::awaitable<void> courier::work::pause(std::chrono::milliseconds time) {
  here->timer.expires_after(time);
  boost::system::error_code woken;
  co_await here->timer.async_wait(boost::asio::redirect_error(async::use_awaitable, woken));
}

async::awaitable<void> courier::work::wait_for_work() {
  if (!here->rung) co_await pause(settings.poll);
  if (std::exchange(here->rung, false)) co_await pause(settings.settle);
}

async::awaitable<void> courier::work::run(std::shared_ptr<work> self) {
  while (!self->stopping) {
    const bool more = co_await self->deliver_due_or_log();
    if (!more && !self->stopping) co_await self->wait_for_work();
  }
}

// One mail that breaks something must not end the sending of mails.
async::awaitable<bool> courier::work::deliver_due_or_log() {
  try {
    co_return co_await deliver_due();
  } catch (const boost::system::system_error& e) {
    if (e.code() == boost::asio::error::operation_aborted) throw;
    base::log(log_level::error, "sending mails failed", {{"what", e.what()}});
  } catch (const std::exception& e) {
    base::log(log_level::error, "sending mails failed", {{"what", e.what()}});
  }
  co_return false;
}

async::awaitable<bool> courier::work::deliver_due() {
  co_await tidy();
  auto look = [now = clock.now(), most = settings.batch](sql::session& in) {
    return statements::find_due(in, now, most);
  };
  const auto due = co_await database.read(std::move(look));
  if (!due) {
    if (!std::exchange(complained, true) && !stopping)
      base::log(log_level::warning, "the mail queue cannot be read", {{"detail", due.error().internal_detail}});
    co_return false;
  }
  complained = false;
  for (const auto& which : *due) {
    if (stopping) co_return false;
    auto take = [which, until = clock.now() + settings.lease](sql::session& in) {
      return statements::claim(in, which, until);
    };
    auto ours = co_await database.write(std::move(take));
    if (!ours) co_return false;
    if (*ours) co_await deliver(std::move(**ours));
  }
  co_return due->size() == static_cast<std::size_t>(settings.batch);
}

async::awaitable<attempt_outcome> courier::work::attempt(const statements::claimed_mail& ours) {
  const auto what = box.seal().open(ours.id, ours.sealed);
  if (!what) {
    base::log(log_level::error, "a mail in the queue cannot be read; was the signing key changed?",
              {{"mail_id", ours.id.str()}});
    co_return attempt_outcome::failed;
  }
  if (what->kind == mail_kind::nothing) co_return attempt_outcome::sent;
  outgoing_mail out{head.from, what->to, write_message(*what, ours.id, head, clock.now())};
  const auto sent = co_await sender.send(std::move(out));
  if (!sent && stopping) co_return attempt_outcome::interrupted;
  if (!sent) {
    base::log(log_level::warning, "mail not sent",
              {{"mail_id", ours.id.str()},
               {"attempt", std::to_string(ours.attempts)},
               {"detail", sent.error().internal_detail}});
    co_return attempt_outcome::failed;
  }
  base::log(log_level::info, "mail sent", {{"mail_id", ours.id.str()}, {"attempt", std::to_string(ours.attempts)}});
  co_return attempt_outcome::sent;
}

async::awaitable<void> courier::work::deliver(statements::claimed_mail ours) {
  // A mail that waited for its last attempt too long is not sent any more: its link would be of no use.
  if (clock.now() >= ours.gives_up_at) {
    co_await settle(std::move(ours), attempt_outcome::failed);
    co_return;
  }
  const auto outcome = co_await attempt(ours);
  co_await settle(std::move(ours), outcome);
}

async::awaitable<void> courier::work::settle(statements::claimed_mail ours, attempt_outcome outcome) {
  if (outcome == attempt_outcome::sent) counts.sent.add();
  if (outcome == attempt_outcome::failed) counts.failed.add();
  const auto decision = decide(outcome, ours.attempts, clock.now(), ours.gives_up_at);
  if (decision.step == delivery_step::give_up) counts.given_up.add();
  if (decision.step == delivery_step::give_up)
    base::log(log_level::error, "mail given up",
              {{"mail_id", ours.id.str()},
               {"attempts", std::to_string(ours.attempts)},
               {"made_at", base::to_rfc3339(ours.created_at)}});
  auto note = [ours = std::move(ours), decision](sql::session& in) {
    return decision.step == delivery_step::wait ? statements::postpone(in, ours, decision.at)
                                                : statements::remove(in, ours);
  };
  const auto noted = co_await database.write(std::move(note));
  if (!noted)
    base::log(log_level::warning, "what became of a mail could not be noted; it may be sent twice",
              {{"detail", noted.error().internal_detail}});
}

async::awaitable<void> courier::work::tidy() {
  const auto now = clock.now();
  if (tidied_at && now < *tidied_at + std::chrono::hours(1)) co_return;
  tidied_at = now;
  auto job = [now](sql::session& in) { return allowances::remove_old(in, now, 10'000); };
  (void)co_await database.write(std::move(job));
}

courier::courier(sql::database& database, outbox& box, mail_sender& sender, letterhead head, const base::clock& clock,
                 courier_settings settings)
    : work_(std::make_shared<work>(database, box, sender, std::move(head), clock, settings)), box_(box) {}

courier::~courier() {
  stop();
}

const mail_counts& courier::counts() const noexcept {
  return work_->counts;
}

void courier::start(boost::asio::io_context& loop) {
  work_->here.emplace(loop);
  box_.on_ring([bell = std::weak_ptr(work_), &loop] {
    boost::asio::post(loop, [bell] {
      if (const auto self = bell.lock()) {
        self->here->rung = true;
        self->here->timer.cancel();
      }
    });
  });
  boost::asio::post(loop, [self = work_] { self->here->roots.spawn("courier", work::run(self)); });
}

void courier::stop() {
  if (!work_->here || work_->stopping.exchange(true)) return;
  work_->sender.abandon();
  auto& loop = work_->here->loop;
  if (loop.stopped()) return;
  const auto end = [self = work_] { self->here->timer.cancel(); };
  boost::asio::post(loop, end);
  constexpr std::chrono::seconds time_to_die{10};
  auto ended =
      boost::asio::co_spawn(loop.get_executor(), work_->here->roots.drain(time_to_die), boost::asio::use_future);
  if (!ended.get()) base::log(log_level::error, "the sending of mails does not end");
}

}  // namespace kontor::mail
