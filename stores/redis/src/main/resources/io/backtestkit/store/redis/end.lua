-- KEYS[3] the trade log   KEYS[4] the ids in it
-- ARGV[6] the id of the signal in the log   ARGV[7] the entry
-- Deletes first: a full server takes that, and then also the rest.

local wrong = damage()
if wrong then
  return type(wrong) == 'table' and wrong or 'DAMAGED ' .. wrong
end
wrong = unusable(KEYS[3], KEYS[4], ARGV[1], ARGV[7])
if wrong then
  return wrong
end
local answer = fenced()
if answer and answer ~= 'DONE' then
  return answer
end
if not answer then
  redis.call('DEL', KEYS[1])
end
append(KEYS[3], KEYS[4], ARGV[6], ARGV[7])
if not answer then
  remember()
end
return answer or 'OK'
