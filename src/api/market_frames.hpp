// What is said about the market over a socket (api/asyncapi.yaml), but for what live_market tells.
#pragma once

#include "base/time.hpp"
#include "indicator/indicator.hpp"
#include "json/object_reader.hpp"
#include "market/series.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace kontor::api {

struct watch_frame {
  market::series of;
  std::vector<indicator::spec> with;
};
struct unwatch_frame {
  market::series of;
};

/// The members of a frame; what is wrong is with the reader.
watch_frame read_watch(json::object_reader& in);
unwatch_frame read_unwatch(json::object_reader& in);

/// `request` is what the client called its frame, or empty.
std::string watched_frame(base::timestamp at, const watch_frame& what, std::string_view request);

}  // namespace kontor::api
