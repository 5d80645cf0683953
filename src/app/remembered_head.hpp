// The head of the audit log, noted outside of the database: whoever writes the whole log anew cannot write that too.
#pragma once

#include "audit/chain.hpp"

#include <filesystem>
#include <optional>

namespace kontor::app {

/// nullopt when there is no such file yet. Throws std::runtime_error with a sentence for the operator when it holds
/// something else.
std::optional<audit::chain_head> read_remembered_head(const std::filesystem::path& file);

/// Replaces the file, or leaves it as it was. Throws std::runtime_error with a sentence for the operator.
void write_remembered_head(const std::filesystem::path& file, const audit::chain_head& head);

}  // namespace kontor::app
