// The Autobahn cases over a real socket, against an echo of the same socket code. Where we answer otherwise than asked,
// and why, stands in docs/vectors-websocket.md; its table is compared with what happens here.
#include "base/text.hpp"
#include "http/socket_fixture.hpp"

#include <boost/json.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace kontor::http {
namespace {

namespace json = boost::json;
using test::opcode;

std::string text_of(const json::value& value) {
  return std::string(value.as_string());
}

std::string bytes_of(const json::value& hex) {
  return std::string(base::as_text(base::from_hex(text_of(hex)).value()));
}

// What came back, as the vectors write it: `message` or `pong`, and the payload.
struct event {
  std::string what;
  std::string payload;
  friend bool operator==(const event&, const event&) = default;
};

struct vector_outcome {
  std::vector<event> events;
  std::uint16_t code = 1006;
  bool is_clean = false;
};

// Plays one case as the suite does, but waits for what is to come instead of for a time.
class player {
 public:
  player(const json::object& played, test::raw_web_socket client, bool in_octets)
      : played_(played), client_(std::move(client)), in_octets_(in_octets) {}

  vector_outcome play(std::size_t expected_events) {
    for (const auto& action : played_.at("actions").as_array())
      if (!act(action.as_object())) break;
    const bool we_close =
        played_.at("expected_close").at("closedByMe").as_bool() && !closed_ && !played_.at("suppress_close").as_bool();
    while (out_.events.size() < expected_events && read_event()) {
    }
    if (we_close && !over_) {
      closed_ = true;
      client_.close();
    }
    while (read_event()) {
    }
    const auto rest = client_.connection().read_to_end();
    out_.is_clean = out_.code != 1006 && rest.body.empty() && !rest.was_reset;
    return std::move(out_);
  }

 private:
  // False: the rest is not sent.
  bool act(const json::object& action) {
    const auto name = text_of(action.at("op"));
    if (name == "frame") {
      send_frame(action);
    } else if (name == "message") {
      const auto kind = action.at("binary").as_bool() ? opcode::binary : opcode::text;
      send_message(kind, bytes_of(action.at("payload_hex")));
    } else if (name == "begin_message") {
      first_ = action.at("binary").as_bool() ? opcode::binary : opcode::text;
    } else if (name == "begin_frame") {
      // A frame whose payload comes in pieces; its mask is zero, so that the pieces need none.
      const auto head =
          test::frame(first_, std::string(static_cast<std::size_t>(action.at("len").as_int64()), '\0'), {.fin = false});
      client_.send(head.substr(0, 2) + std::string(4, '\0'));
    } else if (name == "frame_bytes") {
      client_.send(bytes_of(action.at("hex")));
    } else if (name == "end_message") {
      client_.send(test::frame(opcode::continuation, ""));
    } else if (name == "close" || name == "close_frame") {
      closed_ = true;
      const auto reason = bytes_of(action.at("reason_hex"));
      const auto& code = action.at("code");
      client_.send(test::frame(
          opcode::close,
          code.is_null() ? reason : test::close_payload(static_cast<std::uint16_t>(code.as_int64()), reason)));
    } else if (name == "wait") {
      // A: the connection must live; there is nothing to see. B: it must have failed by now.
      const auto* tag = action.if_contains("tag");
      if (tag != nullptr && tag->is_string()) return text_of(*tag) != "B";
      read_event();
    } else if (name != "close_after" && name != "drop_tcp_after") {
      ADD_FAILURE() << "unknown action " << name;
    }
    return true;
  }

  void send_frame(const json::object& action) {
    auto payload = bytes_of(action.at("payload_hex"));
    if (const auto* length = action.if_contains("repeat_to_len")) {
      const auto unit = payload;
      while (payload.size() < static_cast<std::size_t>(length->as_int64()))
        payload += unit;
      payload.resize(static_cast<std::size_t>(length->as_int64()));
    }
    const auto* rsv = action.if_contains("rsv");
    const auto kind = static_cast<opcode>(action.at("opcode").as_int64());
    const auto bytes = test::frame(
        kind, payload,
        {.fin = action.at("fin").as_bool(), .rsv = static_cast<std::uint8_t>(rsv != nullptr ? rsv->as_int64() : 0)});
    if (kind == opcode::text || kind == opcode::binary) sent_ = payload;
    const auto* chop = action.if_contains("chop_bytes");
    const auto step = chop != nullptr ? static_cast<std::size_t>(chop->as_int64()) : bytes.size();
    for (std::size_t at = 0; at < bytes.size(); at += step)
      client_.send(std::string_view(bytes).substr(at, step));
  }

