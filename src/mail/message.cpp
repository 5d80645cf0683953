#include "mail/message.hpp"

#include "base/text.hpp"
#include "mail/texts.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace kontor::mail {
namespace {

constexpr std::string_view digits = "0123456789ABCDEF";

// An address is a normal form, which holds neither; that the next one does not either is not for hope.
const std::string& checked(const std::string& address) {
  for (const char c : address)
    if (static_cast<unsigned char>(c) <= 0x20 || c == 0x7f || c == '<' || c == '>')
      throw std::invalid_argument("an address would break out of its header field");
  return address;
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool begins_a_character(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
}

std::string two_digits(unsigned number) {
  return {static_cast<char>('0' + number / 10 % 10), static_cast<char>('0' + number % 10)};
}

}  // namespace

std::string to_mail_date(base::timestamp at) {
  constexpr std::array<std::string_view, 7> days{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                    "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(std::chrono::floor<std::chrono::seconds>(at - day));
  std::string out(days[std::chrono::weekday(day).c_encoding()]);
  out += ", " + two_digits(static_cast<unsigned>(date.day())) + " ";
  out += months[static_cast<unsigned>(date.month()) - 1];
  out += " " + std::to_string(static_cast<int>(date.year())) + " ";
  out += two_digits(static_cast<unsigned>(time.hours().count())) + ":" +
         two_digits(static_cast<unsigned>(time.minutes().count())) + ":" +
         two_digits(static_cast<unsigned>(time.seconds().count())) + " +0000";
  return out;
}

std::string to_header_text(std::string_view text) {
  if (is_ascii(text)) return std::string(text);
  // 75 bytes less the frame `=?utf-8?B?` … `?=` leave 60 of base64, which are 45 of text.
  constexpr std::size_t most = 45;
  std::string out;
  while (!text.empty()) {
    auto size = std::min(most, text.size());
    while (size < text.size() && !begins_a_character(text[size]))
      --size;
    if (!out.empty()) out += "\r\n ";
    out += "=?utf-8?B?" + base::to_base64(base::as_bytes(text.substr(0, size))) + "?=";
    text.remove_prefix(size);
  }
  return out;
}

std::string to_quoted_printable(std::string_view text) {
  constexpr std::size_t longest_line = 76;
  std::string out;
  std::size_t line = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\r' && i + 1 < text.size() && text[i + 1] == '\n') continue;
    if (c == '\n') {
      out += "\r\n";
      line = 0;
      continue;
    }
    const bool ends_line = i + 1 == text.size() || text[i + 1] == '\n' || text[i + 1] == '\r';
    const bool is_plain = (c > ' ' && c < 0x7f && c != '=') || ((c == ' ' || c == '\t') && !ends_line);
    // A dot at the start of a line means something to SMTP; encoded, it needs nobody to think of it.
    const bool is_literal = is_plain && !(c == '.' && line == 0);
    const std::size_t width = is_literal ? 1 : 3;
    // Room for the `=` of a soft break, unless the line ends here anyway.
    if (line + width > longest_line - (ends_line ? 0 : 1)) {
      out += "=\r\n";
      line = 0;
    }
    if (is_literal) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += '=';
      out += digits[byte >> 4];
      out += digits[byte & 0xf];
    }
    line += width;
  }
  return out;
}

std::string write_message(const mail& what, const mail_id& id, const letterhead& head, base::timestamp now) {
  const auto text = text_of(what, head.site);
  const auto& from = checked(head.from);
  std::string out;
  out += "Date: " + to_mail_date(now) + "\r\n";
  out += "From: Kontor <" + from + ">\r\n";
  out += "To: <" + checked(what.to) + ">\r\n";
  out += "Subject: " + to_header_text(text.subject) + "\r\n";
  out += "Message-ID: <" + id.str() + from.substr(from.rfind('@')) + ">\r\n";
  // RFC 3834 section 5: so that no holiday notice answers.
  out += "Auto-Submitted: auto-generated\r\n";
  out += "MIME-Version: 1.0\r\n";
  out += "Content-Type: text/plain; charset=utf-8\r\n";
  out += "Content-Transfer-Encoding: quoted-printable\r\n";
  out += std::string("Content-Language: ") + (what.in == language::german ? "de" : "en") + "\r\n";
  out += "\r\n";
  out += to_quoted_printable(text.body);
  return out;
}

}  // namespace kontor::mail
