-- Renames a record if it is still the one that was found unreadable. Its bytes are then kept for ever.
--
-- KEYS[1] the record   KEYS[2] its new name
-- ARGV[1] the checksum, ARGV[2] the body it was found with; empty if it had none

local kind = redis.call('TYPE', KEYS[1]).ok
if kind == 'none' then
  return 'FREE'
end
if kind == 'hash' then
  local held = redis.call('HMGET', KEYS[1], 'sum', 'body')
  if (held[1] or '') ~= ARGV[1] or (held[2] or '') ~= ARGV[2] then
    return 'CHANGED'
  end
end
if redis.call('RENAMENX', KEYS[1], KEYS[2]) == 0 then
  return 'TAKEN'
end
redis.call('PERSIST', KEYS[2])
return 'OK'
