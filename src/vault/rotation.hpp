// Rotation: a new master key takes over from the one before, one user's data key after the other, while the server goes
// on. Whatever kills it in the middle, every secret can be read, and the next run goes on where it was.
#pragma once

#include "vault/key_service.hpp"

#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace kontor::vault {

enum class rotation_step {
  make_key,      ///< A new key goes to the front of the source.
  adopt_key,     ///< The database learns of the front of the source: from now on it wraps what is new.
  rewrap,        ///< A batch of data keys goes over to the newest key.
  retire,        ///< The database forgets the keys that nothing hangs on.
  drop_retired,  ///< The source forgets what is behind the newest key.
  finished,
  needs_key,  ///< The source is the operator's, who has to put a new key in front.
  stuck,      ///< The data keys that are left cannot be opened, so their master key has to stay.
  blocked,    ///< The database needs a key that is not there, or was never begun.
};

/// As the enumerator is written.
std::string_view name_of(rotation_step step) noexcept;

/// All that decides what comes next.
struct rotation_facts {
  std::vector<std::string> in_source;    ///< Ids, the newest first.
  std::vector<std::string> in_database;  ///< Ids, the newest first.
  std::int64_t older_rows = 0;           ///< Data keys under another key than the database's newest.
  std::int64_t unreadable_rows = 0;      ///< Those of them that were tried in vain.
  bool can_store = false;
  bool wants_new_key = false;
};

/// In which order: the source has a key before the database names it, and the database has forgotten a key before the
/// source does; so whatever hangs on a key, the key is there. A rotation that has begun is finished before another one.
rotation_step next_step(const rotation_facts& facts) noexcept;

struct rotation_progress {
  rotation_step done;                                ///< It is durable.
  std::int64_t rewrapped = 0;                        ///< Data keys, in this run.
  std::int64_t left = 0;                             ///< Data keys that are still to do.
  const base::secret_bytes* recovery_key = nullptr;  ///< With adopt_key: as text, to be shown at once, and once.
};

struct rotation_outcome {
  rotation_step end = rotation_step::finished;  ///< One of the last four steps; rewrap when it was asked to stop.
  std::string key_id = {};                      ///< The newest of the database.
  std::int64_t rewrapped = 0;
  std::int64_t unreadable = 0;              ///< Users whose data key does not open: nothing was changed there.
  std::vector<std::string> droppable = {};  ///< Keys that the operator may take out of a source of theirs.
};

/// For a command: it blocks. docs/vault.md, "Rotation".
class rotation {
 public:
  enum class aim {
    new_key,  ///< `kontor vault rotate`: unless one is going on, which is finished instead.
    finish,   ///< `kontor vault rewrap`: only what has begun.
  };

  rotation(sql::database& database, keyring& ring, const audit::audit_log& audit, const base::clock& clock,
           std::int64_t batch = 100)
      : database_(database), ring_(ring), audit_(audit), clock_(clock), batch_(batch) {}

  /// Blocks. Calls `tell` after each step; what it throws ends the run there. Safe while a server, or another run,
  /// works on the same database, on another machine; of two that would change one file of keys the second is refused
  /// with errc::conflict. errc::unavailable, errc::overloaded, errc::storage_full: the next run goes on.
  base::result<rotation_outcome> run(aim what, const std::function<void(const rotation_progress&)>& tell = {},
                                     const std::stop_token& stop = {});

 private:
  struct look {
    std::vector<statements::stored_master_key> stored;
    std::vector<master_key> loaded;
    std::int64_t older = 0;
  };
  struct batch_done {
    std::int64_t rewrapped = 0;
    std::int64_t unreadable = 0;
    std::optional<base::user_id> last;  ///< nullopt: there was none left.
  };
  base::result<look> look_around();
  base::result<void> make_key(const look& at);
  base::result<base::secret_bytes> adopt_key(const look& at);
  base::result<batch_done> rewrap_batch(const std::optional<base::user_id>& after);
  base::result<void> retire(const look& at);
  base::result<void> drop_retired(const look& at);

  sql::database& database_;
  keyring& ring_;
  const audit::audit_log& audit_;
  const base::clock& clock_;
  const std::int64_t batch_;
};

}  // namespace kontor::vault
