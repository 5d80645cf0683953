// Entries as rows, for the chain: written whole, read in batches.
#pragma once

#include "audit/chain.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace kontor::audit::statements {

/// Takes the next number and returns the head before it, with its signature. Holds the head until the transaction ends,
/// so that nobody else appends meanwhile. Throws sql::sql_error (failure::other) when the head is gone.
stored_head take_number(sql::session& in);
/// Names the entry as the last one; its number must have been taken in this transaction. `mac`: its signature.
void set_head(sql::session& in, const chain_head& last, const std::string& mac);
/// As take_number, without taking one.
void hold_head(sql::session& in);
/// The same, for a head that may be gone.
void hold_head_if_any(sql::session& in);

/// Signs the head of a log that has no entry and no signature yet; false when it has.
bool begin_head(sql::session& in, const std::string& key_id, const std::string& mac);
std::optional<stored_head> find_head(sql::session& in);
/// The last entry by its number, whatever the head says; number 0 when there is none.
chain_head find_last(sql::session& in);
/// Puts this head in the place of whatever is there, which must be held.
void replace_head(sql::session& in, const stored_head& head);

void insert(sql::session& in, const stored_entry& entry);

/// Entries in the order of their numbers, and the head, both of one moment.
struct batch {
  std::vector<stored_entry> entries;
  std::optional<stored_head> head;
};
batch read_batch(sql::session& in, std::int64_t after, std::int64_t limit);

}  // namespace kontor::audit::statements
