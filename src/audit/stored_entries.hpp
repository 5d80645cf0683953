// Entries as rows, for the chain: written whole, read in batches.
#pragma once

#include "audit/chain.hpp"
#include "sql/session.hpp"

#include <cstdint>
#include <optional>
#include <vector>

namespace kontor::audit::statements {

/// Takes the next number and returns the head before it. Holds the head until the transaction ends, so that nobody else
/// appends meanwhile. Throws sql::sql_error (failure::other) when the head is gone.
chain_head take_number(sql::session& in);
/// Names the entry as the last one; its number must have been taken in this transaction.
void set_head(sql::session& in, const chain_head& last);
/// As take_number, without taking one.
void hold_head(sql::session& in);

void insert(sql::session& in, const stored_entry& entry);

/// Entries in the order of their numbers, and the head, both of one moment.
struct batch {
  std::vector<stored_entry> entries;
  std::optional<chain_head> head;
};
batch read_batch(sql::session& in, std::int64_t after, std::int64_t limit);

}  // namespace kontor::audit::statements
