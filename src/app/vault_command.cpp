// `kontor vault …`: the life of the keys, beside a running server or without it.
#include "app/commands.hpp"
#include "app/opened_audit_log.hpp"
#include "app/opened_installation.hpp"
#include "app/opened_vault.hpp"
#include "vault/rotation.hpp"

#include <unistd.h>

#include <csignal>
#include <iostream>
#include <stop_token>
#include <string>

namespace kontor::app {
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
  std::string all;
  for (const auto& id : ids)
    all += (all.empty() ? "" : ", ") + id;
  return all.empty() ? "none" : all;
}

void show_recovery_key(std::string_view key_id, const base::secret_bytes& recovery_key) {
  std::cout << recovery_key_note(key_id, recovery_key).text() << std::flush;
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
  return is_ready ? 0 : 1;
}

// SIGTERM and SIGINT end a rotation behind the step it is at. A handler may touch no more than this.
volatile std::sig_atomic_t asked_to_end = 0;

void print_step(const vault::rotation_progress& progress, std::string_view key_id) {
  using vault::rotation_step;
  switch (progress.done) {
    case rotation_step::make_key:
      std::cout << "A new key is in the key file.\n";
      break;
    case rotation_step::adopt_key:
      std::cout << "The database has the new key.\n";
      if (progress.recovery_key != nullptr) show_recovery_key(key_id, *progress.recovery_key);
      break;
    case rotation_step::rewrap:
      std::cout << progress.rewrapped << " users done, " << progress.left << " left\n";
      break;
    case rotation_step::retire:
      std::cout << "Nothing hangs on earlier keys; the database has forgotten them.\n";
      break;
    case rotation_step::drop_retired:
      std::cout << "The key file has forgotten them.\n";
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
                   "others behind it, and call this again.\n";
      return 1;
    case rotation_step::stuck:
      std::cerr << "kontor: the data keys of " << outcome.unreadable
                << " users do not open, so their master key has to stay. The log names them; everybody else is done.\n";
      return 1;
    case rotation_step::blocked:
      std::cerr << "kontor: the database has no key yet. Start the server once (kontor serve).\n";
      return 1;
    default:
      std::cerr << "kontor: ended before all was done; kontor vault rewrap goes on.\n";
      return 1;
  }
}

int rotate(vault::rotation& rotation, vault::keyring& ring, vault::rotation::aim what) {
  (void)std::signal(SIGINT, [](int) { asked_to_end = 1; });
  (void)std::signal(SIGTERM, [](int) { asked_to_end = 1; });
  std::stop_source stop;
  const auto tell = [&stop, &ring](const vault::rotation_progress& progress) {
    print_step(progress, ring.state().key_id);
    if (asked_to_end != 0) stop.request_stop();
  };
  const auto outcome = rotation.run(what, tell, stop.get_token());
  return outcome ? print_end(*outcome) : refuse(outcome.error());
}

int recover(vault::key_service& keys) {
  if (::isatty(STDIN_FILENO) == 1) std::cout << "Recovery key: " << std::flush;
  std::string typed;
  typed.reserve(256);
  std::getline(std::cin, typed);
  const base::secret_bytes text{std::string_view(typed)};
  base::wipe(typed.data(), typed.size());
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
  show_recovery_key(ring.state().key_id, *made);
  return 0;
}

}  // namespace

int manage_vault(const config& settings, vault_action action) {
  opened_installation installation(settings);
  const auto audit = open_audit_log(settings, installation.database());
  const auto source = make_vault_key_source(settings);
  vault::keyring ring(*source);
  const base::system_clock clock;
  vault::key_service keys(installation.database(), ring, audit, clock);
  vault::rotation rotation(installation.database(), ring, audit, clock);
  switch (action) {
    case vault_action::status:
      return print_status(keys);
    case vault_action::rotate:
      return rotate(rotation, ring, vault::rotation::aim::new_key);
    case vault_action::rewrap:
      return rotate(rotation, ring, vault::rotation::aim::finish);
    case vault_action::recover:
      return recover(keys);
    case vault_action::recovery_key:
      return renew_recovery_key(keys, ring);
  }
  return 2;
}

}  // namespace kontor::app
