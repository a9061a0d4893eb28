-- Renames a record if it is still the one that was found unreadable. Its bytes are then kept for ever. A signal that is to
-- stand in its place is written in the same step.
--
-- KEYS[3] its new name
-- ARGV[7] the checksum, ARGV[8] the body it was found with; empty if it had none
-- and for a signal in its place:
--   ARGV[9] time to live in milliseconds, 0 for none   ARGV[10] the digest of slot, schema and body   ARGV[11] the signal

local slot, sent, body = ARGV[6], ARGV[10], ARGV[11]
if sent and digest(slot, schema, body) ~= sent then
  return 'GARBLED'
end
local held, wrong = fence(KEYS[2], slot)
if not held then
  return 'DAMAGED ' .. wrong
end
if latest(held) == tonumber(number) then
  return 'OK'
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
if sent then
  keep(KEYS[2], slot, held) -- if the right to this was taken away, it is seen before the slot is free
end
if call('RENAMENX', KEYS[1], KEYS[3]) == 0 then
  return 'TAKEN'
end
if sent then
  put(KEYS[1], held, sent, body, ARGV[9])
  remember(held)
  keep(KEYS[2], slot, held)
end
return 'OK'
