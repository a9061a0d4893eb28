-- Renames a record if it is still the one that was found unreadable. Its bytes are then kept for ever.
--
-- KEYS[3] its new name
-- ARGV[7] the checksum, ARGV[8] the body it was found with; empty if it had none

local held, wrong = fence(KEYS[2], ARGV[6])
if not held then
  return 'DAMAGED ' .. wrong
end
local kind = call('TYPE', KEYS[1]).ok
if kind == 'none' then
  return 'FREE'
end
if kind == 'hash' then
  local found = call('HMGET', KEYS[1], 'sum', 'body')
  if (found[1] or '') ~= ARGV[7] or (found[2] or '') ~= ARGV[8] then
    return 'CHANGED'
  end
end
local answer = refusal(held)
if answer then
  return answer
end
call('PERSIST', KEYS[1])
return call('RENAMENX', KEYS[1], KEYS[3]) == 1 and 'OK' or 'TAKEN'
