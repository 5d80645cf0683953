// The tables of the tests that kill a process, known to both sides.
#pragma once

#include "sql/migrator.hpp"

namespace kontor::tests {

inline constexpr sql::migration crash_steps[] = {{1, "numbers",
                                                  "CREATE TABLE numbers (number BIGINT PRIMARY KEY, body TEXT NOT "
                                                  "NULL); CREATE TABLE halves (number BIGINT PRIMARY KEY)"}};

/// The second step of `endless_steps` writes for a while and then never ends, so that whoever runs it is killed in the
/// middle; that of `whole_steps` is the same without the end that never comes.
inline constexpr sql::migration whole_steps[] = {
    {1, "numbers",
     "CREATE TABLE numbers (number BIGINT PRIMARY KEY, body TEXT NOT NULL); INSERT INTO numbers VALUES (1, 'kept')"},
    {2, "more", R"(
       CREATE TABLE more (number BIGINT PRIMARY KEY, body TEXT NOT NULL);
       INSERT INTO more WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 100000)
         SELECT n, 'some text to fill the pages of the database with' FROM up;
       ALTER TABLE numbers ADD COLUMN extra BIGINT;
       INSERT INTO more WITH RECURSIVE up (n) AS (SELECT 100001 UNION ALL SELECT n + 1 FROM up WHERE n < 200000)
         SELECT n, 'some text to fill the pages of the database with' FROM up;
     )"}};

inline constexpr sql::migration endless_steps[] = {whole_steps[0], {2, "more", R"(
       CREATE TABLE more (number BIGINT PRIMARY KEY, body TEXT NOT NULL);
       INSERT INTO more WITH RECURSIVE up (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM up WHERE n < 100000)
         SELECT n, 'some text to fill the pages of the database with' FROM up;
       ALTER TABLE numbers ADD COLUMN extra BIGINT;
       INSERT INTO more WITH RECURSIVE up (n) AS (SELECT 100001 UNION ALL SELECT n + 1 FROM up)
         SELECT n, 'some text' FROM up WHERE n < 150000;
     )"}};

}  // namespace kontor::tests
