-- ARGV[6] time to live in milliseconds, 0 for none   and then, for each slot:
--   its name, strategy:symbol   the digest of slot, schema and body   the signal
-- Returns an answer for each slot, on a line of its own.

local function write(record_name, fence_name, slot, sent, body)
  if digest(slot, schema, body) ~= sent then
    return 'GARBLED'
  end
  local held, wrong = whole(record_name, fence_name, slot)
  if not held then
    return 'DAMAGED ' .. wrong
  end
  local answer = superfluous(held)
  if answer then
    return answer
  end
  put(record_name, held, sent, body, ARGV[6])
  remember(held)
  keep(fence_name, slot, held)
  return 'OK'
end

local answers = {}
for i = 1, #KEYS / 2 do
  answers[i] = write(KEYS[2 * i - 1], KEYS[2 * i], ARGV[3 * i + 4], ARGV[3 * i + 5], ARGV[3 * i + 6])
end
return table.concat(answers, '\n')
