// A line of a table that spreadsheets open (RFC 4180), without what they would take for a formula.
#pragma once

#include <string>
#include <string_view>

namespace kontor::takeout {

/// What a file begins with: spreadsheets take it for UTF-8 then.
inline constexpr std::string_view csv_mark = "\xef\xbb\xbf";

/// Appends a text in quotation marks. A character that begins a formula (`=`, `+`, `-`, `@`, also full-width) gets an
/// apostrophe in front where a cell may begin: at the start, and behind anything that some spreadsheet takes for the
/// end of a cell (comma, semicolon, tab, line break), spaces and quotation marks in between left out of account.
/// (OWASP, CSV injection.) So a file that holds such texts does not give them back exactly; the JSON does.
void append_csv_text(std::string& out, std::string_view text);

}  // namespace kontor::takeout
