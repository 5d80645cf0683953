// Conversations and messages for the archive of a person.
#pragma once

#include "takeout/export_source.hpp"

namespace kontor::chat {

const takeout::export_source& conversation_export();
const takeout::export_source& message_export();

}  // namespace kontor::chat
