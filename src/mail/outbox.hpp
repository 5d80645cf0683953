// The queue of mails, from the side of those who write them.
#pragma once

#include "base/id.hpp"
#include "base/secret_bytes.hpp"
#include "base/time.hpp"
#include "mail/allowances.hpp"
#include "mail/mail_seal.hpp"
#include "sql/session.hpp"

#include <functional>
#include <optional>

namespace kontor::mail {

/// Thread-safe, once `on_ring` was called.
class outbox {
 public:
  /// `installation_key`: at least 32 bytes, the same on every node, else std::invalid_argument.
  explicit outbox(const base::secret_bytes& installation_key)
      : seal_(installation_key), allowances_(installation_key) {}

  /// Puts the mail into the queue, in the transaction of the act that it is about: it is sent exactly when that
  /// happened. `about`: whose account; the mail goes when that is deleted. Ring after the commit.
  void put(sql::session& in, const std::optional<base::user_id>& about, const mail& what, base::timestamp now) const;

  /// Something was put into the queue: look at once. Otherwise the sender finds it a little later.
  void ring() const {
    if (ring_) ring_();
  }
  /// Whom to tell; before anybody rings.
  void on_ring(std::function<void()> tell) { ring_ = std::move(tell); }

  const mail_seal& seal() const noexcept { return seal_; }
  const allowances& limits() const noexcept { return allowances_; }

 private:
  const mail_seal seal_;
  const allowances allowances_;
  std::function<void()> ring_;
};

}  // namespace kontor::mail
