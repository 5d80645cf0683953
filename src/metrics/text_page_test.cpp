#include "metrics/text_page.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <stdexcept>

namespace kontor::metrics {
namespace {

using namespace std::chrono_literals;

constexpr family plain{"things_total", kind::counter, "All things.", {}};
constexpr family labelled{"rooms_open", kind::gauge, "Open rooms.", {"floor", "side"}};
constexpr family timed{"wait_seconds", kind::histogram, "How long.", {"who"}};

}  // namespace

TEST(TextPage, AFamilyHasItsHelpItsTypeAndItsSamples) {
  text_page page;
  page.begin(plain).sample({}, std::uint64_t{18'446'744'073'709'551'615u});
  page.begin(labelled).sample({"1", "left"}, 2.5).sample({"2", "right"}, std::uint64_t{0});
  EXPECT_EQ(page.take(),
            "# HELP things_total All things.\n"
            "# TYPE things_total counter\n"
            "things_total 18446744073709551615\n"
            "# HELP rooms_open Open rooms.\n"
            "# TYPE rooms_open gauge\n"
            "rooms_open{floor=\"1\",side=\"left\"} 2.5\n"
            "rooms_open{floor=\"2\",side=\"right\"} 0\n");
}

TEST(TextPage, AFamilyWithoutSamplesIsToldOfAllTheSame) {
  text_page page;
  page.begin(labelled);
  EXPECT_EQ(page.take(), "# HELP rooms_open Open rooms.\n# TYPE rooms_open gauge\n");
}

TEST(TextPage, BucketsOfAHistogramAreCumulativeAndEndWithAll) {
  time_histogram took;
  took.record(50us);
  took.record(60us);
  took.record(300us);
  took.record(1h);
  text_page page;
  page.begin(timed).sample({"x"}, took.counts());
  EXPECT_EQ(page.take(),
            "# HELP wait_seconds How long.\n"
            "# TYPE wait_seconds histogram\n"
            "wait_seconds_bucket{who=\"x\",le=\"0.0001\"} 2\n"
            "wait_seconds_bucket{who=\"x\",le=\"0.00025\"} 2\n"
            "wait_seconds_bucket{who=\"x\",le=\"0.0005\"} 3\n"
            "wait_seconds_bucket{who=\"x\",le=\"0.001\"} 3\n"
            "wait_seconds_bucket{who=\"x\",le=\"0.0025\"} 3\n"
            "wait_seconds_bucket{who=\"x\",le=\"0.01\"} 3\n"
            "wait_seconds_bucket{who=\"x\",le=\"0.025\"} 3\n"
            "wait_seconds_bucket{who=\"x\",le=\"0.1\"} 3\n"
            "wait_seconds_bucket{who=\"x\",le=\"0.25\"} 3\n"
            "wait_seconds_bucket{who=\"x\",le=\"1\"} 3\n"
            "wait_seconds_bucket{who=\"x\",le=\"2.5\"} 3\n"
            "wait_seconds_bucket{who=\"x\",le=\"10\"} 3\n"
            "wait_seconds_bucket{who=\"x\",le=\"+Inf\"} 4\n"
            "wait_seconds_sum{who=\"x\"} 3600.00041\n"
            "wait_seconds_count{who=\"x\"} 4\n");
}

TEST(TextPage, WhatCouldEndAValueOrALineIsEscaped) {
  constexpr family odd{"odd", kind::gauge, "A \\ and\na \"line\".", {"value"}};
  text_page page;
  page.begin(odd).sample({"a\"b\\c\nd ä\x01"}, std::uint64_t{1});
  EXPECT_EQ(page.take(),
            "# HELP odd A \\\\ and\\na \"line\".\n"
            "# TYPE odd gauge\n"
            "odd{value=\"a\\\"b\\\\c\\nd ä\x01\"} 1\n");
}

TEST(TextPage, NumbersAreAsShortAsTheyCanBeReadBack) {
  EXPECT_EQ(number_text(0), "0");
  EXPECT_EQ(number_text(0.1), "0.1");
  EXPECT_EQ(number_text(0.0001), "0.0001");
  EXPECT_EQ(number_text(1e21), "1e+21");
  EXPECT_EQ(number_text(1e-12), "1e-12");
  EXPECT_EQ(number_text(-1.5), "-1.5");
  EXPECT_EQ(std::stod(number_text(1.0 / 3)), 1.0 / 3);
  EXPECT_EQ(number_text(std::numeric_limits<double>::infinity()), "+Inf");
  EXPECT_EQ(number_text(-std::numeric_limits<double>::infinity()), "-Inf");
  EXPECT_EQ(number_text(std::nan("")), "NaN");
}

TEST(TextPage, WhatDoesNotFitTogetherIsADefect) {
  text_page page;
  EXPECT_THROW(page.sample({}, 1.0), std::logic_error);
  page.begin(labelled);
  EXPECT_THROW(page.sample({"1"}, 1.0), std::logic_error);
  EXPECT_THROW(page.sample({"1", "left", "more"}, 1.0), std::logic_error);
  EXPECT_THROW(page.sample({"1", "left"}, time_counts()), std::logic_error);
  EXPECT_THROW(page.begin(labelled), std::logic_error);
  page.begin(timed);
  EXPECT_THROW(page.sample({"x"}, 1.0), std::logic_error);
  constexpr family no_total{"things", kind::counter, "x", {}};
  constexpr family total{"more_total", kind::gauge, "x", {}};
  constexpr family space{"two words", kind::gauge, "x", {}};
  constexpr family upper{"Upper", kind::gauge, "x", {}};
  constexpr family mute{"mute", kind::gauge, "", {}};
  for (const auto* wrong : {&no_total, &total, &space, &upper, &mute})
    EXPECT_THROW(page.begin(*wrong), std::logic_error) << wrong->name;
}

}  // namespace kontor::metrics
