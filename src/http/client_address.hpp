// Who is asking: the peer, or what a trusted proxy says of it.
#pragma once

#include "base/error.hpp"
#include "http/request.hpp"
#include "http/server.hpp"

#include <boost/asio/ip/address.hpp>

#include <span>

namespace kontor::http {

/// IPv4 addresses that came in over IPv6 (`::ffff:192.0.2.1`) become IPv4.
boost::asio::ip::address plain_address(const boost::asio::ip::address& from);

bool contains(const network& range, const boost::asio::ip::address& address);

/// Is the peer one of the proxies? Asked once per connection.
bool is_trusted(std::span<const network> trusted, const boost::asio::ip::address& peer);

/// For a trusted peer: sets `in.client` to the rightmost entry of X-Forwarded-For that is no trusted proxy (the
/// leftmost when all are), and `in.secure` from the last X-Forwarded-Proto. errc::malformed when an entry that is
/// looked at is no address, or the protocol is neither http nor https: guessing would let a client choose its own
/// address.
base::result<void> believe_proxy(request& in, std::span<const network> trusted);

}  // namespace kontor::http
