-- Deletes first: a full server takes that, and then also the rest.

local wrong = damage()
if wrong then
  return type(wrong) == 'table' and wrong or 'DAMAGED ' .. wrong
end
local answer = fenced()
if answer then
  return answer
end
redis.call('DEL', KEYS[1])
remember()
return 'OK'
