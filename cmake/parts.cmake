# The libraries that the program is linked with, as `kontor parts` tells of them: what the tools that found them know, so that no
# package manager is asked. A test compares the list with what the program needs at run time.
#
# linked_part(NAME name VERSION version LICENCE spdx-expression [FILES shared-libraries…])      no FILES: headers alone

set_property(GLOBAL PROPERTY KONTOR_LINKED_PARTS "")

function(linked_part)
  cmake_parse_arguments(PART "" "NAME;VERSION;LICENCE" "FILES" ${ARGN})
  if(NOT PART_VERSION)
    set(PART_VERSION unknown)
  endif()
  list(JOIN PART_FILES " " files)
  if(NOT files)
    set(files headers)
  endif()
  set_property(GLOBAL APPEND_STRING PROPERTY KONTOR_LINKED_PARTS
    "    {\"${PART_NAME}\", \"${PART_VERSION}\", \"${PART_LICENCE}\", \"${files}\"},\n")
endfunction()

# The value of a macro in a header, empty where there is none.
function(macro_of out header name)
  set(${out} "" PARENT_SCOPE)
  if(EXISTS ${header})
    file(STRINGS ${header} line REGEX "^#[ \t]*define[ \t]+${name}[ \t]" LIMIT_COUNT 1)
    string(REGEX REPLACE "^#[ \t]*define[ \t]+${name}[ \t]+\"?([^\" ]+)\"?.*$" "\\1" value "${line}")
    set(${out} "${value}" PARENT_SCOPE)
  endif()
endfunction()

macro_of(soci_number ${SOCI_INCLUDE}/version.h SOCI_VERSION)
set(soci_version "")
if(soci_number MATCHES "^[0-9]+$")
  math(EXPR soci_major "${soci_number} / 100000")
  math(EXPR soci_minor "${soci_number} / 100 % 1000")
  math(EXPR soci_patch "${soci_number} % 100")
  set(soci_version ${soci_major}.${soci_minor}.${soci_patch})
endif()
macro_of(cli11_version ${CLI11_INCLUDE}/CLI/Version.hpp CLI11_VERSION)

linked_part(NAME Boost VERSION ${Boost_VERSION_STRING} LICENCE BSL-1.0 FILES libboost_json libboost_url)
linked_part(NAME cjose VERSION ${CJOSE_VERSION} LICENCE MIT FILES libcjose)
linked_part(NAME CLI11 VERSION ${cli11_version} LICENCE BSD-3-Clause)
linked_part(NAME curl VERSION ${CURL_VERSION} LICENCE curl FILES libcurl)
linked_part(NAME fmt VERSION ${fmt_VERSION} LICENCE MIT FILES libfmt)
linked_part(NAME ICU VERSION ${ICU_VERSION} LICENCE Unicode-DFS-2016 FILES libicui18n libicuuc)
linked_part(NAME libarchive VERSION ${ARCHIVE_VERSION} LICENCE BSD-2-Clause FILES libarchive)
linked_part(NAME libidn2 VERSION ${IDN2_VERSION} LICENCE "GPL-2.0-or-later OR LGPL-3.0-or-later" FILES libidn2)
linked_part(NAME liboath VERSION ${OATH_VERSION} LICENCE LGPL-2.1-or-later FILES liboath)
linked_part(NAME libpq VERSION ${PQ_VERSION} LICENCE PostgreSQL FILES libpq)
linked_part(NAME libqrencode VERSION ${QRENCODE_VERSION} LICENCE LGPL-2.1-or-later FILES libqrencode)
linked_part(NAME libxcrypt VERSION ${CRYPT_VERSION} LICENCE LGPL-2.1-or-later FILES libcrypt)
linked_part(NAME OpenSSL VERSION ${OPENSSL_VERSION} LICENCE Apache-2.0 FILES libcrypto)
linked_part(NAME SOCI VERSION ${soci_version} LICENCE BSL-1.0 FILES libsoci_core libsoci_postgresql libsoci_sqlite3)
linked_part(NAME spdlog VERSION ${spdlog_VERSION} LICENCE MIT FILES libspdlog)
linked_part(NAME SQLite VERSION ${SQLITE_VERSION} LICENCE blessing FILES libsqlite3)
