// What holds for the whole process, whichever command it runs.
#pragma once

namespace kontor::command {

/// Files are for us alone; a crash leaves no memory on disk; a peer that goes away and a full disk are error codes, not
/// signals; freed memory is kept within bounds.
void prepare_process();

/// What bursts of work have left free goes back to the system. Costs the next large answer the mapping of its pages,
/// some tens of milliseconds: for now and then.
void give_back_freed_memory();

/// Raises the soft limit of open files towards the hard one: every connection needs one.
void raise_descriptor_limit();

}  // namespace kontor::command