  void send_message(opcode kind, const std::string& payload) {
    if (!in_octets_ || payload.empty()) {
      client_.send(test::frame(kind, payload));
      return;
    }
    for (std::size_t i = 0; i < payload.size(); ++i)
      client_.send(
          test::frame(i == 0 ? kind : opcode::continuation, payload.substr(i, 1), {.fin = i + 1 == payload.size()}));
  }

  // False after the close frame, and at the end.
  bool read_event() {
    if (over_) return false;
    const auto next = client_.read();
    over_ = !next || next->what == opcode::close;
    if (!next) return false;
    if (next->what == opcode::close) {
      out_.code = next->code();
      if (!closed_) client_.close();
      return false;
    }
    auto shown = base::to_hex(base::as_bytes(next->payload));
    if (next->payload.size() > 10'000 && next->payload == sent_)
      shown = "as sent, " + std::to_string(next->payload.size());
    out_.events.push_back({next->what == opcode::pong ? "pong" : "message", std::move(shown)});
    return true;
  }

  const json::object& played_;
  test::raw_web_socket client_;
  const bool in_octets_;
  vector_outcome out_;
  opcode first_ = opcode::text;
  std::string sent_;  // the last whole message
  bool closed_ = false;
  bool over_ = false;
};

// What a verdict asks for. Large messages are in the file as their SHA-256 and their length; they come back as they
// were sent, which says more.
std::vector<event> events_of(const json::value& verdict) {
  std::vector<event> all;
  for (const auto& each : verdict.as_array()) {
    const auto what = text_of(each.at(0));
    if (what == "timeout") continue;
    auto payload = text_of(each.at(1));
    if (payload.starts_with("sha256:")) payload = "as sent, " + payload.substr(payload.rfind(':') + 1);
    all.push_back({what, std::move(payload)});
  }
  return all;
}

std::string shown(const vector_outcome& got) {
  std::string all;
  for (const auto& each : got.events)
    all += each.what + " " + each.payload.substr(0, 40) + ", ";
  return all + "closed with " + std::to_string(got.code);
}

}  // namespace

// security-checklist c.65
TEST(SocketVectors, EachIsAnsweredAsAsked) {
  std::ifstream in(KONTOR_TEST_VECTORS "/websocket/autobahn-scenarios.json");
  const std::string file(std::istreambuf_iterator<char>(in), {});
  const auto parsed = json::parse(file);
  ASSERT_EQ(parsed.as_array().size(), 176u);
  socket_server server;
  server.start();
  std::size_t as_asked = 0;
  std::string table;
  for (const auto& each : parsed.as_array()) {
    const auto& played = each.as_object();
    const auto id = text_of(played.at("id"));
    SCOPED_TRACE(id);
    const auto wanted = events_of(played.at("expected_events").at("OK"));
    const auto& closing = played.at("expected_close");
    for (const bool in_octets : {false, true}) {
      vector_outcome got;
      ASSERT_NO_THROW(got = player(played, server.open(), in_octets).play(wanted.size()));
      const auto& codes = closing.at("closeCode").as_array();
      const bool is_code =
          std::any_of(codes.begin(), codes.end(), [&](const json::value& code) { return code.as_int64() == got.code; });
      const bool is_clean = got.is_clean || !closing.at("requireClean").as_bool();
      const bool is_asked = got.events == wanted && is_code && is_clean;
      if (!in_octets) {
        as_asked += is_asked ? 1 : 0;
        if (!is_asked) table += "| " + id + " | " + text_of(played.at("description")) + " | " + shown(got) + " |\n";
      } else if (is_asked != (table.find("| " + id + " |") == std::string::npos)) {
        ADD_FAILURE() << "in octets: " << shown(got);
      }
    }
  }
  EXPECT_TRUE(server.has_sockets(0));
  std::ifstream page(KONTOR_TEST_VECTORS "/../../docs/vectors-websocket.md");
  const std::string document(std::istreambuf_iterator<char>(page), {});
  EXPECT_NE(document.find("|---|---|---|\n" + table + "\n"), std::string::npos)
      << "docs/vectors-websocket.md should have exactly these rows:\n"
      << table;
  EXPECT_NE(document.find(std::to_string(as_asked) + " of the 176"), std::string::npos) << as_asked;
}

}  // namespace kontor::http
