// How conversations look on the wire: the schemas of api/openapi.yaml, in the same names.
#pragma once

#include "base/error.hpp"
#include "chat/conversation_service.hpp"
#include "http/request.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace kontor::api {

struct conversation_list_wish {
  chat::statements::standing how = chat::statements::standing::here;
  chat::statements::list_place after;
  std::int64_t limit = 30;
};

struct search_wish {
  std::string text;
  std::int64_t limit = 20;
};

/// The parameters of a query: errc::invalid_input with one entry per wrong one, and for each that is not known.
base::result<conversation_list_wish> read_conversation_list_wish(const http::request& in);
base::result<chat::page_wish> read_page_of_conversation(const http::request& in);
base::result<search_wish> read_search_wish(const http::request& in);
base::result<chat::removal> read_conversation_removal(const http::request& in);
base::result<chat::file_format> read_file_format(const http::request& in);

/// Schema NewConversation (or no body at all): the title, empty when there is none. ConversationChange, BranchChoice.
/// errc::malformed when the body is no JSON, errc::invalid_input with one entry per wrong field.
base::result<std::string> read_new_conversation(std::string_view body);
base::result<chat::conversation_change> read_conversation_change(std::string_view body);
base::result<std::int64_t> read_branch_choice(std::string_view body);

/// Schema Conversation; ConversationList, whose cursor is that of the last one of `read` when there are more than
/// `limit`; ConversationWithMessages, DeletedConversation, ConversationStatus, FoundConversations,
/// ImportedConversations.
std::string write_conversation(const chat::conversation_view& one);
std::string write_conversations(std::span<const chat::conversation_view> read, std::int64_t limit);
std::string write_opened_conversation(const chat::opened_conversation& one);
std::string write_deleted_conversation(const chat::conversation_id& which, std::optional<base::timestamp> until);
std::string write_conversation_status(const chat::conversation_view& one);
std::string write_found_conversations(std::span<const chat::found_conversation> found);
std::string write_bringing_outcome(const chat::bringing_outcome& done);
/// Schema Message, as in the events of a run.
std::string write_message(const chat::shown_message& one);

}  // namespace kontor::api
