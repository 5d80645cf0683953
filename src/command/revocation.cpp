#include "command/revocation.hpp"

#include "account/link_statements.hpp"
#include "account/user_statements.hpp"
#include "mail/outbox_statements.hpp"

namespace kontor::command {

void revoke_everything(sql::session& in) {
  // Sessions, their tokens, personal tokens and unfinished sign-ins all belong to an epoch.
  account::statements::raise_all_epochs(in);
  account::statements::drop_all_links(in);
  mail::statements::drop_all_mails(in);
}

}  // namespace kontor::command
