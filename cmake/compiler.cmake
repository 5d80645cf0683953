# Which compiler, which language, which warnings. Everything here holds for all of our targets.

if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  message(FATAL_ERROR
    "GCC ${CMAKE_CXX_COMPILER_VERSION} cannot build Kontor: before version 13 it frees memory twice when a lambda with captures "
    "or a braced aggregate stands inside a co_await expression, and says nothing. "
    "Use clang-19: cmake --preset release, or -DCMAKE_CXX_COMPILER=clang++-19.")
endif()

option(KONTOR_BENCH "Build the benchmarks" OFF)
option(KONTOR_FUZZ "Build the libFuzzer targets" OFF)
option(KONTOR_COVERAGE "Instrument for source-based coverage" OFF)
option(KONTOR_WEB "Build the web app and put it into the program" ON)
set(KONTOR_SANITIZE "" CACHE STRING "Sanitizers to build with: address,undefined or thread")

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
# One kind of code for libraries and programs, so that all share one precompiled header.
add_compile_options(-fPIE)
add_link_options(-pie)

if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -g1 -DNDEBUG")
# The sanitizers find what they find in code that is not optimised, too, which compiles in three fifths of the time; fuzz targets run for
# long.
if(KONTOR_FUZZ)
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O1 -g1 -DNDEBUG")
else()
  set(CMAKE_CXX_FLAGS_RELWITHDEBINFO "-O0 -gline-tables-only -DNDEBUG")
endif()

find_program(KONTOR_CCACHE ccache)
if(KONTOR_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${KONTOR_CCACHE})
endif()
find_program(KONTOR_LLD NAMES ld.lld-19 ld.lld)
if(KONTOR_LLD)
  add_link_options(-fuse-ld=lld)
endif()

# The flags of every target of ours; libraries from outside are included as system headers.
add_library(kontor_flags INTERFACE)
target_compile_options(kontor_flags INTERFACE
  -Wall -Wextra -Wpedantic -Wnon-virtual-dtor -Wold-style-cast -Wcast-qual -Wconversion
  -Wdouble-promotion -Wimplicit-fallthrough -Wextra-semi -Wundef -Werror
  -fstack-protector-strong -fno-omit-frame-pointer -Xclang -fno-pch-timestamp
  # All builds but the one for daily work compile several files of a room at once, which reads each header once for all of them: a third
  # of the time. A name in one file may then shadow one of another.
  $<$<NOT:$<BOOL:$<TARGET_PROPERTY:UNITY_BUILD>>>:-Wshadow>)
target_compile_definitions(kontor_flags INTERFACE
  $<$<CONFIG:Release>:_FORTIFY_SOURCE=2>
  _GLIBCXX_ASSERTIONS)
target_link_options(kontor_flags INTERFACE -Wl,-z,relro,-z,now -Wl,--as-needed)

# Left out: `function`, which misjudges coroutines, and `vptr`, which asks the kernel through a pipe whether an address is good and
# accuses the innocent when no descriptor is left (we test that), and links against type information that SOCI keeps to itself.
if(KONTOR_SANITIZE)
  target_compile_options(kontor_flags INTERFACE -fsanitize=${KONTOR_SANITIZE} -fno-sanitize-recover=all -fno-sanitize=function,vptr)
  target_link_options(kontor_flags INTERFACE -fsanitize=${KONTOR_SANITIZE})
  # A recycled coroutine frame would hide a use after free.
  target_compile_definitions(kontor_flags INTERFACE BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING KONTOR_SANITIZED)
endif()
# Written nowhere, unless somebody asks: add_room does for the tests of a room.
if(KONTOR_COVERAGE)
  target_compile_options(kontor_flags INTERFACE -fprofile-instr-generate=/dev/null -fcoverage-mapping)
  target_link_options(kontor_flags INTERFACE -fprofile-instr-generate)
endif()
if(KONTOR_FUZZ)
  target_compile_options(kontor_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
