-- ARGV[6] time to live in milliseconds, 0 for none   ARGV[7] the checksum   ARGV[8] the signal

if not fits(ARGV[7], ARGV[2], ARGV[3], ARGV[8]) then
  return 'GARBLED'
end
local wrong = damage()
if wrong then
  return type(wrong) == 'table' and wrong or 'DAMAGED ' .. wrong
end
local answer = fenced()
if answer then
  return answer
end
version = version + 1
redis.call('HSET', KEYS[1],
  'schema', ARGV[2], 'epoch', ARGV[3], 'version', version, 'sum', ARGV[7], 'body', ARGV[8])
if ARGV[6] == '0' then
  redis.call('PERSIST', KEYS[1])
else
  redis.call('PEXPIRE', KEYS[1], ARGV[6])
end
remember()
return 'OK'
