// What holds for the whole process, whichever command it runs.
#pragma once

namespace kontor::command {

/// Files are for us alone; a crash leaves no memory on disk; a peer that goes away and a full disk are error codes, not
/// signals; freed memory is kept within bounds.
void prepare_process();

/// Raises the soft limit of open files towards the hard one: every connection needs one.
void raise_descriptor_limit();

}  // namespace kontor::command
