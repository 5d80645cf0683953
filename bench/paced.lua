-- report.lua with a pause of 1 to 3 ms before each request.
dofile((debug.getinfo(1, "S").source:sub(2):gsub("paced.lua$", "report.lua")))

function delay()
  return math.random(1, 3)
end
