# The libraries we stand on, all of them Debian packages. One imported target per library.

find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url system)
find_package(OpenSSL 3 REQUIRED)
find_package(ICU REQUIRED COMPONENTS uc i18n)
find_package(spdlog REQUIRED)
find_package(GTest REQUIRED)
pkg_check_modules(CJOSE REQUIRED IMPORTED_TARGET cjose)
pkg_check_modules(CURL REQUIRED IMPORTED_TARGET libcurl)
pkg_check_modules(CRYPT REQUIRED IMPORTED_TARGET libcrypt)
pkg_check_modules(IDN2 REQUIRED IMPORTED_TARGET libidn2)
pkg_check_modules(OATH REQUIRED IMPORTED_TARGET liboath)
pkg_check_modules(QRENCODE REQUIRED IMPORTED_TARGET libqrencode)
pkg_check_modules(ARCHIVE REQUIRED IMPORTED_TARGET libarchive)
pkg_check_modules(SQLITE REQUIRED IMPORTED_TARGET sqlite3)
pkg_check_modules(PQ REQUIRED IMPORTED_TARGET libpq)

# Debian's SOCI ships no CMake package of its own.
find_path(SOCI_INCLUDE soci.h PATHS /usr/include/soci REQUIRED)
foreach(part core sqlite3 postgresql)
  find_library(SOCI_${part} NAMES soci_${part} REQUIRED)
endforeach()
add_library(kontor_soci INTERFACE)
target_include_directories(kontor_soci SYSTEM INTERFACE ${SOCI_INCLUDE} ${SOCI_INCLUDE}/..)
target_link_libraries(kontor_soci INTERFACE ${SOCI_sqlite3} ${SOCI_postgresql} ${SOCI_core} PkgConfig::SQLITE PkgConfig::PQ)

find_path(CLI11_INCLUDE CLI/CLI.hpp REQUIRED)

set(KONTOR_BOOST_DEFINITIONS
  BOOST_ASIO_SEPARATE_COMPILATION BOOST_ASIO_NO_DEPRECATED BOOST_BEAST_SEPARATE_COMPILATION)

# The bodies of Asio's functions, compiled once.
add_library(kontor_asio STATIC ${PROJECT_SOURCE_DIR}/src/asio_impl.cpp)
target_link_libraries(kontor_asio PUBLIC Boost::headers Threads::Threads PRIVATE kontor_flags)
target_compile_definitions(kontor_asio PRIVATE ${KONTOR_BOOST_DEFINITIONS})

add_library(kontor_boost INTERFACE)
target_link_libraries(kontor_boost INTERFACE kontor_asio Boost::headers Boost::json Boost::url Boost::system Threads::Threads)
target_compile_definitions(kontor_boost INTERFACE ${KONTOR_BOOST_DEFINITIONS})

# Those of Beast, for the rooms that name it: `http`, and `outbound` for the sockets it opens.
add_library(kontor_beast STATIC ${PROJECT_SOURCE_DIR}/src/beast_impl.cpp)
target_link_libraries(kontor_beast PUBLIC kontor_boost PRIVATE kontor_flags)
