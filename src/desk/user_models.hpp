// Which language model answers whom: the one that a user has set, with their key, or else the operator's.
#pragma once

#include "chat/llm_provider.hpp"
#include "desk/default_model.hpp"
#include "desk/model_counts.hpp"
#include "outbound/llm_client.hpp"
#include "settings/llm_service.hpp"

#include <memory>
#include <optional>

namespace kontor::desk {

/// Runs on any loop. A user's settings and key are looked up anew for each question; nothing of them is kept, and one
/// user's are never used for another. Who has settings of their own that cannot be used is told so: the operator's
/// model does not step in.
class user_models final : public chat::llm_provider, public chat::model_directory {
 public:
  /// `stored` and `client` outlive the object; all of them outlive its answers.
  user_models(settings::llm_service& stored, outbound::llm_client& client, const default_model& offered);

  async::awaitable<base::result<std::unique_ptr<chat::answer_stream>>> ask(base::user_id owner,
                                                                           chat::model_request what) override;
  async::awaitable<base::result<chat::model_info>> model_of(base::user_id owner) override;

  const model_counts& counts() const noexcept { return counts_; }

 private:
  settings::llm_service& stored_;
  outbound::llm_client& client_;
  std::optional<settings::llm_target> offered_;
  model_counts counts_;
};

}  // namespace kontor::desk
