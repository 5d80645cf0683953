-- Makes wrk print what it measured as one line of JSON, after a mark that the reader looks for.
function done(summary, latency, requests)
  local errors = summary.errors
  io.write(string.format(
    '@@{"requests":%d,"seconds":%.6f,"bytes":%d,"p50_ms":%.4f,"p99_ms":%.4f,"max_ms":%.4f,"bad_status":%d,"failed":%d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    latency.max / 1e3, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
