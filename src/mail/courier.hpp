// Takes mails from the queue and has them sent, one after the other, as long as the program runs.
#pragma once

#include "base/time.hpp"
#include "mail/mail_sender.hpp"
#include "mail/message.hpp"
#include "mail/outbox.hpp"
#include "metrics/counter.hpp"
#include "sql/database.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <memory>

namespace kontor::mail {

struct courier_settings {
  /// How often the queue is looked at without a ring: for mails of other nodes, and for those that wait.
  std::chrono::milliseconds poll{5000};
  /// A pause after a ring, so that the answer to the request that rang is out before the machine has a mail to send:
  /// how long it takes says nothing about whether there is one.
  std::chrono::milliseconds settle{50};
  /// How long a mail that is being sent is nobody else's; more than a sender takes at most. After a crash it is tried
  /// again when that is over.
  std::chrono::seconds lease{60};
  std::int64_t batch = 20;
};

/// A mail is sent at least once: after a crash between the other side's yes and our note of it, a second time, with the
/// same Message-ID. Failures are logged without addresses and links.
/// What became of mails, since the start.
struct mail_counts {
  metrics::counter sent;
  metrics::counter failed;    ///< Attempts; most are made again.
  metrics::counter given_up;  ///< Mails that nobody gets any more.
};

class courier {
 public:
  /// All that is given outlives the loop that start() is given.
  courier(sql::database& database, outbox& box, mail_sender& sender, letterhead head, const base::clock& clock,
          courier_settings settings = {});
  ~courier();
  courier(const courier&) = delete;
  courier& operator=(const courier&) = delete;

  /// Begins, on this loop. Before anybody rings.
  void start(boost::asio::io_context& loop);
  /// Ends, from outside the loop, which must still run: cuts what is being sent and lets it be tried again. Safe to
  /// call twice, and without start().
  void stop();

  /// From any thread.
  const mail_counts& counts() const noexcept;

 private:
  struct work;
  std::shared_ptr<work> work_;
  outbox& box_;
};

}  // namespace kontor::mail
