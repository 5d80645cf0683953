# add_room(NAME room USES rooms… SOURCES files… [TESTS files…] [LIBRARIES targets…] [TEST_LIBRARIES targets…])
#
# One list makes three things: the static library kontor_<room>, its test program kontor_<room>_test (linked to this room and what
# it uses, so that an include that is not allowed does not link either), and the row that script/check-rooms compares the
# #include lines with. The target check_headers compiles each header of a room alone.

set_property(GLOBAL PROPERTY KONTOR_ROOM_TABLE "")

add_custom_target(check_headers)

# Each header as the first one of ours in a file. That is what the file of the same name does already, where it includes its header
# first; the others get a file of their own. With the precompiled header, as in every file: what would be found more without it, an
# #include of the standard library that is missing, can hurt nowhere.
function(add_header_check target)
  set(sources "")
  foreach(header IN LISTS ARGN)
    file(RELATIVE_PATH name ${PROJECT_SOURCE_DIR}/src ${header})
    set(first "")
    string(REGEX REPLACE "hpp$" "cpp" body ${header})
    if(EXISTS ${body})
      file(STRINGS ${body} first REGEX "^#include" LIMIT_COUNT 1)
    endif()
    if(NOT first STREQUAL "#include \"${name}\"")
      set(source ${CMAKE_CURRENT_BINARY_DIR}/headers/${name}.cpp)
      file(CONFIGURE OUTPUT ${source} CONTENT "#include \"${name}\"\n")
      list(APPEND sources ${source})
    endif()
  endforeach()
  if(NOT sources)
    return()
  endif()
  add_library(${target}_headers OBJECT EXCLUDE_FROM_ALL ${sources})
  target_link_libraries(${target}_headers PRIVATE ${target} kontor_flags)
  set_target_properties(${target}_headers PROPERTIES UNITY_BUILD OFF)
  if(target STREQUAL "kontor_base")
    target_include_directories(${target}_headers PRIVATE ${PROJECT_SOURCE_DIR}/src)
  endif()
  target_precompile_headers(${target}_headers REUSE_FROM kontor_base)
  add_dependencies(check_headers ${target}_headers)
endfunction()

function(add_room)
  cmake_parse_arguments(ROOM "" "NAME" "USES;SOURCES;TESTS;LIBRARIES;TEST_LIBRARIES" ${ARGN})
  set(target kontor_${ROOM_NAME})

  add_library(${target} STATIC ${ROOM_SOURCES})
  target_include_directories(${target} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(${target} PUBLIC kontor_boost PRIVATE kontor_flags)
  foreach(used IN LISTS ROOM_USES)
    target_link_libraries(${target} PUBLIC kontor_${used})
  endforeach()
  target_link_libraries(${target} PUBLIC ${ROOM_LIBRARIES})
  file(GLOB headers CONFIGURE_DEPENDS *.hpp)
  list(FILTER headers EXCLUDE REGEX "_fixture\\.hpp$")  # Only tests include those.
  add_header_check(${target} ${headers})
  if(NOT ROOM_NAME STREQUAL "base")
    target_precompile_headers(${target} REUSE_FROM kontor_base)
  endif()

  if(ROOM_TESTS)
    add_executable(${target}_test ${ROOM_TESTS})
    target_link_libraries(${target}_test PRIVATE ${target} kontor_test_support ${ROOM_TEST_LIBRARIES} GTest::gmock kontor_test_main kontor_test_flags)
    target_precompile_headers(${target}_test REUSE_FROM kontor_test_pch)
    if(NOT CMAKE_BUILD_TYPE STREQUAL "Debug")
      # A dozen at a time, which reads each header once: nobody changes one of them after the other here.
      set_target_properties(${target}_test PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 12)
    endif()
    add_test(NAME ${ROOM_NAME} COMMAND ${target}_test --gtest_shuffle --gtest_brief=1)
    set_tests_properties(${ROOM_NAME} PROPERTIES LABELS unit TIMEOUT 900)
    if(KONTOR_COVERAGE)
      # script/coverage reads it. One file for each program, to which every process of it adds what it reached.
      set_tests_properties(${ROOM_NAME} PROPERTIES ENVIRONMENT LLVM_PROFILE_FILE=${PROJECT_BINARY_DIR}/counted/${ROOM_NAME}.%m.profraw)
    endif()
  endif()
  list(JOIN ROOM_USES " " uses)
  set_property(GLOBAL APPEND PROPERTY KONTOR_ROOM_TABLE "${ROOM_NAME}: ${uses}")
endfunction()

# What only tests use: where the vectors are, a temporary folder, a database of each kind.
add_library(kontor_test_support INTERFACE)
target_include_directories(kontor_test_support INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_definitions(kontor_test_support INTERFACE KONTOR_TEST_VECTORS="${PROJECT_SOURCE_DIR}/tests/vectors")
