// Precompiled for the test programs: what src/pch.hpp holds, GoogleTest, and what the fixtures use of the standard
// library.
#pragma once

#include "src/pch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <boost/asio/use_future.hpp>
#include <boost/system/result.hpp>

#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <future>
#include <iostream>
#include <set>
#include <sstream>
#include <unordered_set>
