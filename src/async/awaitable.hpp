// The coroutine type of the program. It is bound to the executor of an io_context, not to a type-erased one: a
// coroutine stays on the loop it was started on, and resuming it costs no virtual call.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace kontor::async {

using executor = boost::asio::io_context::executor_type;

template <class T>
using awaitable = boost::asio::awaitable<T, executor>;

inline constexpr boost::asio::use_awaitable_t<executor> use_awaitable;

}  // namespace kontor::async
