#include "mail/outbox.hpp"

#include "crypto/random.hpp"
#include "mail/delivery.hpp"
#include "mail/outbox_statements.hpp"

namespace kontor::mail {

void outbox::put(sql::session& in, const std::optional<base::user_id>& about, const mail& what,
                 base::timestamp now) const {
  const auto id = crypto::random_id<mail_id>();
  statements::insert_mail(in, id, about, seal_.seal(id, what, now), now, give_up_time(now, what.expires_at));
}

}  // namespace kontor::mail
