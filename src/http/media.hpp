// Header values that say what a body is and what the client takes (RFC 9110 sections 8.3, 12.5, 13.1).
#pragma once

#include <string_view>

namespace kontor::http {

/// `application/json`, alone or with `charset=utf-8`; JSON has no other parameter (RFC 8259 section 11).
bool is_json(std::string_view content_type) noexcept;

/// Does Accept-Encoding take this coding? `q=0` refuses, `*` stands for what is not named; a malformed weight refuses.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding) noexcept;

/// Does Accept name `text/html`? Every browser does when it opens a page; what takes anything (`*/*`, none) is a
/// program.
bool asks_for_html(std::string_view accept) noexcept;

/// If-None-Match by weak comparison (RFC 9110 section 13.1.2): `*` or a list of entity tags. `etag` is quoted.
bool matches_etag(std::string_view if_none_match, std::string_view etag) noexcept;

}  // namespace kontor::http
