#include "token/address_list.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <stdexcept>

namespace kontor::token {
namespace {

namespace ip = boost::asio::ip;

ip::address plain(const ip::address& from) {
  if (from.is_v6() && from.to_v6().is_v4_mapped()) return ip::make_address_v4(ip::v4_mapped, from.to_v6());
  return from;
}

std::optional<unsigned> read_length(std::string_view digits, unsigned most) {
  unsigned length = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stopped, failure] = std::from_chars(digits.data(), end, length);
  // `/08` is no number that somebody means.
  if (failure != std::errc() || stopped != end || length > most || (digits.size() > 1 && digits.front() == '0'))
    return std::nullopt;
  return length;
}

bool contains(const ip::network_v6& range, const ip::address_v6& address) {
  const ip::network_v6 of_address(address, range.prefix_length());
  return of_address.network() == range.network();
}

}  // namespace

std::optional<address_list::range> address_list::read(std::string_view typed) {
  const auto slash = typed.find('/');
  const std::string text(typed.substr(0, slash));
  // A scope (`fe80::1%eth0`) means something on one machine only.
  if (text.find('%') != std::string::npos) return std::nullopt;
  boost::system::error_code failure;
  const auto address = ip::make_address(text, failure);
  if (failure) return std::nullopt;
  if (slash == std::string_view::npos) {
    const auto single = plain(address);
    if (single.is_v4()) return ip::network_v4(single.to_v4(), 32);
    return ip::network_v6(single.to_v6(), 128);
  }
  const auto length = read_length(typed.substr(slash + 1), address.is_v4() ? 32 : 128);
  if (!length) return std::nullopt;
  if (address.is_v4()) {
    const ip::network_v4 four(address.to_v4(), static_cast<unsigned short>(*length));
    if (four.network() != four.address()) return std::nullopt;
    return four;
  }
  const ip::network_v6 six(address.to_v6(), static_cast<unsigned short>(*length));
  if (six.network() != six.address() || address.to_v6().is_v4_mapped()) return std::nullopt;
  return six;
}

bool address_list::add(std::string_view typed) {
  const auto one = read(typed);
  if (!one) return false;
  ranges_.push_back(*one);
  return true;
}

bool address_list::allows(const ip::address& from) const {
  if (ranges_.empty()) return true;
  const auto address = plain(from);
  return std::any_of(ranges_.begin(), ranges_.end(), [&](const range& one) {
    if (const auto* four = std::get_if<ip::network_v4>(&one))
      return address.is_v4() && (address.to_v4().to_uint() & four->netmask().to_uint()) == four->network().to_uint();
    return address.is_v6() && contains(std::get<ip::network_v6>(one), address.to_v6());
  });
}

std::vector<std::string> address_list::entries() const {
  std::vector<std::string> texts;
  for (const auto& one : ranges_) {
    if (const auto* four = std::get_if<ip::network_v4>(&one))
      texts.push_back(four->prefix_length() == 32 ? four->address().to_string() : four->to_string());
    else if (const auto& six = std::get<ip::network_v6>(one); six.prefix_length() == 128)
      texts.push_back(six.address().to_string());
    else
      texts.push_back(six.to_string());
  }
  return texts;
}

std::string address_list::text() const {
  return base::join(entries(), ",");
}

address_list address_list::parse(std::string_view text) {
  address_list list;
  while (!text.empty()) {
    const auto end = std::min(text.find(','), text.size());
    if (!list.add(text.substr(0, end))) throw std::runtime_error("a stored address list cannot be read");
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list;
}

}  // namespace kontor::token
