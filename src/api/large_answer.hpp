// Answers that hold a place for as long as their text is needed (see chart::answer_places).
#pragma once

#include "chart/data_service.hpp"
#include "http/response.hpp"

#include <string_view>

namespace kontor::api {

inline constexpr std::string_view json_type = "application/json; charset=utf-8";

/// 200. What has a place is sent in pieces, and the place is given back with the last of them, or with the connection.
http::response data_response(std::string_view content_type, chart::written_answer what);

}  // namespace kontor::api
