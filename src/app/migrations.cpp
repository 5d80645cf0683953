#include "app/migrations.hpp"

#include "account/migrations.hpp"
#include "audit/migrations.hpp"
#include "chart/migrations.hpp"
#include "chat/migrations.hpp"
#include "factor/migrations.hpp"
#include "mail/migrations.hpp"
#include "market/migrations.hpp"
#include "policy/migrations.hpp"
#include "run/migrations.hpp"
#include "session/migrations.hpp"
#include "settings/migrations.hpp"
#include "throttle/migrations.hpp"
#include "token/migrations.hpp"
#include "vault/migrations.hpp"

#include <algorithm>
#include <vector>

namespace kontor::app {
namespace {

std::vector<sql::migration> join_rooms() {
  std::vector<sql::migration> steps;
  for (const auto of_room :
       {account::migrations(), session::migrations(), audit::migrations(), throttle::migrations(), factor::migrations(),
        token::migrations(), policy::migrations(), mail::migrations(), vault::migrations(), settings::migrations(),
        chat::migrations(), run::migrations(), market::migrations(), chart::migrations()})
    steps.insert(steps.end(), of_room.begin(), of_room.end());
  std::ranges::sort(steps, {}, &sql::migration::number);
  return steps;
}

}  // namespace

std::span<const sql::migration> all_migrations() {
  static const auto steps = join_rooms();
  return steps;
}

}  // namespace kontor::app
