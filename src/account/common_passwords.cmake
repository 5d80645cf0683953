# Writes common_passwords.txt as one C++ string literal into the build folder.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/common_passwords.txt)
file(READ ${CMAKE_CURRENT_SOURCE_DIR}/common_passwords.txt common_passwords)
file(CONFIGURE OUTPUT generated/common_passwords.inc CONTENT "R\"list(@common_passwords@)list\"\n" @ONLY)
