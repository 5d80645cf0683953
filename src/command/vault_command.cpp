// `kontor vault …`: the life of the keys, beside a running server or without it.
#include "app/opened_audit_log.hpp"
#include "app/opened_vault.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "command/commands.hpp"
#include "command/opened_installation.hpp"
#include "command/typed_secret.hpp"
#include "vault/rotation.hpp"

#include <csignal>
#include <iostream>
#include <stop_token>
#include <string>

namespace kontor::command {
namespace {

int refuse(const base::error& why) {
  std::cerr << "kontor: "
            << (!why.detail.empty() ? why.detail
                                    : "the database could not do it (" + std::string(base::name_of(why.code)) +
                                          "): " + why.internal_detail)
            << "\n";
  return 1;
}

std::string shown(const std::vector<std::string>& ids) {
  return ids.empty() ? "none" : base::join(ids, ", ");
}

// What nobody got stays marked as such in the database.
bool show_once(vault::key_service& keys, std::string_view key_id, const base::secret_bytes& recovery_key) {
  if (!app::show_recovery_key(key_id, recovery_key)) return false;
  if (const auto noted = keys.note_recovery_shown(); !noted)
    base::log(base::log_level::warning, "that the recovery key was shown could not be noted",
              {{"reason", noted.error().internal_detail}});
  return true;
}

int not_shown() {
  std::cerr << "kontor: " << app::recovery_key_not_shown << "\n";
  return 1;
}

int print_status(vault::key_service& keys) {
  const auto found = keys.status();
  if (!found) return refuse(found.error());
  const bool is_ready = found->state.state == vault::key_state::ready;
  std::cout << "state     " << name_of(found->state.state) << "\n"
            << "needed    " << shown(found->in_database) << "\n"
            << "at hand   " << shown(found->in_source) << " (" << found->source << ")\n"
            << "users     " << found->users << "\n"
            << "to do     " << found->older << "\n";
  if (!is_ready) std::cout << "\n" << found->state.why << "\n";
  if (is_ready && found->in_database.size() > 1) std::cout << "\nA rotation is not finished: kontor vault rewrap.\n";
  if (is_ready && !found->recovery_shown)
    std::cout << "\nThe recovery key was never shown to anybody. Make another one: kontor vault recovery-key.\n";
  return is_ready ? 0 : 1;
}

// SIGTERM and SIGINT end a rotation behind the step it is at. A handler may touch no more than this.
volatile std::sig_atomic_t asked_to_end = 0;

void print_step(const vault::rotation_progress& progress) {
  using vault::rotation_step;
  switch (progress.done) {
    case rotation_step::make_key:
      std::cout << "A new key is in the key file.\n";
      break;
    case rotation_step::adopt_key:
      std::cout << "The database has the new key.\n";
      break;
    case rotation_step::rewrap:
      std::cout << progress.rewrapped << " users done, " << progress.left << " left\n";
      break;
    case rotation_step::retire:
      std::cout << "Nothing hangs on earlier keys; the database has forgotten them.\n";
      break;
    case rotation_step::drop_retired:
      std::cout << "The key file has forgotten them. Backups made before this open with the key file, or the recovery "
                   "key, of their time: keep those apart as long as such a backup, or make a new one now.\n";
      break;
    default:
      break;
  }
  std::cout << std::flush;
}

int print_end(const vault::rotation_outcome& outcome) {
  using vault::rotation_step;
  switch (outcome.end) {
    case rotation_step::finished:
      std::cout << "Key " << outcome.key_id << " opens everything.\n";
      if (!outcome.droppable.empty())
        std::cout << "These keys are needed no more, but by backups made before: " << shown(outcome.droppable)
                  << ". Keep a copy apart, then take them out.\n";
      return 0;
    case rotation_step::needs_key:
      std::cerr << "kontor: the keys are yours to change: put a new one in front (openssl rand -base64 32), keep the "
                   "others behind it, restart every server if they are in VAULT_KEY, and call this again.\n";
      return 1;
    case rotation_step::stuck:
      std::cerr
          << "kontor: the data keys of " << outcome.unreadable
          << " users do not open, so their master key has to stay. The log names them; everybody else is done. When "
             "these users have "
             "removed all their secrets (Settings, Secrets), or were deleted, kontor vault rewrap comes to its end.\n";
      return 1;
    case rotation_step::blocked:
      std::cerr << "kontor: the database has no key yet. Start the server once (kontor serve).\n";
      return 1;
    default:
      std::cerr << "kontor: ended before all was done; kontor vault rotate goes on.\n";
      return 1;
  }
}

int rotate(vault::rotation& rotation, vault::key_service& keys, vault::keyring& ring, vault::rotation::aim what) {
  (void)std::signal(SIGINT, [](int) { asked_to_end = 1; });
  (void)std::signal(SIGTERM, [](int) { asked_to_end = 1; });
  std::stop_source stop;
  bool is_shown = true;
  const auto tell = [&](const vault::rotation_progress& progress) {
    print_step(progress);
    if (progress.recovery_key != nullptr) is_shown = show_once(keys, ring.state().key_id, *progress.recovery_key);
    if (asked_to_end != 0) stop.request_stop();
  };
  const auto outcome = rotation.run(what, tell, stop.get_token());
  const int code = outcome ? print_end(*outcome) : refuse(outcome.error());
  return is_shown ? code : not_shown();
}

int recover(vault::key_service& keys) {
  const auto text = ask_for_secret("Recovery key: ");
  const auto opened = keys.recover(text.text());
  if (!opened) return refuse(opened.error());
  std::cout << "The key file holds the keys again. Restart a server that runs.\n";
  if (opened->state.state == vault::key_state::ready) return 0;
  std::cerr << "kontor: " << opened->state.why << "\n";
  return 1;
}

int renew_recovery_key(vault::key_service& keys, vault::keyring& ring) {
  const auto made = keys.renew_recovery_key();
  if (!made) return refuse(made.error());
  if (const auto found = keys.status(); found) ring.set_state(found->state);
  return show_once(keys, ring.state().key_id, *made) ? 0 : not_shown();
}

}  // namespace

int manage_vault(const app::config& settings, vault_action action) {
  opened_installation installation(settings);
  const auto audit = app::open_audit_log(settings, installation.database());
  const auto source = app::make_vault_key_source(settings);
  vault::keyring ring(*source);
  const base::system_clock clock;
  vault::key_service keys(installation.database(), ring, audit, clock);
  vault::rotation rotation(installation.database(), ring, audit, clock);
  switch (action) {
    case vault_action::status:
      return print_status(keys);
    case vault_action::rotate:
      return rotate(rotation, keys, ring, vault::rotation::aim::new_key);
    case vault_action::rewrap:
      return rotate(rotation, keys, ring, vault::rotation::aim::finish);
    case vault_action::recover:
      return recover(keys);
    case vault_action::recovery_key:
      return renew_recovery_key(keys, ring);
  }
  return 2;
}

}  // namespace kontor::command
