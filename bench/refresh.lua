-- Each thread has one connection and one session, and refreshes it again and again with the token that the answer before gave it.
-- Arguments: one refresh token per thread.
dofile((debug.getinfo(1, "S").source:sub(2):gsub("refresh.lua$", "report.lua")))

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("index", threads)
end

function init(args)
  token = args[index]
end

function request()
  return wrk.format("POST", nil, { ["Content-Type"] = "application/json" }, '{"refresh_token":"' .. token .. '"}')
end

function response(status, headers, body)
  if status == 200 then token = body:match('"refresh_token":"([^"]+)"') end
end
