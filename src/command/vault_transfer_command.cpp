// `kontor vault export FILE` and `import FILE`: everybody's secrets, taken along and brought back.
#include "app/opened_audit_log.hpp"
#include "app/opened_vault.hpp"
#include "command/commands.hpp"
#include "command/opened_installation.hpp"
#include "command/typed_secret.hpp"
#include "vault/key_service.hpp"
#include "vault/recovery_key.hpp"
#include "vault/transfer.hpp"
#include "vault/vault_service.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>

namespace kontor::command {
namespace {

struct close_file {
  void operator()(std::FILE* file) const noexcept { (void)std::fclose(file); }
};
using owned_file = std::unique_ptr<std::FILE, close_file>;

std::string sentence_of(const base::error& why) {
  if (!why.detail.empty()) return why.detail;
  return "the database could not do it (" + std::string(base::name_of(why.code)) + "): " + why.internal_detail;
}

int refuse(const std::string& why) {
  std::cerr << "kontor: " << why << "\n";
  return 1;
}

// What both directions stand on: an installation whose vault can be used.
struct ready_vault {
  /// Throws std::runtime_error with a sentence for the operator.
  explicit ready_vault(const app::config& settings)
      : installation(settings),
        audit(app::open_audit_log(settings, installation.database())),
        source(app::make_vault_key_source(settings)),
        ring(*source) {
    const auto found = vault::key_service(installation.database(), ring, audit, clock).status();
    if (!found) throw std::runtime_error(sentence_of(found.error()));
    if (found->state.state != vault::key_state::ready) throw std::runtime_error(found->state.why);
    ring.set_state(found->state);
  }

  opened_installation installation;
  const base::system_clock clock{};
  const audit::audit_log audit;
  const std::unique_ptr<vault::master_key_source> source;
  vault::keyring ring;
};

int export_to(ready_vault& from, const std::string& name) {
  // Never over another file; for our eyes alone, as everything the program makes.
  const owned_file file(std::fopen(name.c_str(), "wxe"));
  if (!file) return refuse("the file " + name + " cannot be made: " + std::strerror(errno) + ".");
  const auto fail = [&name](const std::string& why) {
    ::unlink(name.c_str());
    return refuse(why);
  };
  // First, because it must not be possible to take everything along unnoticed.
  auto note = [&from](sql::session& in) {
    vault::note_key_act(from.audit, in, audit::action::vault_exported, from.ring.state().key_id, from.clock.now());
  };
  if (const auto noted = from.installation.database().write_now(std::move(note)); !noted)
    return fail(sentence_of(noted.error()));
  const auto key = vault::make_recovery_key();
  const auto write = [&file](std::string_view line) {
    return std::fwrite(line.data(), 1, line.size(), file.get()) == line.size() && std::fputc('\n', file.get()) == '\n';
  };
  const auto done = vault::export_secrets(from.installation.database(), from.ring, key, from.clock, write);
  if (!done) return fail(sentence_of(done.error()));
  if (std::fflush(file.get()) != 0 || ::fsync(::fileno(file.get())) != 0)
    return fail("the file " + name + " cannot be written: " + std::strerror(errno) + ".");
  const auto shown = vault::text_of_recovery_key(key);
  std::cout << done->secrets << " secrets are in " << name << ", " << done->unreadable
            << " cannot be read and are not.\nIt opens with this key, which is shown this once:\n\n  " << shown.text()
            << "\n\n"
            << std::flush;
  if (!std::cout) return fail("the key of the export could not be written to standard output; there is no export.");
  return 0;
}

base::secret_bytes ask_for_key() {
  const auto typed = ask_for_secret("Key of the export: ");
  auto key = vault::parse_recovery_key(typed.text());
  if (!key) throw std::runtime_error("This is not the key of an export, or it was copied wrong.");
  return std::move(*key);
}

int import_from(ready_vault& into, const std::string& name) {
  std::ifstream file(name, std::ios::binary);
  if (!file) return refuse("the file " + name + " cannot be read.");
  const auto carried = vault::read_export(file, ask_for_key());
  if (!carried) return refuse(carried.error().detail);

  vault::vault_service service(into.installation.database(), into.ring, into.audit, into.clock);
  vault::import_count count;
  const auto done = vault::import_secrets(into.installation.database(), service, *carried, count);
  std::cout << count.saved << " secrets were saved. " << count.there << " are there already and stay as they are, "
            << count.nobody << " belong to accounts that are not here.\n";
  if (count.unreadable != 0)
    std::cout << count.unreadable
              << " are there, cannot be read, and stay as they are: their owners can replace or remove them. The log "
                 "names them.\n";
  return done ? 0 : refuse(sentence_of(done.error()) + " Call this again: what is there is left alone.");
}

}  // namespace

int carry_secrets(const app::config& settings, carry what, const std::string& file) {
  ready_vault opened(settings);
  return what == carry::out ? export_to(opened, file) : import_from(opened, file);
}

}  // namespace kontor::command
