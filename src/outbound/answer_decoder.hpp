// The answer of a language model out of the bytes of its provider: what is common to all kinds of answers. Decides
// only.
#pragma once

#include "chat/llm_provider.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace kontor::outbound {

using model_events = std::deque<chat::model_event>;

struct decoder_settings {
  std::string model;                        ///< The one that was asked, for when the provider does not name it.
  std::size_t most_text = 4 * 1024 * 1024;  ///< Bytes, of what the model thinks too.
  std::string_view secret = {};             ///< The key, which is left out of words; must outlive the decoder.
};

/// An answer is complete when its reason to end was seen, whatever breaks afterwards, and only then. Calls of tools are
/// put out right before the last event, when the model ended with them: half of what it wants is not done.
class answer_decoder {
 public:
  explicit answer_decoder(decoder_settings how) : how_(std::move(how)) {}
  virtual ~answer_decoder() = default;
  answer_decoder(const answer_decoder&) = delete;
  answer_decoder& operator=(const answer_decoder&) = delete;

  /// The next bytes of the body. Not to be called any more once is_over().
  virtual void take(std::string_view bytes) = 0;
  /// The body has ended; or broke off, for that reason.
  void end(std::optional<chat::model_failed> why = std::nullopt);

  /// Was the last event put out?
  bool is_over() const noexcept { return is_over_; }
  /// What came of it so far, to be taken out in its order.
  model_events& events() noexcept { return events_; }

 protected:
  /// What may be left to be read at the end of the body.
  virtual void read_rest() {}

  void add_text(std::string_view text);
  void add_reasoning(std::string_view text);
  void add_model(std::string_view name);
  void add_usage(std::optional<std::int64_t> input, std::optional<std::int64_t> output);
  void add_filters(const boost::json::value& results);
  /// A whole call. What lacks an id gets one.
  void add_call(chat::tool_call what);
  /// Counts bytes of calls; false when it is too much, and the answer has failed.
  bool has_room_for_call(std::size_t bytes);
  bool has_calls() const noexcept { return !calls_.empty(); }
  void set_finish(chat::finish_reason why) noexcept { finish_ = why; }
  /// What is known only now is added before the answer is complete.
  virtual void complete() {}
  /// Puts the last event out, from what was seen.
  void conclude(std::optional<chat::model_failed> why = std::nullopt);
  /// Something that belongs to an answer has come.
  void note_sign_of_life() noexcept { has_begun_ = true; }

  void fail(chat::model_failed why);
  void fail_in(const boost::json::value& event);
  void fail_because_broken();
  std::size_t longest_body() const noexcept { return how_.most_text * 2; }

 private:
  bool has_room_for(std::string_view text);

  const decoder_settings how_;
  model_events events_;
  std::size_t text_size_ = 0;
  bool has_begun_ = false;
  bool is_over_ = false;
  std::optional<chat::finish_reason> finish_;
  std::optional<chat::model_usage> usage_;
  std::string model_;
  std::vector<std::string> filtered_;
  std::vector<chat::tool_call> calls_;
  std::size_t call_size_ = 0;
};

}  // namespace kontor::outbound
