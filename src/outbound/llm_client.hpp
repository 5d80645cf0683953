// Talks to language models: OpenAI and what speaks like it, Azure OpenAI, Ollama.
#pragma once

#include "chat/llm_provider.hpp"
#include "outbound/https_client.hpp"
#include "outbound/model_refusal.hpp"
#include "settings/llm_check.hpp"

#include <chrono>
#include <cstddef>
#include <memory>

namespace kontor::outbound {

struct llm_client_settings {
  /// `whole` is for the question with all that it is asked again. A model may have to be loaded, or think, before its
  /// first word; what it says comes in hundreds of bytes for each word, and is not held.
  transfer_limits limits{.connect = std::chrono::seconds(10),
                         .first_byte = std::chrono::seconds(120),
                         .idle = std::chrono::seconds(90),
                         .whole = std::chrono::minutes(10),
                         .first_piece = std::chrono::seconds(120),
                         .head = 32 * 1024,
                         .body = 256 * 1024 * 1024};
  retry_settings retry = {};
  std::size_t most_text = 4 * 1024 * 1024;  ///< Bytes of one answer.
  std::size_t most_refusal = 64 * 1024;     ///< Bytes of an answer that is none.
};

/// Thread-safe. Each answer runs on the loop of whoever takes it; connections are the client's.
class llm_client {
 public:
  /// `client` must outlive all answers.
  explicit llm_client(https_client& client, llm_client_settings how = {}) : client_(client), how_(how) {}

  /// An answer for the user `owner`, whose requests at a time are bounded. The key in `target` is sent to the origin it
  /// was saved for and nowhere else, and wiped with the answer; nothing of it is kept. The provider is asked by the
  /// first `next()`. errc::invalid_input, with a field error at `/address`, `/key`, `/model` or `/api_version`, when a
  /// setting cannot be used (type `address-refused`: the policy of the way out; `credentials-elsewhere`: the key
  /// belongs to another host).
  ///
  /// A question is asked again only as long as nothing of an answer with status 200 has come: see wait_before_retry;
  /// and at once, in simpler words, where a server says that it does not know ours (simpler_dialect). A redirect is not
  /// followed. Why a provider does not accept the operator's key (401, 403) is told without its words.
  base::result<std::unique_ptr<chat::answer_stream>> ask(const base::user_id& owner, settings::llm_target target,
                                                         chat::model_request what);

 private:
  https_client& client_;
  const llm_client_settings how_;
};

}  // namespace kontor::outbound
