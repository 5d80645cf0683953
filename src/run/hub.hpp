// Who hears what: the sockets of an account, and who of them listens to which conversation. Nothing is lost or doubled
// between what was read from the database and what happens: each seat hears the event behind the last one it heard, and
// no other.
#pragma once

#include "base/time.hpp"
#include "run/frames.hpp"
#include "run/run_store.hpp"

#include <boost/asio/io_context.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace kontor::run {

/// One socket.
class listener {
 public:
  virtual ~listener() = default;
  /// From any thread; never waits and never throws. What cannot be taken is for the listener to deal with.
  virtual void hear(const frame& what) noexcept = 0;
};

/// Thread-safe.
class hub {
 public:
  using place = std::pair<base::user_id, chat::conversation_id>;

  /// A socket of the account: it hears what becomes of its conversations. False: `most` of them are there.
  bool join(const base::user_id& owner, std::shared_ptr<listener> who, std::size_t most);
  void leave(const base::user_id& owner, const listener& who);
  std::size_t sockets_of(const base::user_id& owner) const;

  /// Takes a seat. Nothing is heard before go_live, and nothing that happens from now on is missed. A seat that is
  /// taken again begins anew.
  void enter(const place& where, std::shared_ptr<listener> who);
  /// `heard`: the last event that the listener has. Hears from there on.
  void go_live(const place& where, const listener& who, std::int64_t heard);
  void exit(const place& where, const listener& who);

  /// Tells of events that are stored, in their order.
  void publish(const place& where, std::span<const told_event> events);
  /// Tells all sockets of the account.
  void tell(const base::user_id& owner, const frame& what);

  /// Somebody sits there who has not heard `seq`: the events behind what is returned are to be published.
  std::optional<std::int64_t> missing(const place& where, std::int64_t seq) const;
  /// Places where somebody waits for events that passed by; each is named once.
  std::vector<place> take_behind();
  /// Puts one back whose events could not be read.
  void note_behind(const place& where);
  /// The events that a seat waits for are gone: it hears `instead`, and goes on behind `seq`.
  void skip_to(const place& where, std::int64_t seq, const frame& instead);
  /// The newest event that all who sit there have heard; nullopt: nobody does.
  std::optional<std::int64_t> heard_by_all(const place& where) const;

 private:
  struct seat {
    std::shared_ptr<listener> who;
    std::optional<std::int64_t> heard;  ///< nullopt: not live yet.
    std::vector<told_event> held;       ///< What happened before it was.
    bool has_missed = false;            ///< More happened than is held.
  };
  struct topic {
    explicit topic(place at) : where(std::move(at)) {}
    const place where;
    mutable std::mutex mutex;
    std::vector<seat> seats;
    bool is_behind = false;
  };
  // What a seat keeps while it is not live; the rest is read again. Less than a socket takes at once.
  static constexpr std::size_t most_held = 512;

  std::shared_ptr<topic> find(const place& where) const;
  void offer(topic& in, seat& to, const told_event& what);
  void note_behind(topic& which);

  mutable std::mutex mutex_;
  std::map<place, std::shared_ptr<topic>> topics_;
  std::unordered_map<base::user_id, std::vector<std::shared_ptr<listener>>> sockets_;
  // Taken last of all.
  std::mutex behind_mutex_;
  std::vector<place> behind_;
};

}  // namespace kontor::run
