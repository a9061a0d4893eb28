-- Finds out what the user may not do, and leaves nothing behind.
--
-- ARGV[1] a name that nothing has   ARGV[2] another   and then one for each kind of key, which nothing has either
-- Returns the commands that are denied or unknown, and on a second line the kinds of keys that are denied.

local scratch, other = ARGV[1], ARGV[2]

-- The words differ from version to version: 6.2, 7.0, 7.2 and Valkey 8 each have their own.
local function says(answer, ...)
  local text = string.lower(type(answer) == 'table' and answer.err or '')
  for _, part in ipairs({ ... }) do
    if string.find(text, part, 1, true) then
      return true
    end
  end
  return false
end

local lacking, denied = {}, {}

local function try(command, ...)
  if says(redis.pcall(command, ...), "can't run this command", 'no permissions to run', 'unknown redis command',
    'unknown command') then
    lacking[#lacking + 1] = string.lower(command)
    return false
  end
  return true
end

try('TYPE', scratch)
try('EXISTS', scratch)
try('HMGET', scratch, 'field')
try('HGETALL', scratch)
try('HSET', scratch, 'field', 'value', 'one too many') -- which is seen only after the right to it
try('PEXPIRE', scratch, 1)
try('PTTL', scratch)
try('PERSIST', scratch)
try('RENAMENX', scratch, other)
try('SCARD', scratch)
try('SISMEMBER', scratch, 'member')
try('LRANGE', scratch, 0, 0)
if try('DEL', scratch) then
  try('SADD', scratch, 'member')
  redis.pcall('DEL', scratch)
  try('RPUSH', scratch, 'element')
  redis.pcall('DEL', scratch)
end
try('SCAN', '0', 'COUNT', '1')
try('TIME')
try('INFO', 'persistence')

for i = 3, #ARGV do
  for _, command in ipairs({ 'EXISTS', 'DEL' }) do -- one reads, one changes
    if says(redis.pcall(command, ARGV[i]), "can't access at least one of the keys", 'no permissions to access') then
      denied[#denied + 1] = string.match(ARGV[i], '^[^:]+:')
      break
    end
  end
end
return table.concat(lacking, ' ') .. '\n' .. table.concat(denied, ' ')
