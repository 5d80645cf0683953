// From where a personal token may be used: addresses and ranges of them.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace kontor::token {

inline constexpr std::size_t most_addresses = 20;

class address_list {
 public:
  /// `192.0.2.7`, `2001:db8::7`, or a range by its first address (`192.0.2.0/24`). False, and nothing is added, for
  /// anything else, a range given by another address of it among them: `192.0.2.7/8` is more likely a slip than a wish.
  /// IPv4 in IPv6 form counts as IPv4, because that is how a request's address is written.
  bool add(std::string_view typed);

  /// Empty: from everywhere.
  bool empty() const noexcept { return ranges_.empty(); }
  std::size_t size() const noexcept { return ranges_.size(); }
  bool allows(const boost::asio::ip::address& from) const;

  /// One entry each, a single address without `/32` or `/128`.
  std::vector<std::string> entries() const;
  /// The entries with commas between, for the database.
  std::string text() const;
  /// Reads text(). Throws std::runtime_error for anything else: a list that cannot be read must not become an open one.
  static address_list parse(std::string_view text);

 private:
  using range = std::variant<boost::asio::ip::network_v4, boost::asio::ip::network_v6>;
  static std::optional<range> read(std::string_view typed);

  std::vector<range> ranges_;
};

}  // namespace kontor::token
